/**
 * The pictures of a sign-up, one for each pose.
 * @typedef {{pose: string, image: string | null, reasons: string[]}} Capture `image` is a data URL, `reasons` why the
 *   service refused it
 */
export class Captures {
  /** @type {Capture[]} */
  list
  /** The user's frontal pose, as the service measured it; turns are measured from it. */
  front = undefined

  /** @param {string[]} poses */
  constructor(poses) {
    this.list = poses.map(pose => ({ pose, image: null, reasons: [] }))
  }

  get images() {
    return this.list.map(({ image }) => image)
  }

  /** The index of the first missing picture, or -1. */
  get missing() {
    return this.images.indexOf(null)
  }

  /** Whether the service refused any picture. */
  get flawed() {
    return this.list.some(({ reasons }) => reasons.length > 0)
  }

  /** The shares of all pictures that are done before and after this one is taken. */
  shareOf(index) {
    const others = this.list.filter(({ image }, other) => image !== null && other !== index).length
    return [others / this.list.length, (others + 1) / this.list.length]
  }

  /** @param {{yaw: number, pitch: number} | undefined} seen the head's pose, if the service saw it */
  take(index, image, seen) {
    const capture = this.list[index]
    if (capture.pose === 'front' && seen) this.front = { yaw: seen.yaw, pitch: seen.pitch }
    Object.assign(capture, { image, reasons: [] })
  }

  /** @param {Map<number, string[]>} reasons by index; the other pictures are fine */
  blame(reasons) {
    this.list.forEach((capture, index) => {
      capture.reasons = reasons.get(index) ?? []
    })
  }
}
