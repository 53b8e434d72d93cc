import { canReadPictures, Frame } from './frame.js'
import { Memory, recall, remember } from './storage.js'

/** Why there is no picture. Most values are also keys of the translations (`code.` and `advice.`). */
export const Trouble = Object.freeze({
  REFUSED: 'camera_refused',
  MISSING: 'camera_missing',
  IN_USE: 'camera_in_use',
  UNSUPPORTED: 'camera_unsupported',
  INSECURE: 'camera_insecure',
  UNREADABLE: 'camera_unreadable',
  LOST: 'camera_lost',
  TAP: 'camera_tap',
  NOBODY: 'camera_nobody',
})

const TROUBLE_BY_ERROR = {
  NotAllowedError: Trouble.REFUSED,
  SecurityError: Trouble.REFUSED,
  NotFoundError: Trouble.MISSING,
  OverconstrainedError: Trouble.MISSING,
  NotReadableError: Trouble.IN_USE,
  AbortError: Trouble.IN_USE,
}

/** Range of the aspect ratio (width / height) that is shown and sent: what the page does not show is not sent. */
const SHAPES = [3 / 4, 4 / 3]
/** Milliseconds without a frame after which the camera counts as lost. */
const FRAME_PATIENCE = 5000
/** Milliseconds after which a video that plays should have reported its first frame. */
const FIRST_FRAME = 500
const SIZE = { width: { ideal: 1280 }, height: { ideal: 720 } }

export class CameraError extends Error {
  /** @param {string} outcome one of `Trouble` */
  constructor(outcome, cause) {
    super(outcome, { cause })
    this.name = 'CameraError'
    this.outcome = outcome
  }
}

/**
 * The camera of one <video>. It is switched off when the page is hidden or left. Dispatches `returned` when the page is
 * visible again after that, and `lost` when the camera itself is lost.
 */
export class Camera extends EventTarget {
  #stream = null
  #running = null
  #paused = false
  #listening = null
  #frames = null

  constructor() {
    super()
    this.video = document.createElement('video')
    Object.assign(this.video, { muted: true, playsInline: true, disablePictureInPicture: true })
    this.#frames = new Frames(this.video)
  }

  get live() {
    return this.#stream !== null
  }

  /**
   * Ask for the camera and show it; resolves when the video plays.
   * Rejects with a `CameraError`, or with an `AbortError` if `stop` was called first.
   */
  async start() {
    this.stop()
    if (!globalThis.isSecureContext) throw new CameraError(Trouble.INSECURE)
    if (!navigator.mediaDevices?.getUserMedia) throw new CameraError(Trouble.UNSUPPORTED)
    if (!canReadPictures()) throw new CameraError(Trouble.UNREADABLE)
    const running = new AbortController()
    this.#running = running
    this.#listen()
    if (document.hidden) this.#pause() // a background tab: `returned` follows when it is visible
    running.signal.throwIfAborted()
    let stream
    try {
      stream = await askForCamera()
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
      throw new CameraError(error.name === 'NotAllowedError' ? Trouble.TAP : Trouble.UNSUPPORTED, error)
    })
  }

  /** The available cameras, `{id, label, chosen}`; they have labels only after the user has allowed one. */
  async choices() {
    const devices = await navigator.mediaDevices.enumerateDevices()
    const chosen = this.#stream?.getVideoTracks()[0].getSettings().deviceId
    return devices
      .filter(({ kind }) => kind === 'videoinput')
      .map(({ deviceId, label }) => ({ id: deviceId, label, chosen: deviceId === chosen }))
  }

  /** Use this camera from the next start on, and remember it on this device. */
  choose(id) {
    remember(Memory.CAMERA, id)
  }

  /**
   * Wait for this many new frames, for exposure and focus; 0 only checks that the camera runs.
   * Rejects with an `AbortError` when stopped, and with a `CameraError` if no frame arrives.
   */
  async settle(frames) {
    const signal = this.#running?.signal ?? AbortSignal.abort()
    signal.throwIfAborted()
    for (let seen = 0; seen < frames; seen += 1) await this.#frames.next(signal)
  }

  /** Aspect ratio (width / height) of what is shown and sent. */
  get shape() {
    const { videoWidth, videoHeight } = this.video
    return Math.min(SHAPES[1], Math.max(SHAPES[0], videoWidth / videoHeight))
  }

  /** The current frame, cropped to `shape`; `longest`: the longest side that the caller needs. */
  grab(longest) {
    const { videoWidth, videoHeight } = this.video
    const width = Math.min(videoWidth, videoHeight * this.shape)
    const height = Math.min(videoHeight, videoWidth / this.shape)
    const cut = { left: (videoWidth - width) / 2, top: (videoHeight - height) / 2, width, height }
    return new Frame(this.video, cut, longest)
  }

  /** Switch the camera and its light off. Never fails, not even if it is already off. */
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

  #pause() {
    if (this.#paused) return
    this.#paused = true
    this.#end()
  }

  #lose(running) {
    if (this.#running !== running) return
    this.stop()
    this.dispatchEvent(new Event('lost'))
  }

  #listen() {
    this.#listening = new AbortController()
    const options = { signal: this.#listening.signal }
    const pause = () => this.#pause()
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

/**
 * Ask for the chosen camera, or for the front camera if none was chosen or the chosen one is gone. Browsers may also
 * have given the camera another id since.
 */
async function askForCamera() {
  const chosen = recall(Memory.CAMERA)
  const ask = wish => navigator.mediaDevices.getUserMedia({ audio: false, video: { ...SIZE, ...wish } })
  if (!chosen) return ask({ facingMode: 'user' })
  try {
    return await ask({ deviceId: { exact: chosen } })
  } catch (error) {
    if (TROUBLE_BY_ERROR[error.name] !== Trouble.MISSING) throw error
    return ask({ facingMode: 'user' })
  }
}

function endTracks(stream) {
  for (const track of stream.getTracks()) track.stop()
}

/** Waits for the frames of a video. */
class Frames {
  #video
  /** Whether `requestVideoFrameCallback` works, null until that is known: WebKitGTK may have one that never calls. */
  #reports

  constructor(video) {
    this.#video = video
    this.#reports = 'requestVideoFrameCallback' in video ? null : false
  }

  /** Resolves with the next frame. If none arrives, the camera is lost, for example because another app took it. */
  next(signal) {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted()
      const timers = [setTimeout(() => finish(reject, new CameraError(Trouble.IN_USE)), FRAME_PATIENCE)]
      const give = () => finish(reject, signal.reason)
      const see = () => finish(resolve)
      signal.addEventListener('abort', give)
      if (this.#reports !== false) {
        this.#video.requestVideoFrameCallback(() => {
          this.#reports = true
          see()
        })
      }
      if (this.#reports === null) timers.push(setTimeout(() => this.#doubt(see), FIRST_FRAME))
      if (this.#reports === false) requestAnimationFrame(see)

      function finish(settle, reason) {
        for (const timer of timers) clearTimeout(timer)
        signal.removeEventListener('abort', give)
        settle(reason)
      }
    })
  }

  /** The first frame was not reported: if the video shows one nevertheless, count animation frames from now on. */
  #doubt(see) {
    if (this.#video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return
    this.#reports = false
    requestAnimationFrame(see)
  }
}
