/**
 * The pictures of a sign-up, one for each pose that is asked for.
 * @typedef {{pose: string, image: string | null, reasons: string[]}} Capture `image` is a data URL, `reasons` why the
 *   service did not take it
 */
export class Captures {
  /** @type {Capture[]} */
  list
  /** How this person looks ahead, as the service saw it: what their turns are measured from. */
  front = undefined

  /** @param {string[]} poses */
  constructor(poses) {
    this.list = poses.map(pose => ({ pose, image: null, reasons: [] }))
  }

  get images() {
    return this.list.map(({ image }) => image)
  }

  /** The index of the first that is missing, or -1. */
  get missing() {
    return this.images.indexOf(null)
  }

  /** Whether the service complains of any. */
  get flawed() {
    return this.list.some(({ reasons }) => reasons.length > 0)
  }

  /** Which share of all is done before this one is taken, and which after. */
  shareOf(index) {
    const others = this.list.filter(({ image }, other) => image !== null && other !== index).length
    return [others / this.list.length, (others + 1) / this.list.length]
  }

  /** @param {{yaw: number, pitch: number} | undefined} seen the head's pose, where the service saw it */
  take(index, image, seen) {
    const capture = this.list[index]
    if (capture.pose === 'front' && seen) this.front = { yaw: seen.yaw, pitch: seen.pitch }
    Object.assign(capture, { image, reasons: [] })
  }

  /** @param {Map<number, string[]>} reasons by index; of the others nothing is wrong */
  blame(reasons) {
    this.list.forEach((capture, index) => {
      capture.reasons = reasons.get(index) ?? []
    })
  }
}
