import { ApiError } from './api.js'

/** Milliseconds between an answer and the next request; if answers are slow, as long as the last one took. */
const REST = 120
/** Milliseconds without an answer after which the user may press the shutter. */
const PATIENCE = 2500
/** Milliseconds before the next try after consecutive failures: doubled each time, up to the maximum. */
const FIRST_RETRY = 500
const LONGEST_RETRY = 8000
/** Consecutive failures that count as silence, and consecutive timely answers that end it. */
const FAILURES = 2
const IN_TIME = 2

/**
 * Let the service inspect camera frames, a few times a second, one request at a time.
 *
 * Resolves with the frame that `onAnswer` accepted, so the inspected picture is the one that is taken.
 * Rejects with an `AbortError` if the signal aborts or the camera ends first.
 * @param {object} task
 * @param {import('./camera.js').Camera} task.camera running
 * @param {(preview: string) => Promise<object>} task.inspect `Api.inspect` of one preview
 * @param {(answer: object, asked: number) => boolean} task.onAnswer returns whether to take this frame; `asked`: when
 *   the frame was grabbed, on the clock of `performance.now()`
 * @param {(silent: boolean) => void} task.onSilence guidance has become unavailable, or available again
 * @param {AbortSignal} task.signal
 * @returns {Promise<import('./frame.js').Frame>}
 */
export async function guide({ camera, inspect, onAnswer, onSilence, signal }) {
  let failures = 0
  let inTime = 0
  for (;;) {
    await camera.settle(1)
    const frame = camera.grab()
    const asked = performance.now()
    const late = setTimeout(beLate, PATIENCE)
    inTime += 1
    try {
      const answer = await inspect(frame.preview)
      await camera.settle(0)
      signal.throwIfAborted()
      failures = 0
      if (inTime >= IN_TIME) onSilence(false)
      if (onAnswer(answer, asked)) return frame
      await rest(Math.max(REST, performance.now() - asked), signal)
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof ApiError)) throw error
      failures += 1
      const backOff = Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** (failures - 1))
      const wait = Math.max(backOff, error.retryAfter * 1000)
      if (failures >= FAILURES || wait > PATIENCE) beLate()
      await rest(wait, signal)
    } finally {
      clearTimeout(late)
    }
  }

  function beLate() {
    inTime = 0
    onSilence(true)
  }
}

function rest(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(done, milliseconds)
    signal.addEventListener('abort', fail)
    function done() {
      signal.removeEventListener('abort', fail)
      resolve()
    }
    function fail() {
      clearTimeout(timer)
      reject(signal.reason)
    }
  })
}
