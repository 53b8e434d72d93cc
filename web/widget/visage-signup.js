import { CameraError, Trouble } from './camera.js'
import { Captures } from './captures.js'
import { VisageElement } from './element.js'
import { captureReasons, fieldProblems, isAboutPictures, sentence } from './problems.js'
import { Session } from './session.js'
import { text } from './text.js'
import { DetailsForm } from './views/details-form.js'
import { button } from './views/dom.js'
import { notice } from './views/notice.js'
import { capturing, details, done, doubt, ready, review, sending, trouble } from './views/signup-steps.js'
import { nameOf } from './views/welcome.js'

const POSES = ['front', 'left', 'right', 'up', 'down']
/** The service wants so many captures at least. */
const FEWEST = 3
/** Good answers in a row before a picture is taken. */
const ANSWERS = 3

/**
 * `<visage-signup>`: details and consent, then guided captures, a look at them, and the account. With `accessToken`
 * set, it enrols the holder's face anew instead.
 * Attributes, properties, methods and events: docs/widget.md.
 */
export class VisageSignup extends VisageElement {
  static observedAttributes = [...VisageElement.observedAttributes, 'poses']

  #accessToken = null
  #session = new Session(() => this.api)
  #form = null
  #captures = new Captures(POSES)
  #current = 0

