import { shareOf } from './prompts.js'

/** Consecutive good answers before a movement counts as made; a single one may be an error. */
const SURE = 2
/** Minimum milliseconds for a prompt, so that the user can read it and the film shows the movement. */
const SHORTEST = 1200
/** Milliseconds without an answer after which the movement counts as made; the service judges the film anyway. */
const SILENT = 2500
/** Milliseconds for blinking, which the inspected frames are too few to detect. */
const BLINKING = 2500
/** Milliseconds after which the next prompt follows in any case, so no user is stuck; looking ahead matters less. */
const LONGEST = 6000
const LONGEST_AHEAD = 3000

/** Hints about problems that prevent any movement; shown instead of the prompt. */
const OBSTACLES = [
  'no_face', 'several_faces', 'camera_covered', 'face_too_dark', 'face_too_bright', 'face_cut_off', 'face_covered',
  'face_turned_away',
]

/** One prompt on screen, and the progress of its movement. */
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

  /** Process an answer; `front` is the user's frontal pose. */
  see(answer, front, now = performance.now()) {
    this.#heard = now
    this.#share = answer.faces > 0 ? shareOf(this.#prompt, answer, front) : 0
    this.#good = this.#share === 1 ? this.#good + 1 : 0
    const obstacle = answer.hints.find(hint => OBSTACLES.includes(hint)) ?? null
    this.#obstacleSeen = obstacle === this.#obstacle ? this.#obstacleSeen + 1 : 1
    this.#obstacle = obstacle
  }

  /** The hint to show: a confirmed problem, or the prompt. */
  get hint() {
    return this.#obstacle !== null && this.#obstacleSeen >= SURE ? this.#obstacle : this.#prompt
  }

  /** Whether a frame of this moment shows or may show the movement. */
  covers(moment) {
    return moment >= this.#began
  }

  /** The completed share, 0 to 1. */
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
