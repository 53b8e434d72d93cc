/** Milliseconds from a prompt's first shot, and around the furthest that somebody came with it, that tell most. */
const BEGINNING = 250
const AROUND = 300
/** So much larger may gaps become elsewhere before one of the telling shots is left out. */
const DEAR = 4
/** Milliseconds by which a shot may come early: cameras keep their own time. */
const EARLY = 10

/** The film of a challenge: a shot every so often, with what was on show. */
export class Reel {
  #every
  #began
  #shots = []
  #furthest = new Map()

  /** @param {number} perSecond shots, at most */
  constructor(perSecond, now = performance.now()) {
    this.#every = 1000 / perSecond
    this.#began = now
  }

  /** Take a shot where one is due; `take` makes it. */
  record(now, prompt, take) {
    const at = Math.round(now - this.#began)
    const last = this.#shots.at(-1)
    if (last && at - last.at < this.#every - EARLY) return
    this.#shots.push({ image: take(), at, prompt })
  }

  /** Take note of how far somebody had come with a prompt at a moment. */
  note(moment, prompt, share) {
    const at = moment - this.#began
    if (share >= (this.#furthest.get(prompt)?.share ?? 0)) this.#furthest.set(prompt, { share, at })
  }

  /**
   * So many shots at most, in order: thinned evenly, but where prompts begin, where they are done best, and in `whole`
   * ones, which happen too fast for gaps.
   * @param {number} max
   * @param {number[]} whole indices of prompts
   */
  cut(max, whole = []) {
    const beginnings = new Map(this.#shots.toReversed().map(({ prompt, at }) => [prompt, at]))
    const isDear = ({ at, prompt }) => whole.includes(prompt) || at - beginnings.get(prompt) <= BEGINNING
      || Math.abs(at - (this.#furthest.get(prompt)?.at ?? Infinity)) <= AROUND
    const kept = this.#shots.map(shot => ({ shot, price: isDear(shot) ? DEAR : 1 }))
    while (kept.length > max) kept.splice(cheapest(kept), 1)
    return kept.map(({ shot }) => shot)
  }
}

/** Which one is missed least: between the closest neighbours, by its price. The first and the last stay. */
function cheapest(kept) {
  let [best, least] = [1, Infinity]
  for (let index = 1; index < kept.length - 1; index += 1) {
    const gap = (kept[index + 1].shot.at - kept[index - 1].shot.at) * kept[index].price
    if (gap < least) [best, least] = [index, gap]
  }
  return best
}