  constructor() {
    super()
    this.camera.addEventListener('lost', () => this.#fail(this.begin(), new CameraError(Trouble.LOST)))
  }

  /** The poses to take, in order. */
  get poses() {
    const wished = (this.getAttribute('poses') ?? '').split(',').map(pose => pose.trim())
    const known = POSES.filter(pose => wished.includes(pose))
    return known.length >= FEWEST ? known : POSES
  }

  set poses(poses) {
    this.reflect('poses', poses?.join(','))
  }

  get loginUrl() {
    return this.getAttribute('login-url') ?? '/login'
  }

  set loginUrl(address) {
    this.reflect('login-url', address)
  }

  /** The access token of who is to be enrolled anew, from a password login a few minutes old; null to sign up. */
  get accessToken() {
    return this.#accessToken
  }

  set accessToken(token) {
    const before = this.#accessToken
    this.#accessToken = token ?? null
    const otherKind = (before === null) !== (this.#accessToken === null) // a fresh token for the same keeps what is there
    if (otherKind && this.step !== null) this.reopen()
  }

  opened() {
    const options = { renewal: this.#accessToken !== null, suffix: this.suffix }
    this.#form = new DetailsForm(() => this.#afterDetails(), options)
    this.adopt(this.#form.form)
    this.#captures = new Captures(this.poses)
    this.#askDetails()
  }

  resume() {
    this.#look(this.#current)
  }

  /** Go on to the camera; resolves when it shows (true), or when it cannot be had or the form comes first (false). */
  async start() {
    if (!(await this.whenOpen()) || this.step === 'sending' || this.#captures.missing === -1) return false
    if (this.#form.complete) return this.#look(this.#captures.missing)
    this.#form.focus()
    return false
  }

  /** Switch the camera off; what was filled in and taken stays. */
  async stop() {
    if (this.camera.live || this.step === 'capture') this.#explain()
  }

  async #askDetails() {
    const signal = this.begin()
    const nodes = details(this.#captures.list.length, this.#accessToken === null ? this.loginUrl : null)
    this.show('details', nodes)
    if (this.#form.consent) return
    try {
      this.#form.consent = await this.api.consent(this.language, { signal })
    } catch (error) {
      if (signal.aborted) return
      const mayTell = this.emitError(error)
      const again = button(text('action.try_again'), () => this.#askDetails())
      this.show('details', [...nodes, mayTell ? notice(sentence(error), null, again) : again])
    }
  }

  #afterDetails() {
    if (this.#captures.missing === -1) this.#review()
    else this.#explain()
  }

  #explain(box = null) {
    this.begin()
    this.camera.stop()
    const nodes = ready(this.#captures.list.length, () => this.start(), () => this.#askDetails())
    this.show('ready', [nodes[0], box, ...nodes.slice(1)], { focus: nodes[0] })
  }

  /** Show the camera for one capture; resolves as `start`. */
  async #look(index) {
    const signal = this.begin()
    const { viewfinder } = this
    this.#current = index
    const { pose, image } = this.#captures.list[index]
    viewfinder.controls.label = text('signup.shutter', { pose: text(`pose.${pose}`) })
    const keep = image !== null && (() => this.#review())
    const actions = { keep, back: () => this.#explain() }
    const { nodes, heading } = capturing(this.#captures.list, index, viewfinder.nodes, actions)
    const focus = viewfinder.controls.focused
    try {
      if (!this.camera.live) {
        this.show('capture', nodes, { say: text('camera.starting'), focus })
        await viewfinder.open()
        this.emit('ready')
      }
      signal.throwIfAborted()
      this.show('capture', nodes, { say: `${heading.textContent} – ${text(`pose.${pose}_how`)}`, focus })
    } catch (error) {
      this.#fail(signal, error)
      return false
    }
    this.#take(index, signal)
    return true
  }

  async #take(index, signal) {
    const { pose } = this.#captures.list[index]
    try {
      const { frame, pose: seen } = await this.viewfinder.take({
        how: text(`pose.${pose}_how`),
        wanted: { pose, front: this.#captures.front },
        answers: ANSWERS,
        share: this.#captures.shareOf(index),
        signal,
      })
      const image = frame.picture
      if (!this.emit('capture', { pose, index, image })) return this.#explain()
      this.#captures.take(index, image, seen)
      const next = this.#captures.missing
      if (next === -1) this.#review()
      else this.#look(next)
    } catch (error) {
      this.#fail(signal, error)
    }
  }

  /** Show all captures; `box` is a notice above them. */
  #review(box = this.#markedNotice(), seconds = 0) {
    this.begin()
    this.camera.stop()
    const actions = {
      retake: index => this.#look(index),
      confirm: () => this.#send(),
      doubt: () => this.#doubt(),
    }
    const label = text(this.#accessToken === null ? 'signup.confirm' : 'signup.confirm_renewal')
    const nodes = review(this.#captures.list, label, actions, box, seconds)
    this.show('review', nodes, { focus: box ? null : nodes[0] })
  }

  #markedNotice() {
    return this.#captures.flawed ? notice(text('signup.bad_pictures')) : null
  }

  /** Something about the pictures is not right: what can be done about it. */
  #doubt() {
    this.begin()
    const nodes = doubt({
      again: () => {
        this.#captures = new Captures(this.poses)
        this.#explain()
      },
      edit: this.#accessToken === null && (() => this.#askDetails()),
      back: () => this.#review(),
      leave: () => {
        this.#form.reset()
        this.#captures = new Captures(this.poses)
        this.#askDetails()
      },
    })
    this.show('doubt', nodes, { focus: nodes[0] })
  }

  async #send() {
    const signal = this.begin()
    const words = text(this.#accessToken === null ? 'signup.sending_title' : 'signup.renewal_title')
    const { nodes, heading, onProgress } = sending(words)
    this.show('sending', nodes, { say: heading.textContent, focus: heading })
    try {
      const { images } = this.#captures
      const options = { token: this.#accessToken ?? undefined, signal, onProgress }
      this.#finish(await this.api.store({ ...this.#form.values, images }, options))
    } catch (error) {
      this.#fail(signal, error)
    }
  }

  #finish(answer) {
    const { user, access_token, expires_in } = answer
    const [portrait] = this.#captures.images
    const renewal = this.#accessToken !== null
    if (!renewal) this.#session.begin(answer)
    const tryIt = async () => {
      await this.#session.end().catch(error => this.emitError(error))
      location.assign(this.loginUrl)
    }
    const view = { name: nameOf(user), image: portrait, leftOut: answer.facial_data?.left_out?.length ?? 0 }
    const nodes = done(view, renewal ? null : tryIt, this.loginUrl)
    this.#form.reset()
    this.#captures = new Captures(this.poses)
    if (!this.emit('success', { user, access_token, expires_in, method: 'password' })) nodes.splice(2)
    this.show('done', nodes, { say: nodes[1].textContent, focus: nodes[1] })
  }

  #fail(signal, error) {
    if (signal.aborted || error.name === 'AbortError') return
    this.camera.stop()
    const mayTell = this.emitError(error)
    if (error.outcome === Trouble.NOBODY) return this.#explain(notice(text('camera.nobody')))
    if (error.outcome === Trouble.TAP) return this.#explain()
    if (error instanceof CameraError) {
      if (!mayTell) return this.#explain()
      if (!this.emit('fallback', { reason: error.outcome })) return this.#explain()
      const again = () => this.#look(this.#current)
      const loginUrl = this.#accessToken === null ? this.loginUrl : null
      this.show('trouble', trouble(error.outcome, loginUrl, again, () => this.#askDetails()))
    } else if (mayTell) this.#refused(error)
    else this.#review()
  }

  /** The service did not take the sign-up: go back to what has to change, and keep everything else. */
  #refused(error) {
    this.#captures.blame(captureReasons(error))
    const problems = fieldProblems(error)
    if (this.#captures.flawed) this.#review()
    else if (isAboutPictures(error)) this.#review(notice(text('signup.bad_pictures_all'), sentence(error)))
    else if (error.code === 'face_already_enrolled') {
      const goThere = button(text('signup.log_in_instead'), () => location.assign(this.loginUrl))
      this.#review(notice(sentence(error), null, goThere))
    } else if (Object.keys(problems).length > 0) {
      if (error.code === 'consent_outdated') this.#form.consent = null
      this.#askDetails().then(() => this.#form.complain(problems))
    } else this.#review(notice(sentence(error)), error.retryAfter)
  }
}
