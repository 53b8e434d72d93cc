// Loaded on demand when a challenge is played (liveness.js). It imports no module that the widget has already loaded,
// because a bundler would then have to split the widget's single file. What it needs from them comes as arguments.
import { Attempt } from './attempt.js'
import { lookingAt } from './look.js'
import { stepsOf, wantedFor } from './prompts.js'
import { Reel } from './reel.js'

/**
 * Show the prompts in turn and film the user. A prompt ends when the service has seen its movement, or after a time.
 * Rejects with an `AbortError` if the signal aborts or the camera ends first.
 * @param {{prompts: string[], frames: {max: number, per_second: number}}} challenge
 * @param {object} scene
 * @param {import('../viewfinder.js').Viewfinder} scene.viewfinder open
 * @param {object | null} scene.front the service's answer for the frontal pose, if there is one
 * @param {AbortSignal} scene.signal
 * @returns {Promise<import('../liveness.js').Shot[]>}
 */
export async function play({ prompts, frames }, { viewfinder, front, signal }) {
  const over = new AbortController()
  signal.addEventListener('abort', () => over.abort(signal.reason), { signal: over.signal })
  const reel = new Reel(frames.per_second)
  const look = lookingAt(viewfinder.camera.video)
  const steps = stepsOf(prompts)
  let attempt = null
  let step = steps[0]

  const film = async () => {
    for (const [done, next] of steps.entries()) {
      step = next
      attempt = new Attempt(step.prompt)
      viewfinder.ask(step.prompt)
      let now
      do {
        await viewfinder.camera.settle(1)
        signal.throwIfAborted()
        now = performance.now()
        reel.record(now, {
          prompt: step.index,
          quick: step.prompt === 'blink',
          take: () => ({ image: viewfinder.shoot(), look: look() }),
        })
        viewfinder.stage.progress = (done + attempt.shareAt(now)) / steps.length
      } while (!attempt.isOver(now))
    }
  }
  const onAnswer = (answer, asked) => {
    if (!attempt.covers(asked)) return
    if (answer.faces > 0) front ??= answer
    attempt.see(answer, front)
    viewfinder.ask(attempt.hint)
  }
  const filming = film()
  const wanted = () => wantedFor(step.prompt, front)
  const watching = viewfinder.watch({ wanted, onAnswer, signal: over.signal })
  try {
    await Promise.race([filming, watching])
  } finally {
    over.abort()
  }
  return reel.cut(frames.max)
}
