import { CameraError } from './camera.js'
import { VisageElement } from './element.js'
import { isAboutPictures, reasonSentence, sentence } from './problems.js'
import { Session } from './session.js'
import { text } from './text.js'
import { button, h, title } from './views/dom.js'
import { cameraNotice, notice, waitingButton } from './views/notice.js'
import { PasswordForm } from './views/password-form.js'
import { Stage } from './views/stage.js'
import { factRows, welcome } from './views/welcome.js'

/** Fresh frames to let pass before the picture is taken: cameras start dark and out of focus. */
const SETTLING_FRAMES = 8
/** When to renew the session, as a share of its life: early enough for one more try. */
const RENEWAL = [0.8, 0.95]

/**
 * `<visage-login>`: looks at whoever is there, once, and logs them in; the password form is always one click away.
 *
 * Attributes: `endpoint`, `auto` ("off" waits for a click before it asks for the camera), `signup-url`.
 * Events: `visage-ready`, `visage-capture`, `visage-success` ({user, access_token, expires_in}), `visage-error`,
 * `visage-fallback`.
 */
export class VisageLogin extends VisageElement {
  #stage = new Stage(this.camera)
  #session = new Session(() => this.api)
  #form = new PasswordForm((username, password) => this.#logIn(username, password))
  #renewal = 0

  constructor() {
    super()
    this.camera.addEventListener('returned', () => this.start())
    this.camera.addEventListener('lost', () => this.#fail(this.begin(), new CameraError('camera_lost')))
  }

  /** Whether the camera is asked for as soon as the element is on the page. */
  get auto() {
    return this.getAttribute('auto') !== 'off'
  }

  set auto(on) {
    this.setAttribute('auto', on ? 'on' : 'off')
  }

  get signupUrl() {
    return this.getAttribute('signup-url') ?? '/signup'
  }

  set signupUrl(address) {
    this.setAttribute('signup-url', address)
  }

  async connectedCallback() {
    super.connectedCallback()
    this.append(this.#form.form)
    const signal = this.begin()
    const answer = await this.#session.resume().catch(() => null)
    if (signal.aborted) return
    if (answer) this.#welcome(answer)
    else if (this.auto) this.start()
    else this.#wait(text('login.idle'))
  }

  disconnectedCallback() {
    super.disconnectedCallback()
    clearTimeout(this.#renewal)
  }

  /** Ask for the camera, take one picture and ask who it is. */
  async start() {
    const signal = this.begin()
    this.#stage.waitForCamera()
    this.#showStage('starting', [], { say: text('login.starting') })
    try {
      await this.camera.start()
      this.#stage.state = 'live'
      this.#stage.caption = text('login.live')
      this.#showStage('live', [], { say: text('login.live') })
      this.emit('ready')
      await this.camera.settle(SETTLING_FRAMES)
      await this.#recognize(this.camera.capture(), signal)
    } catch (error) {
      this.#fail(signal, error)
    }
  }

  async #recognize(image, signal) {
    this.camera.stop()
    this.#stage.freeze(image)
    this.#stage.state = 'checking'
    this.#stage.caption = text('login.checking')
    this.#showStage('checking', [], { say: text('login.checking') })
    this.emit('capture', { image })
    const answer = await this.api.recognize(image, { signal })
    if (answer.status === 'matched') this.#welcome(this.#session.begin(answer), image)
    else this.#offerAgain('unknown', notice(text('login.unknown_title'), text('login.unknown')))
  }

  #fail(signal, error) {
    if (signal.aborted || error.name === 'AbortError') return
    this.camera.stop()
    if (error instanceof CameraError) {
      this.emit('error', { code: error.outcome })
      this.#usePassword(error.outcome)
      return
    }
    this.emitError(error)
    const reasons = error.details?.reasons?.length ? error.details.reasons : [error.code]
    const box = isAboutPictures(error)
      ? notice(text('login.hint_title'), reasons.map(reasonSentence).join(' '))
      : notice(text('login.error_title'), sentence(error))
    this.#offerAgain(isAboutPictures(error) ? 'hint' : 'error', box, error.retryAfter)
  }

  #offerAgain(step, box, seconds = 0) {
    this.#stage.state = 'failed'
    this.#stage.caption = ''
    this.#showStage(step, [box, waitingButton(text('action.try_again'), seconds, () => this.start())])
  }

