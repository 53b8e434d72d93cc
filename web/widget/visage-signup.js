import { CameraError } from './camera.js'
import { VisageElement } from './element.js'
import { captureReasons, fieldProblems, isAboutPictures, sentence } from './problems.js'
import { Session } from './session.js'
import { text } from './text.js'
import { DetailsForm } from './views/details-form.js'
import { button, title } from './views/dom.js'
import { notice } from './views/notice.js'
import { capturing, details, done, ready, review, sending, trouble } from './views/signup-steps.js'
import { Stage } from './views/stage.js'
import { nameOf } from './views/welcome.js'

const POSES = ['front', 'left', 'right', 'up', 'down']
const USUAL_POSES = ['front', 'left', 'right']

/** Frames between two pictures: a double click must not take the next pose before anybody has turned. */
const FRESH_FRAMES = 8

/**
 * `<visage-signup>`: details, then guided captures, a look at them, and the account.
 *
 * Attributes: `endpoint`, `poses` (comma list of at least three of front, left, right, up, down), `login-url`.
 * Events: `visage-ready`, `visage-capture`, `visage-success` ({user, access_token, expires_in}), `visage-error`,
 * `visage-fallback`.
 */
export class VisageSignup extends VisageElement {
  #stage = new Stage(this.camera)
  #session = new Session(() => this.api)
  #form = new DetailsForm(() => this.#afterDetails())
  #captures = []
  #current = 0

  constructor() {
    super()
    this.camera.addEventListener('returned', () => this.#look(this.#current))
    this.camera.addEventListener('lost', () => this.#fail(this.begin(), new CameraError('camera_lost')))
  }

  /** The poses to take, in order. */
  get poses() {
    const wished = (this.getAttribute('poses') ?? '').split(',').map(pose => pose.trim())
    const known = POSES.filter(pose => wished.includes(pose))
    return known.length >= USUAL_POSES.length ? known : USUAL_POSES
  }

  set poses(poses) {
    this.setAttribute('poses', poses.join(','))
  }

  get loginUrl() {
    return this.getAttribute('login-url') ?? '/login'
  }

  set loginUrl(address) {
    this.setAttribute('login-url', address)
  }

  connectedCallback() {
    super.connectedCallback()
    this.append(this.#form.form)
    this.#captures = this.poses.map(pose => ({ pose, image: null, reasons: [] }))
    this.#askDetails()
  }

  #askDetails() {
    this.begin()
    this.show('details', details(this.#captures.length, this.loginUrl))
  }

  #afterDetails() {
    if (this.#captures.every(capture => capture.image)) this.#review()
    else this.#explain()
  }

  #explain() {
    const nodes = ready(this.#captures.length, () => this.#look(this.#nextMissing()), () => this.#askDetails())
    this.show('ready', nodes, { focus: nodes[0] })
  }

  /** Show the camera for one capture. */
  async #look(index) {
    const signal = this.begin()
    this.#current = index
    const capture = this.#captures[index]
    this.#stage.direction = capture.pose
    const keep = capture.image !== null && (() => this.#review())
    const actions = { shoot: () => this.#shoot(), keep, back: () => this.#leaveCamera() }
    const { nodes, shutter, heading } = capturing(this.#captures, index, this.#stage.node, actions)
    shutter.disabled = true
    try {
      if (!this.camera.live) {
        this.#stage.waitForCamera(text('signup.camera_starting'))
        this.show('capture', nodes, { say: text('signup.camera_starting') })
        await this.camera.start()
        this.emit('ready')
      }
      signal.throwIfAborted()
      const how = text(`pose.${capture.pose}_how`)
      this.#stage.state = 'live'
      this.#stage.caption = how
      this.show('capture', nodes, { say: `${heading.textContent}. ${how}.` })
      await this.camera.settle(FRESH_FRAMES)
      shutter.disabled = false
      if (this.holdsFocus) shutter.focus()
    } catch (error) {
      this.#fail(signal, error)
    }
  }

  #shoot() {
    if (!this.camera.live) return
    const capture = this.#captures[this.#current]
    Object.assign(capture, { image: this.camera.capture(), reasons: [] })
    this.emit('capture', { pose: capture.pose, index: this.#current, image: capture.image })
    const next = this.#nextMissing()
    if (next === -1) this.#review()
    else this.#look(next)
  }

  #nextMissing() {
    return this.#captures.findIndex(capture => capture.image === null)
  }

  #leaveCamera() {
    this.camera.stop()
    this.#explain()
  }

  /** Show all captures; `box` is a notice above them. */
  #review(box = this.#markedNotice(), seconds = 0) {
    this.begin()
    this.camera.stop()
    const actions = { retake: index => this.#look(index), confirm: () => this.#send(), edit: () => this.#askDetails() }
    const nodes = review(this.#captures, actions, box, seconds)
    this.show('review', nodes, { focus: box ? null : nodes[0] })
  }

  #markedNotice() {
    return this.#captures.some(capture => capture.reasons.length > 0) ? notice(text('signup.bad_pictures')) : null
  }

  async #send() {
    const signal = this.begin()
    const { nodes, heading, onProgress } = sending()
    this.show('sending', nodes, { say: heading.textContent, focus: heading })
    try {
      const images = this.#captures.map(capture => capture.image)
      const answer = await this.api.store({ ...this.#form.values, images }, { signal, onProgress })
      this.#finish(this.#session.begin(answer))
    } catch (error) {
      this.#fail(signal, error)
    }
  }

  #finish(answer) {
    const portrait = this.#captures[0].image
    const tryIt = async () => {
      await this.#session.end().catch(error => this.emit('error', { code: error.code }))
      location.assign(this.loginUrl)
    }
    const nodes = done(nameOf(answer.user), portrait, tryIt, this.loginUrl)
    this.#form.reset()
    this.#captures = this.#captures.map(({ pose }) => ({ pose, image: null, reasons: [] }))
    this.show('done', nodes, { say: nodes[1].textContent, focus: nodes[1] })
    this.emit('success', { user: answer.user, access_token: answer.access_token, expires_in: answer.expires_in })
  }

  #fail(signal, error) {
    if (signal.aborted || error.name === 'AbortError') return
    this.camera.stop()
    if (error instanceof CameraError) {
      const nodes = trouble(error.outcome, this.loginUrl, () => this.#look(this.#current), () => this.#askDetails())
      this.show('trouble', nodes)
      this.emit('error', { code: error.outcome })
      this.emit('fallback', { reason: error.outcome })
      return
    }
    this.emitError(error)
    this.#refused(error)
  }

  /** The service did not take the sign-up: go back to what has to change, and keep everything else. */
  #refused(error) {
    for (const capture of this.#captures) capture.reasons = []
    for (const [index, reasons] of captureReasons(error)) {
      if (this.#captures[index]) this.#captures[index].reasons = reasons
    }
    const problems = fieldProblems(error)
    if (this.#markedNotice()) this.#review()
    else if (isAboutPictures(error)) this.#review(notice(text('signup.bad_pictures_all'), sentence(error)))
    else if (error.code === 'face_already_enrolled') {
      const goThere = button(text('signup.log_in_instead'), () => location.assign(this.loginUrl))
      this.#review(notice(sentence(error), null, goThere))
    } else if (Object.keys(problems).length > 0) {
      this.#askDetails()
      this.#form.complain(problems)
    } else this.#review(notice(sentence(error)), error.retryAfter)
  }
}
