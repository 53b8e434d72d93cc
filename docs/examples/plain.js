document.querySelector('visage-login').addEventListener('visage-success', ({ detail }) => {
  const minutes = Math.round(detail.expires_in / 60)
  document.querySelector('#greeting').textContent = `Hello, ${detail.user.username}. Your token lasts ${minutes} minutes.`
})
