import { CameraError, Trouble } from './camera.js'
import { Captures } from './captures.js'
import { meetChallenge } from './liveness.js'
import { addPasskey } from './passkeys.js'
import { Policy } from './policy.js'
import { captureReasons, fieldProblems, isAboutPictures, reasonSentences, sentence } from './problems.js'
import { Session } from './session.js'
import { SignupAttributes } from './signup-attributes.js'
import { text } from './text.js'
import { DetailsForm } from './views/details-form.js'
import { button } from './views/dom.js'
import { notice } from './views/notice.js'
import {
  capturing, details, done, doubt, passkeyOffer, proving, ready, review, sending, trouble, uninvited,
} from './views/signup-steps.js'
import { nameOf } from './views/welcome.js'

/** Consecutive good answers before a picture is taken. */
const ANSWERS = 3

/**
 * `<visage-signup>`: details and consent, guided captures, a review of them, and the account. With `accessToken` set,
 * it enrols that user's face again instead.
 * Attributes, properties, methods and events: docs/widget.md.
 */
export class VisageSignup extends SignupAttributes {
  #session = new Session(() => this.api)
  #form = null
  #captures = new Captures([])
  #policy = null
  /** What to continue with once the camera is available again. */
  #withCamera = () => this.#look(0)

  constructor() {
    super()
    this.camera.addEventListener('lost', () => this.#fail(this.begin(), new CameraError(Trouble.LOST)))
  }

  opened() {
    this.#policy = new Policy(this.api)
    const options = { renewal: this.accessToken !== null, suffix: this.suffix }
    this.#form = new DetailsForm(() => this.#rest(), options)
    this.adopt(this.#form.form)
    this.#captures = new Captures(this.poses)
    this.#askDetails()
  }

  resume() {
    this.#withCamera()
  }

  /** Go to the camera; resolves with whether the video is shown: it may be unavailable, or the form comes first. */
  async start() {
    if (!(await this.whenOpen()) || this.step === 'sending' || this.#captures.missing === -1) return false
    if (this.#form.complete) return this.#look(this.#captures.missing)
    this.#form.focus()
    return false
  }

  /** Switch the camera off; keeps the form and the pictures. */
  async stop() {
    if (this.camera.live || this.step === 'capture' || this.step === 'challenge') this.#rest()
  }

  async #askDetails() {
    const signal = this.begin()
    const nodes = details(this.#captures.list.length, this.accessToken === null ? this.loginUrl : null)
    this.show('details', nodes)
    if (this.#form.consent) return
    try {
      const [consent] = await Promise.all([this.api.consent(this.language, { signal }), this.#policy.known])
      signal.throwIfAborted()
      const uncalled = this.accessToken === null && this.#policy.invited && !this.invitation
      if (uncalled) return this.show('invitation', uninvited(this.loginUrl))
      this.#form.consent = consent
    } catch (error) {
      if (signal.aborted) return
      const mayTell = this.emitError(error)
      const again = button(text('action.try_again'), () => this.#askDetails())
      this.show('details', [...nodes, mayTell ? notice(sentence(error), null, again) : again])
    }
  }

  /** The camera is off: show the pictures if they are complete, else the step before the missing ones. */
  #rest(box) {
    if (this.#captures.missing === -1) this.#review(box)
    else this.#explain(box)
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
    this.#withCamera = () => this.#look(index)
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
      const { frame, seen } = await this.viewfinder.take({
        how: text(`pose.${pose}_how`),
        wanted: { pose, front: this.#captures.front },
        answers: ANSWERS,
        share: this.#captures.shareOf(index),
        signal,
      })
      const image = frame.picture
      if (!this.emit('capture', { pose, index, image })) return this.#rest()
      this.#captures.take(index, image, seen?.pose)
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
      confirm: () => this.#confirm(),
      doubt: () => this.#doubt(),
    }
    const label = text(this.accessToken === null ? 'signup.confirm' : 'signup.confirm_renewal')
    const nodes = review(this.#captures.list, label, actions, box, seconds)
    this.show('review', nodes, { focus: box ? null : nodes[0] })
  }

  #markedNotice() {
    return this.#captures.flawed ? notice(text('signup.bad_pictures')) : null
  }

  /** The user doubts the pictures: show what can be done. */
  #doubt() {
    this.begin()
    const nodes = doubt({
      again: () => {
        this.#captures = new Captures(this.poses)
        this.#explain()
      },
      edit: this.accessToken === null && (() => this.#askDetails()),
      back: () => this.#review(),
      leave: () => {
        this.#form.reset()
        this.#captures = new Captures(this.poses)
        this.#askDetails()
      },
    })
    this.show('doubt', nodes, { focus: nodes[0] })
  }

  #confirm() {
    if (this.#policy.challenged) this.#prove()
    else this.#send()
  }

  /** Play a challenge to prove that the pictures show this user, then send everything. */
  async #prove() {
    const signal = this.begin()
    const { viewfinder } = this
    const [stage, controls] = viewfinder.nodes
    const show = (finder, say) => this.show('challenge', proving(finder, () => this.#review()), { say })
    this.#withCamera = () => this.#prove()
    viewfinder.controls.label = text('login.shutter')
    try {
      show([stage, controls], text('camera.starting'))
      await viewfinder.open()
      this.emit('ready')
      this.say(text('login.live'))
      const { seen } = await viewfinder.take({ how: text('login.live'), answers: ANSWERS, signal })
      show([stage])
      const proof = await meetChallenge(this.api, 'signup', { viewfinder, front: seen, signal })
      this.camera.stop()
      this.#send(proof)
    } catch (error) {
      this.#fail(signal, error)
    }
  }

  /** @param {import('./liveness.js').Proof} [proof] the reply to a challenge */
  async #send(proof) {
    const signal = this.begin()
    const words = text(this.accessToken === null ? 'signup.sending_title' : 'signup.renewal_title')
    const { nodes, heading, onProgress } = sending(words)
    this.show('sending', nodes, { say: heading.textContent, focus: heading })
    try {
      const invitation = (this.accessToken === null && this.invitation) || undefined
      const person = { ...this.#form.values, images: this.#captures.images, invitation, ...proof }
      const options = { token: this.accessToken ?? undefined, signal, onProgress }
      this.#finish(await this.api.store(person, options))
    } catch (error) {
      this.#fail(signal, error)
    }
  }

  #finish(answer) {
    const { user, access_token, expires_in } = answer
    const [portrait] = this.#captures.images
    const renewal = this.accessToken !== null
    if (!renewal) this.#session.begin(answer)
    const tryIt = async () => {
      await this.#session.end().catch(error => this.emitError(error))
      location.assign(this.loginUrl)
    }
    const view = { name: nameOf(user), image: portrait, leftOut: answer.facial_data?.left_out?.length ?? 0 }
    const offer = !renewal && this.#policy.passkeys && passkeyOffer(() => this.#addPasskey(access_token))
    const nodes = done(view, renewal ? null : tryIt, this.loginUrl, offer)
    this.#form.reset()
    this.#captures = new Captures(this.poses)
    if (!this.emit('success', { user, access_token, expires_in, method: 'password' })) nodes.splice(2)
    this.show('done', nodes, { say: nodes[1].textContent, focus: nodes[1] })
  }

  /** Resolves with the sentence to show, or rejects with a shown error. */
  async #addPasskey(token) {
    try {
      await addPasskey(this.api, token)
    } catch (error) {
      return this.emitError(error) ? notice(sentence(error)) : null
    }
    return true
  }

  #fail(signal, error) {
    if (signal.aborted || error.name === 'AbortError') return
    this.camera.stop()
    if (this.#policy.learn(error)) return this.#confirm()
    const mayTell = this.emitError(error)
    if (error.outcome === Trouble.NOBODY) return this.#rest(notice(text('camera.nobody')))
    if (error.outcome === Trouble.TAP) return this.#rest()
    if (error instanceof CameraError) {
      if (!mayTell) return this.#rest()
      if (!this.emit('fallback', { reason: error.outcome })) return this.#rest()
      const again = () => this.#withCamera()
      const loginUrl = this.accessToken === null ? this.loginUrl : null
      this.show('trouble', trouble(error.outcome, loginUrl, again, () => this.#askDetails()))
    } else if (mayTell) this.#refused(error)
    else this.#review()
  }

  /** The service refused the sign-up: go back to what has to change, and keep everything else. */
  #refused(error) {
    this.#captures.blame(captureReasons(error))
    const problems = fieldProblems(error)
    if (this.#captures.flawed) this.#review()
    else if ('frame_index' in error.details) this.#review(notice(reasonSentences(error)))
    else if (isAboutPictures(error)) this.#review(notice(text('signup.bad_pictures_all'), sentence(error)))
    else if (error.code === 'face_already_enrolled') {
      const goThere = button(text('signup.log_in_instead'), () => location.assign(this.loginUrl))
      this.#review(notice(sentence(error), null, goThere))
    } else if (Object.keys(problems).length > 0) {
      if (error.code === 'consent_outdated') this.#form.consent = null
      this.#askDetails().then(() => this.#form.complain(problems))
    } else if (error.code === 'liveness_uncertain' && this.#policy.challenged) {
      this.#review(notice(reasonSentences(error), text('login.move')))
    } else this.#review(notice(reasonSentences(error)), error.retryAfter)
  }
}
