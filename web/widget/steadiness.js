/** How far the face may move from one answer to the next, as a share of its width, and turn, in degrees. */
const STILL = { shift: 0.15, turn: 5 }
/** A hint is shown once it has come so often in a row, so that none flickers by. */
const SURE = 2
/** Milliseconds that a hint stays to be read, unless all is well. */
const READING = 700

/** Tells a face that is held as wished from one that only passes through. */
export class Steadiness {
  #wanted
  #held = 0
  #last = null

  /** @param {number} wanted so many answers in a row that are ready and alike */
  constructor(wanted) {
    this.#wanted = wanted
  }

  /** How much of the wait is over with this answer, 0 to 1. */
  see(answer) {
    const still = answer.ready && (this.#last === null || isStill(this.#last, answer))
    this.#held = still ? this.#held + 1 : Number(answer.ready)
    this.#last = answer.ready ? answer : null
    return Math.min(1, this.#held / this.#wanted)
  }
}

/** Chooses the one hint to show: the most pressing, calmly. */
export class HintChoice {
  #shown = null
  #since = -Infinity
  #next = null
  #seen = 0

  /** The hint to show after an answer: a key of the vocabulary, or `hold_still`. */
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
