/** When to renew a session, as a share of its lifetime: early enough for further tries. */
const RENEWAL = 0.8
/** Milliseconds between tries while the service cannot be reached. */
const RETRY = 20_000

/**
 * Renew a session repeatedly, each time before its access token expires.
 * @param {import('./session.js').Session} session
 * @param {{onRenewed: (answer: object) => void, onEnded: () => void, signal: AbortSignal}} options `onEnded`: the
 *   service says that the session is over; an unreachable service does not end it
 */
export function keepAlive(session, { onRenewed, onEnded, signal }) {
  let timer = 0
  const wait = milliseconds => {
    timer = setTimeout(renew, milliseconds)
  }
  signal.addEventListener('abort', () => clearTimeout(timer))
  wait(session.millisecondsTo(RENEWAL))

  async function renew() {
    let answer
    try {
      answer = await session.renew()
    } catch {
      if (!signal.aborted) wait(RETRY)
      return
    }
    if (signal.aborted) return
    if (answer === null) return onEnded()
    onRenewed(answer)
    wait(session.millisecondsTo(RENEWAL))
  }
}
