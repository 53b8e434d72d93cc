/** Pixels for the comparison of shots: coarse enough to suppress noise, fine enough to see a head turn. */
const WIDTH = 32
const HEIGHT = 24

/** Returns a function that samples a video: each call returns its grey levels, 0 to 255, a few hundred of them. */
export function lookingAt(video) {
  const canvas = document.createElement('canvas')
  Object.assign(canvas, { width: WIDTH, height: HEIGHT })
  const context = canvas.getContext('2d', { willReadFrequently: true })
  return () => {
    context.drawImage(video, 0, 0, WIDTH, HEIGHT)
    const { data } = context.getImageData(0, 0, WIDTH, HEIGHT)
    return Uint8Array.from({ length: WIDTH * HEIGHT }, (_, pixel) => data[4 * pixel + 1]) // green approximates grey
  }
}
