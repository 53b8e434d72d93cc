document.querySelector('visage-login').addEventListener('visage-success', async event => {
  event.preventDefault()
  const headers = { Authorization: `Bearer ${event.detail.access_token}` }
  const answer = await fetch('/session', { method: 'POST', headers })
  if (!answer.ok) return
  await event.target.logOut() // from Visage: the session of this application is the one that counts now
  location.reload()
})
