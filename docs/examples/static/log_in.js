document.querySelector('visage-login').addEventListener('visage-success', async event => {
  event.preventDefault()
  const headers = { Authorization: `Bearer ${event.detail.access_token}` }
  const answer = await fetch('/session', { method: 'POST', headers }).catch(() => null)
  await event.target.logOut() // from Visage: only the session of this application counts; without one, begin again
  if (answer?.ok) location.reload()
  else document.querySelector('#trouble').textContent = 'You could not be logged in. Please try again.'
})
