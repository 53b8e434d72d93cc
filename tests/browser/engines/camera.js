/* Gives a page a camera whose film is the picture beside this script, which a test replaces while it runs. */
{
  const PAUSE = 100 // milliseconds
  const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 480 })
  const brush = canvas.getContext('2d')

  const look = async () => {
    const answer = await fetch('/camera/film.jpg', { cache: 'no-store' })
    brush.drawImage(await createImageBitmap(await answer.blob()), 0, 0)
  }

  const film = async stream => {
    while (stream.active) {
      await new Promise(resolve => setTimeout(resolve, PAUSE))
      await look().catch(() => {}) // the page is being left
    }
  }

  MediaDevices.prototype.getUserMedia = async () => {
    await look()
    const stream = canvas.captureStream()
    film(stream)
    return stream
  }
}
