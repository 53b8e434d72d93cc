document.querySelector('visage-login').addEventListener('visage-success', async event => {
  event.preventDefault()
  const headers = { Authorization: `Bearer ${event.detail.access_token}` }
  const answer = await fetch('/session', { method: 'POST', headers }).catch(() => null)
  if (answer?.ok) {
    await event.target.logOut() // from Visage: the session of this application is the one that counts now
    location.reload()
  } else {
    document.querySelector('#trouble').textContent = 'You could not be logged in. Please try again.'
    await event.target.stop() // back to its button: the welcome was left to this page
  }
})
