import { CameraError, Trouble } from './camera.js'
import { SHOT_SIDE } from './frame.js'
import { guide } from './guidance.js'
import { firstOf } from './signals.js'
import { HintChoice, Steadiness } from './steadiness.js'
import { Memory, recall, remember } from './storage.js'
import { text } from './text.js'
import { Controls } from './views/controls.js'
import { Stage } from './views/stage.js'

/** New frames before a picture: exposure needs a few, and a double click must not take the next picture. */
const FRESH_FRAMES = 8
/** Frames before a picture that are kept: they show the same scene a little earlier. */
const RECENT = 2
/** Milliseconds without a face or an answer after which the camera is switched off. */
const NOBODY = 45_000
/** The direction of the arrow for a hint, or initially for a pose. */
const DIRECTIONS = {
  turn_left: 'left', turn_right: 'right', look_up: 'up', look_down: 'down',
  left: 'left', right: 'right', up: 'up', down: 'down',
}

/** The camera with its oval and buttons: guides the user, and takes a picture automatically or with the shutter. */
export class Viewfinder {
  #inspect
  #onHint
  #shoot = () => {}
  #silent = false
  /** The previews of the latest frames, the newest last. */
  #recent = []

  /**
   * @param {import('./camera.js').Camera} camera
   * @param {object} page
   * @param {typeof import('./api.js').Api.prototype.inspect} page.inspect
   * @param {(hint: string, message: string) => void} page.onHint another hint is shown
   * @param {() => void} page.onChoice the user chose another camera, which must be opened
   */
  constructor(camera, { inspect, onHint, onChoice }) {
    this.camera = camera
    this.#inspect = inspect
    this.#onHint = onHint
    this.stage = new Stage(camera)
    this.controls = new Controls({
      onShoot: () => this.#shoot(),
      onByHand: byHand => remember(Memory.BY_HAND, byHand ? '1' : null),
      onCamera: id => {
        camera.choose(id)
        camera.stop()
        onChoice()
      },
    })
    this.controls.byHand = recall(Memory.BY_HAND) !== null
  }

  get nodes() {
    return [this.stage.node, this.controls.node]
  }

  /** Ask for the camera and show its video; rejects as `Camera.start`. */
  async open() {
    this.stage.waitForCamera()
    this.controls.ready = false
    await this.camera.start()
    this.controls.cameras = await this.camera.choices().catch(() => [])
  }

  /**
   * Guide the user to a picture and take it.
   * @param {object} wish
   * @param {string} wish.how the initial instruction, one sentence
   * @param {{pose?: string, front?: object}} [wish.wanted] as `Api.inspect` takes it
   * @param {number} wish.answers the required number of consecutive good answers
   * @param {[number, number]} [wish.share] where the progress ring begins and ends for this picture
   * @param {AbortSignal} wish.signal
   * @returns {Promise<{frame: import('./frame.js').Frame, seen: object | null, recent: string[]}>} `seen`: the
   *   service's last answer, null if it saw no face; `recent`: data URLs of small frames from just before
   */
  async take({ how, wanted = {}, answers, share = [0, 1], signal }) {
    const over = new AbortController()
    const either = firstOf(signal, over.signal)
    this.stage.state = 'live'
    this.#tell('', how)
    this.stage.direction = DIRECTIONS[wanted.pose] ?? null
    this.stage.progress = share[0]
    this.stage.node.scrollIntoView({ block: 'nearest' })
    this.#silent = false
    this.#recent = []
    let watch = 0
    try {
      await this.camera.settle(FRESH_FRAMES)
      signal.throwIfAborted()
      this.controls.ready = true
      let [seen, seenAt] = [null, performance.now()]
      let isGuided = true
      const byHand = new Promise(resolve => {
        this.#shoot = () => {
          isGuided = false
          resolve(this.camera.grab())
        }
      })
      const nobody = new Promise((_, reject) => {
        const look = () => performance.now() - seenAt > NOBODY && reject(new CameraError(Trouble.NOBODY))
        watch = setInterval(look, 1000)
      })
      const judge = this.#judge(answers, share)
      const guided = this.watch({
        wanted: () => wanted,
        onAnswer: answer => {
          seen = answer.faces > 0 ? answer : null
          if (seen) seenAt = performance.now()
          return judge(answer) && !this.controls.byHand
        },
        onSilence: silent => this.#beSilent(silent),
        signal: either.signal,
      })
      const frame = await Promise.race([byHand, guided, nobody])
      const before = isGuided ? this.#recent.slice(0, -1) : this.#recent // the last one shows the picture itself
      return { frame, seen, recent: before.slice(-RECENT) }
    } finally {
      clearInterval(watch)
      over.abort()
      either.release()
      this.#shoot = () => {}
      this.controls.ready = false
    }
  }

  /**
   * Let the service inspect frames until `onAnswer` accepts one; resolves with that frame.
   * @param {object} wish `onAnswer` and `onSilence` are as in `guide`
   * @param {() => object} wish.wanted what to look for in the next frame, as `Api.inspect` takes it
   * @param {AbortSignal} wish.signal
   */
  watch({ wanted, onAnswer, onSilence = () => {}, signal }) {
    const inspect = preview => {
      this.#recent = [...this.#recent, preview].slice(-RECENT - 1)
      return this.#inspect(preview, wanted(), { signal })
    }
    return guide({ camera: this.camera, inspect, onAnswer, onSilence, signal })
  }

  /** Ask for a movement, or show what prevents it. */
  ask(hint) {
    this.stage.state = 'live'
    this.#tell(hint, text(`hint.${hint}`))
  }

  /** A small current picture, as one of many: a data URL. */
  shoot() {
    return this.camera.grab(SHOT_SIDE).shot
  }

  #judge(answers, [begin, end]) {
    const steadiness = new Steadiness(answers)
    const choice = new HintChoice()
    return answer => {
      const held = steadiness.see(answer)
      const hint = choice.see(answer)
      this.stage.progress = begin + (end - begin) * held
      if (!this.#silent) {
        this.stage.state = hint === 'hold_still' ? 'good' : 'live'
        this.#tell(hint, text(`hint.${hint}`))
      }
      return held === 1
    }
  }

  #tell(hint, message) {
    const { dataset } = this.stage.node
    const another = hint !== '' && hint !== dataset.hint
    dataset.hint = hint
    this.stage.direction = DIRECTIONS[hint] ?? null
    this.stage.caption = message
    if (another) this.#onHint(hint, message)
  }

  #beSilent(silent) {
    if (silent === this.#silent) return
    this.#silent = silent
    if (silent) {
      this.stage.state = 'live'
      this.#tell('silent', text('hint.silent'))
    }
  }
}