  #wait(words) {
    this.camera.stop()
    this.#stage.state = 'waiting'
    this.#stage.caption = words
    this.#showStage('idle', [button(text('login.start'), () => this.start(), 'primary')], { say: words })
  }

  #showStage(step, more, options) {
    const password = button(text('login.use_password'), () => this.#usePassword('chosen'), 'link')
    const why = more.length === 0 && h('p', { class: 'lead' }, text('login.why'))
    this.show(step, [title(text('login.title')), this.#stage.node, why, ...more, password], options)
  }

  /** @param {string} reason `chosen`, `not_you` or the camera's outcome */
  #usePassword(reason) {
    this.begin()
    this.camera.stop()
    this.#form.reset()
    const signUp = h('a', { href: this.signupUrl }, text('login.sign_up'))
    this.show('password', [
      title(text('login.password_title')),
      reason.startsWith('camera_') && cameraNotice(reason),
      h('slot', { name: 'password' }),
      button(text('login.use_face'), () => this.start(), 'link'),
      h('p', { class: 'aside' }, text('login.no_account'), ' ', signUp),
    ], { focus: this.#form })
    this.emit('fallback', { reason })
  }

  async #logIn(username, password) {
    const signal = this.begin()
    this.#form.busy = true
    try {
      this.#welcome(this.#session.begin(await this.api.login(username, password, { signal })))
    } catch (error) {
      if (signal.aborted) return
      this.emitError(error)
      const wait = error.retryAfter ? ` ${text('wait.seconds', { seconds: error.retryAfter })}.` : ''
      this.#form.complain(sentence(error) + wait)
    } finally {
      this.#form.busy = false
    }
  }

  async #welcome(answer, image = null) {
    const signal = this.begin()
    this.#form.reset()
    const facts = h('div', { class: 'facts' })
    const logOut = () => this.#logOut(() => this.#wait(text('login.logged_out')))
    const notYou = () => this.#logOut(() => this.#usePassword('not_you'))
    const { heading, nodes } = welcome(answer.user, image, facts, logOut, notYou)
    this.show('welcome', nodes, { say: heading.textContent, focus: heading })
    this.emit('success', { user: answer.user, access_token: answer.access_token, expires_in: answer.expires_in })
    this.#renewLater(facts, signal)
    await this.#confirm(facts, signal)
  }

  /** Let the service say who is logged in, and show that. */
  async #confirm(facts, signal) {
    try {
      facts.replaceChildren(...factRows(await this.#session.me({ signal }), this.#session.expiresAt))
    } catch (error) {
      if (!signal.aborted) facts.replaceChildren(notice(sentence(error)))
    }
  }

  #renewLater(facts, signal, shares = RENEWAL) {
    clearTimeout(this.#renewal)
    const renew = () => this.#renew(facts, signal, shares.slice(1))
    this.#renewal = setTimeout(renew, this.#session.millisecondsTo(shares[0]))
  }

  async #renew(facts, signal, sharesLeft) {
    let answer = null
    try {
      answer = await this.#session.renew()
    } catch {
      if (signal.aborted) return
      if (sharesLeft.length > 0) return this.#renewLater(facts, signal, sharesLeft)
    }
    if (signal.aborted) return
    if (answer === null) return this.#wait(text('login.session_over'))
    this.#renewLater(facts, signal)
    await this.#confirm(facts, signal)
  }

  async #logOut(then) {
    clearTimeout(this.#renewal)
    this.begin()
    then()
    await this.#session.end().catch(error => this.emit('error', { code: error.code }))
  }
}
