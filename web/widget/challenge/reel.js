/** Milliseconds by which a shot may be early, because cameras have their own clock. */
const EARLY = 10
/**
 * Minimum milliseconds between two shots of a movement that is too fast for a regular film. A blink shuts the eyes for
 * a tenth of a second: of a camera with 15 frames a second every one is needed, of one with 30 every second one. The
 * service refuses gaps below 20.
 */
const QUICK = 45
/** Minimum shots to keep of each prompt, and the maximum gap between two shots, in milliseconds, after a removal. */
const FEWEST = 8
const LONGEST_GAP = 400
/** The same maximum for fast movements. */
const LONGEST_QUICK_GAP = 150
/** The difference between two shots, in grey levels, that weighs as much as 100 milliseconds between them. */
const PER_GAP = 1
/** The weight of shots of a fast movement, relative to others. */
const QUICK_WEIGHT = 2

/**
 * The film of a challenge: shots at regular times, with the prompt that was shown.
 * @typedef {import('../liveness.js').Shot & {look: ArrayLike<number>, quick: boolean}} Taken `look`: a few grey levels,
 *   0 to 255, for the comparison of shots; `quick`: of a fast movement
 */
export class Reel {
  #every
  #began
  /** @type {Taken[]} */
  #shots = []

  /** @param {number} perSecond maximum shots per second */
  constructor(perSecond, now = performance.now()) {
    this.#every = 1000 / perSecond
    this.#began = now
  }

  /** Take a shot if one is due; `take` returns its `{image, look}`. `quick`: the movement is a fast one. */
  record(now, { prompt, quick = false, take }) {
    const at = Math.round(now - this.#began)
    const last = this.#shots.at(-1)
    const due = quick ? QUICK : this.#every - EARLY
    if (!last || at - last.at >= due) this.#shots.push({ ...take(), at, prompt, quick })
  }

  /**
   * Returns at most `max` shots, in order. It removes the shots that differ least from their neighbours: those in which
   * the user waited. Movements stay complete, because the service checks that they have no cut. The gaps of fast
   * movements stay small.
   * @param {number} max
   */
  cut(max) {
    const kept = [...this.#shots]
    while (kept.length > max) kept.splice(leastMissed(kept), 1)
    return kept.map(({ image, at, prompt }) => ({ image, at, prompt }))
  }
}

/** The index of the least important shot; never the first or the last. */
function leastMissed(kept) {
  const counts = new Map()
  for (const { prompt } of kept) counts.set(prompt, (counts.get(prompt) ?? 0) + 1)
  const losses = kept.slice(1, -1).map(({ prompt, quick }, index) => {
    const [before, after] = [kept[index], kept[index + 2]]
    const gap = after.at - before.at
    const loss = (difference(before.look, after.look) + (gap / 100) * PER_GAP) * (quick ? QUICK_WEIGHT : 1)
    if (counts.get(prompt) <= FEWEST) return loss + 2e6
    return gap > (quick ? LONGEST_QUICK_GAP : LONGEST_GAP) ? loss + 1e6 : loss
  })
  return 1 + losses.indexOf(Math.min(...losses))
}

function difference(one, other) {
  let sum = 0
  for (let index = 0; index < one.length; index += 1) sum += Math.abs(one[index] - other[index])
  return sum / one.length
}
