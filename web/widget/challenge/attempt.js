import { shareOf } from './prompts.js'

/** Good answers in a row before a movement counts as made: one alone may be a mistake. */
const SURE = 2
/** Milliseconds that a prompt is on show at least: so long it takes to be read, and the film to show the movement. */
const SHORTEST = 1200
/** Milliseconds without an answer, after which it is taken for made: the service sees the film anyway. */
const SILENT = 2500
/** Milliseconds for blinking, which no answer can be waited for. */
const BLINKING = 2500
/** Milliseconds after which the next one comes in any case: nobody is stuck, and the look ahead is only on the way. */
const LONGEST = 6000
const LONGEST_AHEAD = 3000

/** What is in the way of any movement, and said instead of the prompt. */
const OBSTACLES = [
  'no_face', 'several_faces', 'camera_covered', 'face_too_dark', 'face_too_bright', 'face_cut_off', 'face_covered',
  'face_turned_away',
]

/** One prompt on show, and how far somebody has come with it. */
export class Attempt {
  #prompt
  #began
  #heard
  #good = 0
  #share = 0
  #obstacle = null
  #obstacleSeen = 0

  constructor(prompt, now = performance.now()) {
    this.#prompt = prompt
    this.#began = now
    this.#heard = now
  }

  /** Take note of an answer; `front` is how the person looked ahead. */
  see(answer, front, now = performance.now()) {
    this.#heard = now
    this.#share = answer.faces > 0 ? shareOf(this.#prompt, answer, front) : 0
    this.#good = this.#share === 1 ? this.#good + 1 : 0
    const obstacle = answer.hints.find(hint => OBSTACLES.includes(hint)) ?? null
    this.#obstacleSeen = obstacle === this.#obstacle ? this.#obstacleSeen + 1 : 1
    this.#obstacle = obstacle
  }

  /** What to say: what is in the way for certain, or the prompt. */
  get hint() {
    return this.#obstacle !== null && this.#obstacleSeen >= SURE ? this.#obstacle : this.#prompt
  }

  /** Whether a frame of this moment shows what it asked for, or may. */
  covers(moment) {
    return moment >= this.#began
  }

  /** How much of it is over, 0 to 1. */
  shareAt(now) {
    if (this.#prompt === 'blink') return Math.min(1, (now - this.#began) / BLINKING)
    return this.isOver(now) ? 1 : this.#share
  }

  isOver(now) {
    const passed = now - this.#began
    if (this.#prompt === 'blink') return passed >= BLINKING
    if (this.#prompt === 'look_ahead') return this.#good > 0 || passed >= LONGEST_AHEAD || this.#isSilent(now)
    return (passed >= SHORTEST && this.#good >= SURE) || passed >= LONGEST || this.#isSilent(now)
  }

  #isSilent(now) {
    return now - this.#heard >= SILENT
  }
}
