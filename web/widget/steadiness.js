/** The maximum movement of the face between two answers, as a share of its width, and turn, in degrees. */
const STILL = { shift: 0.15, turn: 5 }
/** A hint is shown after this many consecutive answers, so that none flickers. */
const SURE = 2
/** Minimum milliseconds for a hint, so that it can be read; the end of all problems is shown at once. */
const READING = 1000

/** Distinguishes a face that is held as wanted from one that only passes through. */
export class Steadiness {
  #wanted
  #held = 0
  #last = null

  /** @param {number} wanted consecutive answers that must be ready and alike */
  constructor(wanted) {
    this.#wanted = wanted
  }

  /** Process an answer; returns the completed share of the wait, 0 to 1. */
  see(answer) {
    const still = answer.ready && (this.#last === null || isStill(this.#last, answer))
    this.#held = still ? this.#held + 1 : Number(answer.ready)
    this.#last = answer.ready ? answer : null
    return Math.min(1, this.#held / this.#wanted)
  }
}

/** Chooses the single hint to show: the most urgent, without flicker. */
export class HintChoice {
  #shown = null
  #since = -Infinity
  #next = null
  #seen = 0

  /** Process an answer; returns the hint to show: a key of the translations, or `hold_still`. */
  see({ hints }, now = performance.now()) {
    const hint = hints[0] ?? 'hold_still'
    this.#seen = hint === this.#next ? this.#seen + 1 : 1
    this.#next = hint
    const due = this.#seen >= SURE && now - this.#since >= READING
    if (hint !== this.#shown && (this.#shown === null || hint === 'hold_still' || due)) {
      this.#shown = hint
      this.#since = now
    }
    return this.#shown
  }
}

function isStill(before, after) {
  const width = after.box.right - after.box.left
  const shift = Math.hypot(middle(after.box, 'left', 'right') - middle(before.box, 'left', 'right'),
    middle(after.box, 'top', 'bottom') - middle(before.box, 'top', 'bottom'))
  const turn = Math.hypot(after.pose.yaw - before.pose.yaw, after.pose.pitch - before.pose.pitch)
  return shift <= STILL.shift * width && turn <= STILL.turn
}

function middle(box, start, end) {
  return (box[start] + box[end]) / 2
}
