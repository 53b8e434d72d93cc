await customElements.whenDefined('visage-login')
const login = document.querySelector('visage-login')
const send = login.transport
login.transport = async call => {
  const start = performance.now()
  const answer = await send(call)
  performance.measure(new URL(call.url).pathname, { start, detail: { status: answer.status } })
  return answer
}
