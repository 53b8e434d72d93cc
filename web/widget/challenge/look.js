/** Pixels of what shots are compared by: coarse enough for noise to vanish, fine enough for a head that turns. */
const WIDTH = 32
const HEIGHT = 24

/** Looks at a video, again and again: each time its levels of grey, 0 to 255, a few hundred of them. */
export function lookingAt(video) {
  const canvas = document.createElement('canvas')
  Object.assign(canvas, { width: WIDTH, height: HEIGHT })
  const context = canvas.getContext('2d', { willReadFrequently: true })
  return () => {
    context.drawImage(video, 0, 0, WIDTH, HEIGHT)
    const { data } = context.getImageData(0, 0, WIDTH, HEIGHT)
    return Uint8Array.from({ length: WIDTH * HEIGHT }, (_, pixel) => data[4 * pixel + 1]) // green is nearly grey
  }
}
