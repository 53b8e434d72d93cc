// Loaded by itself when a challenge is played (liveness.js). So it imports nothing that the widget has loaded already,
// which a bundler would have to take out of the widget's one file; what it needs of that comes as arguments.
import { Attempt } from './attempt.js'
import { lookingAt } from './look.js'
import { stepsOf, wantedFor } from './prompts.js'
import { Reel } from './reel.js'

/**
 * Show the prompts one after the other and film what the person does; each is over when the service has seen it, or
 * after a while. Rejects with an `AbortError` when the signal or the camera's end came first.
 * @param {{prompts: string[], frames: {max: number, per_second: number}}} challenge
 * @param {object} scene
 * @param {import('../viewfinder.js').Viewfinder} scene.viewfinder open
 * @param {object | null} scene.front what the service saw of them looking ahead, if it saw them
 * @param {AbortSignal} scene.signal
 * @returns {Promise<import('../liveness.js').Shot[]>}
 */
export async function play({ prompts, frames }, { viewfinder, front, signal }) {
  const over = new AbortController()
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
        reel.record(now, step.index, () => ({ image: viewfinder.shoot(), look: look() }))
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
  const watching = viewfinder.watch({ wanted, onAnswer, signal: AbortSignal.any([signal, over.signal]) })
  try {
    await Promise.race([filming, watching])
  } finally {
    over.abort()
  }
  const blinks = steps.filter(({ prompt }) => prompt === 'blink').map(({ index }) => index)
  return reel.cut(frames.max, blinks)
}
