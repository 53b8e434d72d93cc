/** Longest side of a stored picture, in pixels: its face is still much larger than the networks' input. */
const LONGEST_SIDE = 960
const JPEG_QUALITY = 0.92
/** Longest side of frames for guidance, in pixels: with four times the pixels the service sees no more. */
const PREVIEW_SIDE = 320
const PREVIEW_QUALITY = 0.8

/** Longest side of the frames of a challenge, in pixels; many of them are sent. */
export const SHOT_SIDE = 480
const SHOT_QUALITY = 0.85

/** Side of the picture with which reading is tried, in pixels, and the levels by which a readable one may differ. */
const TRIAL_SIDE = 16
const TRIAL_NOISE = 12
/** Red, green and blue of its upper and its lower half. */
const TRIAL_LEVELS = [[200, 60, 30], [40, 90, 210]]

/**
 * Whether pages may read pictures: paints one and compares what is read. Browsers that resist fingerprinting (Firefox
 * with `privacy.resistFingerprinting`, Tor Browser, LibreWolf) return noise. Others change a few levels, which is fine.
 */
export function canReadPictures() {
  const canvas = document.createElement('canvas')
  Object.assign(canvas, { width: TRIAL_SIDE, height: TRIAL_SIDE })
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (!context) return false
  TRIAL_LEVELS.forEach((levels, half) => {
    context.fillStyle = `rgb(${levels})`
    context.fillRect(0, half * TRIAL_SIDE / 2, TRIAL_SIDE, TRIAL_SIDE / 2)
  })
  const { data } = context.getImageData(0, 0, TRIAL_SIDE, TRIAL_SIDE)
  const pixels = TRIAL_SIDE ** 2
  let difference = 0
  for (let pixel = 0; pixel < pixels; pixel += 1) {
    const levels = TRIAL_LEVELS[Math.floor(pixel / (pixels / 2))]
    levels.forEach((level, channel) => { difference += Math.abs(data[4 * pixel + channel] - level) })
  }
  return difference / (3 * pixels) <= TRIAL_NOISE
}

/** One moment of the camera, as a small picture for inspection and in full size for storage. */
export class Frame {
  #canvas

  /**
   * @param {CanvasImageSource} source
   * @param {{left: number, top: number, width: number, height: number}} cut the part of the source, in its pixels
   * @param {number} [longest] the longest side that is needed
   */
  constructor(source, cut, longest = LONGEST_SIDE) {
    this.#canvas = draw(source, cut, longest)
  }

  /** The picture as a JPEG data URL, not mirrored. */
  get picture() {
    return this.#canvas.toDataURL('image/jpeg', JPEG_QUALITY)
  }

  /** The picture as one of many; for a frame of `SHOT_SIDE`. */
  get shot() {
    return this.#canvas.toDataURL('image/jpeg', SHOT_QUALITY)
  }

  /** The picture in a few kilobytes. */
  get preview() {
    const { width, height } = this.#canvas
    return draw(this.#canvas, { left: 0, top: 0, width, height }, PREVIEW_SIDE).toDataURL('image/jpeg', PREVIEW_QUALITY)
  }
}

function draw(source, { left, top, width, height }, longest) {
  const scale = Math.min(1, longest / Math.max(width, height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(width * scale)
  canvas.height = Math.round(height * scale)
  canvas.getContext('2d').drawImage(source, left, top, width, height, 0, 0, canvas.width, canvas.height)
  return canvas
}
