/* Gives a page a camera whose film is the picture beside this script, which a test replaces while it runs. */
{
  const PER_SECOND = 20
  const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 480 })
  const brush = canvas.getContext('2d')

  const look = async () => {
    const answer = await fetch('/camera/film.jpg', { cache: 'no-store' })
    brush.drawImage(await createImageBitmap(await answer.blob()), 0, 0)
  }

  navigator.mediaDevices.getUserMedia = async () => {
    await look()
    const stream = canvas.captureStream()
    const filming = setInterval(() => stream.active ? look() : clearInterval(filming), 1000 / PER_SECOND)
    return stream
  }
}
