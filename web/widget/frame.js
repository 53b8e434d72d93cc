/** Longest side of a picture that is kept, in pixels: the face stays far above what the networks look at. */
const LONGEST_SIDE = 960
const JPEG_QUALITY = 0.92
/** Longest side of what is sent for guidance: the service sees there what it sees in four times the pixels. */
const PREVIEW_SIDE = 320
const PREVIEW_QUALITY = 0.8

/** Longest side of the frames that show a movement, of which many are sent. */
export const SHOT_SIDE = 480
const SHOT_QUALITY = 0.85

/** One moment of the camera: small, to be judged, and as large as it would be kept. */
export class Frame {
  #canvas

  /**
   * @param {CanvasImageSource} source
   * @param {{left: number, top: number, width: number, height: number}} cut the part of it, in its pixels
   * @param {number} [longest] the longest side that is needed of it
   */
  constructor(source, cut, longest = LONGEST_SIDE) {
    this.#canvas = draw(source, cut, longest)
  }

  /** A JPEG data URL, as the camera sees it (not mirrored). */
  get picture() {
    return this.#canvas.toDataURL('image/jpeg', JPEG_QUALITY)
  }

  /** The same as one of many; of a frame of `SHOT_SIDE`. */
  get shot() {
    return this.#canvas.toDataURL('image/jpeg', SHOT_QUALITY)
  }

  /** The same, a few kilobytes small. */
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
