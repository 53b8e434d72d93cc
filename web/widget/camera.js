/** Why there is no picture; each is also a key of the translations (`code.` and `advice.`). */
export const Trouble = Object.freeze({
  REFUSED: 'camera_refused',
  MISSING: 'camera_missing',
  IN_USE: 'camera_in_use',
  UNSUPPORTED: 'camera_unsupported',
  INSECURE: 'camera_insecure',
  LOST: 'camera_lost',
})

const TROUBLE_BY_ERROR = {
  NotAllowedError: Trouble.REFUSED,
  SecurityError: Trouble.REFUSED,
  NotFoundError: Trouble.MISSING,
  OverconstrainedError: Trouble.MISSING,
  NotReadableError: Trouble.IN_USE,
  AbortError: Trouble.IN_USE,
}

/** Longest side of a capture in pixels: the face stays far above what the networks look at, the upload small. */
const LONGEST_SIDE = 960
const JPEG_QUALITY = 0.92
/** Narrowest and widest shape (width / height) that is shown and sent: what is not seen on the page is not sent. */
const SHAPES = [3 / 4, 4 / 3]
const WISHES = { audio: false, video: { facingMode: 'user', width: { ideal: 1280 }, height: { ideal: 720 } } }

export class CameraError extends Error {
  /** @param {string} outcome one of `Trouble` */
  constructor(outcome, cause) {
    super(outcome, { cause })
    this.name = 'CameraError'
    this.outcome = outcome
  }
}

/**
 * The camera behind one <video>. It is switched off when the page is hidden or left; `returned` is dispatched when the
 * page is seen again after that, `lost` when the camera itself went away.
 */
export class Camera extends EventTarget {
  #stream = null
  #running = null
  #paused = false
  #listening = null

  constructor() {
    super()
    this.video = document.createElement('video')
    Object.assign(this.video, { muted: true, playsInline: true, disablePictureInPicture: true })
  }

  get live() {
    return this.#stream !== null
  }

  /**
   * Ask for the camera and show it; resolves when it plays.
   * Rejects with a `CameraError`, or with an `AbortError` when `stop` came first.
   */
  async start() {
    this.stop()
    if (!globalThis.isSecureContext) throw new CameraError(Trouble.INSECURE)
    if (!navigator.mediaDevices?.getUserMedia) throw new CameraError(Trouble.UNSUPPORTED)
    const running = new AbortController()
    this.#running = running
    this.#listen()
    let stream
    try {
      stream = await navigator.mediaDevices.getUserMedia(WISHES)
    } catch (error) {
      running.signal.throwIfAborted()
      this.stop()
      throw new CameraError(TROUBLE_BY_ERROR[error.name] ?? Trouble.UNSUPPORTED, error)
    }
    if (running.signal.aborted) endTracks(stream)
    running.signal.throwIfAborted()
    this.#stream = stream
    for (const track of stream.getTracks()) track.addEventListener('ended', () => this.#lose(running))
    this.video.srcObject = stream
    await this.video.play().catch(error => {
      running.signal.throwIfAborted()
      this.stop()
      throw new CameraError(Trouble.UNSUPPORTED, error)
    })
  }

  /** Wait for so many fresh frames: exposure and focus need a few. Rejects with an `AbortError` when stopped. */
  async settle(frames) {
    const { signal } = this.#running ?? {}
    if (!signal) throw new DOMException('the camera is off', 'AbortError')
    for (let seen = 0; seen < frames; seen += 1) await nextFrame(this.video, signal)
  }

  /** Width divided by height of what is shown and sent. */
  get shape() {
    const { videoWidth, videoHeight } = this.video
    return Math.min(SHAPES[1], Math.max(SHAPES[0], videoWidth / videoHeight))
  }

  /** The present frame as a JPEG data URL, cut to `shape`, as the camera sees it (not mirrored). */
  capture() {
    const { videoWidth, videoHeight } = this.video
    const width = Math.min(videoWidth, videoHeight * this.shape)
    const height = Math.min(videoHeight, videoWidth / this.shape)
    const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height))
    const canvas = document.createElement('canvas')
    canvas.width = Math.round(width * scale)
    canvas.height = Math.round(height * scale)
    const [left, top] = [(videoWidth - width) / 2, (videoHeight - height) / 2]
    canvas.getContext('2d').drawImage(this.video, left, top, width, height, 0, 0, canvas.width, canvas.height)
    return canvas.toDataURL('image/jpeg', JPEG_QUALITY)
  }

  /** Switch the camera off, its light included. Never fails, also when it is off already. */
  stop() {
    this.#paused = false
    this.#end()
    this.#listening?.abort()
    this.#listening = null
  }

  #end() {
    this.#running?.abort()
    this.#running = null
    if (this.#stream) endTracks(this.#stream)
    this.#stream = null
    this.video.srcObject = null
  }

  #lose(running) {
    if (this.#running !== running) return
    this.stop()
    this.dispatchEvent(new Event('lost'))
  }

  #listen() {
    this.#listening = new AbortController()
    const options = { signal: this.#listening.signal }
    const pause = () => {
      if (this.#paused) return
      this.#paused = true
      this.#end()
    }
    const comeBack = () => {
      if (!this.#paused || document.hidden) return
      this.#paused = false
      this.dispatchEvent(new Event('returned'))
    }
    document.addEventListener('visibilitychange', () => (document.hidden ? pause() : comeBack()), options)
    globalThis.addEventListener('pagehide', pause, options)
    globalThis.addEventListener('pageshow', comeBack, options)
  }
}

function endTracks(stream) {
  for (const track of stream.getTracks()) track.stop()
}

function nextFrame(video, signal) {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    if ('requestVideoFrameCallback' in video) video.requestVideoFrameCallback(() => resolve())
    else requestAnimationFrame(() => resolve())
  })
}
