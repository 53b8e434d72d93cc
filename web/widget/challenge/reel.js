/** Milliseconds by which a shot may come early: cameras keep their own time. */
const EARLY = 10
/** So many shots of each prompt stay, and the time between two, in milliseconds, up to which others may go. */
const FEWEST = 8
const LONGEST_GAP = 400
/** What 100 milliseconds count as much as, in levels of grey by which two shots differ. */
const PER_GAP = 1
/** So much more than others the shots of a prompt count that has to be seen whole. */
const DEAR = 4

/**
 * The film of a challenge: a shot every so often, with what was on show.
 * @typedef {import('../liveness.js').Shot & {look: ArrayLike<number>}} Taken `look`: a few levels of grey, 0 to 255, by
 *   which shots are compared
 */
export class Reel {
  #every
  #began
  /** @type {Taken[]} */
  #shots = []

  /** @param {number} perSecond shots, at most */
  constructor(perSecond, now = performance.now()) {
    this.#every = 1000 / perSecond
    this.#began = now
  }

  /** Take a shot where one is due; `take` makes its `{image, look}`. */
  record(now, prompt, take) {
    const at = Math.round(now - this.#began)
    const last = this.#shots.at(-1)
    if (!last || at - last.at >= this.#every - EARLY) this.#shots.push({ ...take(), at, prompt })
  }

  /**
   * So many shots at most, in order. Those go first that differ least from their neighbours: a movement stays whole, of
   * which the service wants to see that it has no cut, and what is left out is how somebody waited.
   * @param {number} max
   * @param {number[]} whole indices of prompts of which every shot counts, as they happen too fast for gaps
   */
  cut(max, whole = []) {
    const kept = [...this.#shots]
    while (kept.length > max) kept.splice(leastMissed(kept, whole), 1)
    return kept.map(({ image, at, prompt }) => ({ image, at, prompt }))
  }
}

/** The first and the last are never it. */
function leastMissed(kept, whole) {
  const counts = new Map()
  for (const { prompt } of kept) counts.set(prompt, (counts.get(prompt) ?? 0) + 1)
  const losses = kept.slice(1, -1).map(({ prompt }, index) => {
    const [before, after] = [kept[index], kept[index + 2]]
    const gap = after.at - before.at
    const loss = (difference(before.look, after.look) + (gap / 100) * PER_GAP) * (whole.includes(prompt) ? DEAR : 1)
    return gap > LONGEST_GAP || counts.get(prompt) <= FEWEST ? loss + 1e6 : loss
  })
  return 1 + losses.indexOf(Math.min(...losses))
}

function difference(one, other) {
  let sum = 0
  for (let index = 0; index < one.length; index += 1) sum += Math.abs(one[index] - other[index])
  return sum / one.length
}
