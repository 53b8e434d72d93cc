import { CameraError, Trouble } from './camera.js'
import { VisageElement } from './element.js'
import { meetChallenge } from './liveness.js'
import { canSuggestPasskeys, choosePasskey, suggestPasskeys } from './passkeys.js'
import { rememberedPerson, rememberPerson } from './person.js'
import { Policy } from './policy.js'
import { isAboutPictures, reasonSentences, sentence } from './problems.js'
import { keepAlive } from './renewal.js'
import { Session } from './session.js'
import { text } from './text.js'
import { button, h, title } from './views/dom.js'
import { cameraNotice, notice, waitingButton } from './views/notice.js'
import { PasswordForm } from './views/password-form.js'
import { moreNeeded, passkeyAsked } from './views/second-step.js'
import { factRows, portrait, welcome } from './views/welcome.js'

/** Consecutive good answers before the picture is taken. */
const ANSWERS = 2
/** Milliseconds that the tick is shown before the welcome. */
const MATCHED = 650
/** How users may log in, unless the page says otherwise. */
const WAYS = ['face', 'passkey', 'password']
/** Steps that do not use the camera. */
const WITHOUT_CAMERA = ['password', 'passkey', 'more', 'matched', 'welcome']

/**
 * `<visage-login>`: logs the user in by face; the password form is always one click away.
 * Attributes, properties, methods and events: docs/widget.md.
 */
export class VisageLogin extends VisageElement {
  #session = new Session(() => this.api)
  #form = null
  #policy = null
  /** The way in by passkey. Every view has it, and it is hidden until passkeys are known to work here. */
  #passkey = null

  constructor() {
    super()
    this.camera.addEventListener('lost', () => this.#fail(this.begin(), new CameraError(Trouble.LOST)))
  }

  /** Whether the camera is requested as soon as the element is on the page. */
  get auto() {
    return this.getAttribute('auto') !== 'off'
  }

  set auto(on) {
    this.reflect('auto', on === false ? 'off' : on && 'on')
  }

  get signupUrl() {
    return this.getAttribute('signup-url') ?? '/signup'
  }

  set signupUrl(address) {
    this.reflect('signup-url', address)
  }

  get accountUrl() {
    return this.getAttribute('account-url') ?? '/account'
  }

  set accountUrl(address) {
    this.reflect('account-url', address)
  }

  /** How users may log in, the preferred way first. */
  get ways() {
    return this.getAttribute('ways')?.split(',').map(way => way.trim()) ?? WAYS
  }

  set ways(ways) {
    this.reflect('ways', ways && ways.join(','))
  }

  /** The level that the login should reach, or null. */
  get acr() {
    return this.getAttribute('acr')
  }

  set acr(level) {
    this.reflect('acr', level)
  }

  /** The user who is expected, or null. */
  get username() {
    return this.getAttribute('username')
  }

  set username(username) {
    this.reflect('username', username)
  }

  /** Whether a session that this browser already has counts as a login. */
  get resumeSession() {
    return this.getAttribute('resume-session') !== 'off'
  }

  set resumeSession(on) {
    this.reflect('resume-session', on === false ? 'off' : on && 'on')
  }

  async opened(signal) {
    const policy = this.#policy = new Policy(this.api, { challenge: this.acr?.includes('challenge') })
    const passkey = this.#passkey =
      button(text('login.use_passkey'), () => this.#usePasskey(), 'link', { hidden: true })
    policy.known.then(() => { passkey.hidden = !policy.passkeys || !this.#allows('passkey') })
    this.#form = new PasswordForm((username, password) => this.#logIn(username, password), this.suffix)
    this.adopt(this.#form.form)
    this.viewfinder.controls.label = text('login.shutter')
    const answer = this.resumeSession ? await this.#session.resume().catch(() => null) : null
    if (signal.aborted) return
    if (answer) this.#arrive(answer, 'session')
    else this.#offer()
  }

  /** Begin with the preferred way. */
  #offer() {
    const [way] = this.ways
    if (way === 'passkey') this.#usePasskey()
    else if (way === 'password') this.#usePassword('preferred')
    else if (this.auto) this.#start()
    else this.#wait(text('login.idle'))
  }

  resume() {
    this.#start()
  }

  /** Ask for the camera and recognise the user; resolves when the video is shown (true) or is unavailable (false). */
  async start() {
    return (await this.whenOpen()) && this.#start()
  }

  async #start() {
    const signal = this.begin()
    this.#showCamera('starting', [], { say: text('camera.starting') })
    try {
      await this.viewfinder.open()
    } catch (error) {
      this.#fail(signal, error)
      return false
    }
    if (signal.aborted) return false
    const { focused } = this.viewfinder.controls
    this.#showCamera('live', [], { say: text('login.live'), focus: focused })
    this.emit('ready')
    this.#look(signal)
    return true
  }

  /** Switch the camera off and wait until the user wants it. */
  async stop() {
    if (!(await this.whenOpen()) || WITHOUT_CAMERA.includes(this.step)) return
    this.begin()
    this.#wait(text('login.idle'))
  }

  /** End this browser's session with the service. */
  logOut() {
    return this.#logOut(() => this.#wait(text('login.logged_out')))
  }

  async #look(signal) {
    try {
      const { frame, seen, recent } = await this.viewfinder.take({ how: text('login.live'), answers: ANSWERS, signal })
      const proof = this.#policy.challenged ? await this.#playChallenge(seen, signal) : undefined
      const evidence = proof ? { proof } : { recent: this.#policy.passive ? recent : undefined }
      await this.#recognize(proof?.frames[0].image ?? frame.picture, evidence, signal)
    } catch (error) {
      this.#fail(signal, error)
    }
  }

  #playChallenge(front, signal) {
    this.#showCamera('challenge', [])
    return meetChallenge(this.api, 'login', { viewfinder: this.viewfinder, front, signal })
  }

  /** @param {{proof?: import('./liveness.js').Proof, recent?: string[]}} evidence that the user is there */
  async #recognize(image, evidence, signal) {
    this.camera.stop()
    this.#freeze('checking', image)
    if (!this.emit('capture', { image })) return this.#wait(text('login.idle'))
    const answer = await this.api.recognize(image, { username: this.#person?.username, ...evidence, signal })
    if (answer.status !== 'matched') return this.#unknown()
    this.#freeze('matched', image)
    await this.#arrive(this.#session.begin(answer), 'face', image)
  }

  #freeze(step, image) {
    const words = text(`login.${step}`)
    this.viewfinder.stage.freeze(image)
    this.viewfinder.stage.state = step
    this.viewfinder.stage.caption = words
    this.#showCamera(step, [], { say: words })
  }

  #fail(signal, error) {
    if (signal.aborted || error.name === 'AbortError') return
    this.camera.stop()
    if (this.#policy.learn(error)) return this.#start()
    const mayTell = this.emitError(error)
    const words = { [Trouble.TAP]: 'login.idle', [Trouble.NOBODY]: 'camera.nobody' }[error.outcome]
    if (words) return this.#wait(text(words))
    if (error instanceof CameraError && this.#allows('password')) {
      return this.#usePassword(error.outcome, mayTell && cameraNotice(error.outcome))
    }
    if (!mayTell) return this.#wait(text('login.idle'))
    if (error instanceof CameraError) return this.#offerAgain('error', cameraNotice(error.outcome))
    const about = isAboutPictures(error)
    const box = notice(text(about ? 'login.hint_title' : 'login.error_title'), reasonSentences(error))
    const label = error.code === 'liveness_uncertain' && this.#policy.challenged ? 'login.move' : 'action.try_again'
    this.#offerAgain(about ? 'hint' : 'error', box, error.retryAfter, text(label))
  }

  #unknown() {
    const person = this.#person
    const why = person ? text('login.unknown_person', { name: person.name }) : text('login.unknown')
    this.#offerAgain('unknown', notice(text('login.unknown_title'), why))
  }

  #offerAgain(step, box, seconds = 0, label = text('action.try_again')) {
    this.viewfinder.stage.state = 'failed'
    this.viewfinder.stage.caption = ''
    this.#showCamera(step, [box, waitingButton(label, seconds, () => this.#start())])
  }

  #wait(words) {
    this.camera.stop()
    this.viewfinder.stage.state = 'waiting'
    this.viewfinder.stage.caption = words
    this.#showCamera('idle', [button(text('login.start'), () => this.#start(), 'primary')], { say: words })
  }

  #showCamera(step, more, options) {
    const person = this.#person
    const heading = title(person ? text('login.title_person', { name: person.name }) : text('login.title'))
    const isPlayed = step === 'challenge'
    const isSaid = step !== 'matched' && more.length === 0 && (!isPlayed || this.#allows('password'))
    const why = isSaid && h('p', { class: 'lead' }, text(isPlayed ? 'login.challenge' : 'login.why'))
    const ways = h('div', { class: 'ways' },
      this.#allows('password') && button(text('login.use_password'), () => this.#usePassword('chosen'), 'link'),
      this.#passkey,
      person && button(text('login.not_you'), () => this.#forgetPerson(() => this.#start()), 'link'))
    const [stage, controls] = this.viewfinder.nodes
    const watching = step === 'starting' || step === 'live'
    this.show(step, [heading, stage, watching && controls, why, ...more, ways], options)
  }

  /** Whether the user may log in this way. */
  #allows(way) {
    return this.ways.includes(way)
  }

  /** The user who is remembered on this device, unless the page expects another. */
  get #person() {
    const person = rememberedPerson()
    return this.username === null || this.username === person?.username ? person : null
  }

  #forgetPerson(then) {
    rememberPerson(null)
    then()
  }

  /**
   * @param {string} reason `chosen`, `not_you`, `preferred` or the camera's outcome
   * @param {Node | false} box a notice about it
   */
  #usePassword(reason, box = false) {
    const signal = this.begin()
    this.camera.stop()
    if (!this.emit('fallback', { reason })) return this.#wait(text('login.idle'))
    const person = this.#person
    this.#form.reset(person?.username ?? this.username ?? '')
    const forget = () => this.#forgetPerson(() => this.#usePassword(reason, box))
    const signUp = this.signupUrl && h('a', { href: this.signupUrl }, text('login.sign_up'))
    this.show('password', [
      title(text('login.password_title')),
      box,
      h('slot', { name: 'password' }),
      h('div', { class: 'ways' },
        this.#allows('face') && button(text('login.use_face'), () => this.#start(), 'link'),
        this.#passkey,
        person && button(text('login.not_you'), forget, 'link')),
      signUp && h('p', { class: 'aside' }, text('login.no_account'), ' ', signUp),
    ], { focus: this.#form })
    this.#suggestPasskeys(signal)
  }

  /** Offer passkeys among the browser's suggestions for the username, while the password form is shown. */
  async #suggestPasskeys(signal) {
    if (!this.#allows('passkey')) return
    await this.#policy.known
    if (signal.aborted || !this.#policy.passkeys || !(await canSuggestPasskeys())) return
    this.#form.suggestPasskeys()
    const credential = await suggestPasskeys(this.api, signal).catch(() => null) // the form works without
    if (credential === null || signal.aborted) return
    await this.#submit(
      async own => this.#arrive(this.#session.begin(await this.api.passkeyLogin(credential, { signal: own })), 'passkey'))
  }

  #logIn(username, password) {
    return this.#submit(
      async signal => this.#arrive(this.#session.begin(await this.api.login(username, password, { signal })), 'password'))
  }

  /** Log in from the password form, and show there why it failed. */
  async #submit(logIn) {
    const signal = this.begin()
    this.#form.busy = true
    try {
      await logIn(signal)
    } catch (error) {
      if (signal.aborted) return
      this.#suggestPasskeys(signal)
      if (!this.emitError(error)) return
      const wait = error.retryAfter ? text('wait.seconds', { seconds: error.retryAfter }) : ''
      this.#form.complain(`${sentence(error)} ${wait}`)
    } finally {
      this.#form.busy = false
    }
  }

  /**
   * Log in with a passkey.
   * @param {object | null} earlier the answer to a face login that the passkey completes
   */
  async #usePasskey(earlier = null) {
    const signal = this.begin()
    this.camera.stop()
    this.#showPasskey(earlier)
    try {
      const credential = await choosePasskey(this.api, signal)
      const answer = await this.api.passkeyLogin(credential, { token: earlier?.access_token, signal })
      this.#arrive(this.#session.begin(answer), earlier ? 'face+passkey' : 'passkey')
    } catch (error) {
      if (!signal.aborted && this.emitError(error)) this.#showPasskey(earlier, notice(sentence(error)))
    }
  }

  #showPasskey(earlier, box = null) {
    const nodes = passkeyAsked(earlier ? this.accountUrl : null, box, {
      again: () => this.#usePasskey(earlier),
      useFace: this.#allows('face') && (() => this.#start()),
      usePassword: this.#allows('password') && (() => this.#usePassword('chosen')),
    })
    this.show('passkey', nodes, { say: nodes[0].textContent })
  }

  /** A login succeeded. If applications require more, or the page wants more, ask for that before the welcome. */
  #arrive(answer, method, image = null) {
    const { requires } = answer
    const wantsPasskey = method === 'face' && this.acr?.includes('passkey') && this.#policy.passkeys
    if (!requires && wantsPasskey) return this.#usePasskey(answer)
    if (!requires) return this.#welcome(answer, method, image)
    if (method === 'face' && requires.includes('challenge') && !this.#policy.challenged) {
      this.#policy.challenged = true
      return this.#start()
    }
    if (method === 'face' && requires.includes('passkey') && this.#policy.passkeys) return this.#usePasskey(answer)
    this.begin()
    this.camera.stop()
    const nodes = moreNeeded(requires, this.accountUrl, {
      useFace: () => this.#start(),
      usePasskey: () => this.#usePasskey(),
      usePassword: () => this.#usePassword('chosen'),
      logOut: () => this.logOut(),
    })
    this.show('more', nodes, { say: nodes[0].textContent, focus: nodes[0] })
  }

  /** @param {'face' | 'password' | 'passkey' | 'face+passkey' | 'session'} method */
  async #welcome(answer, method, image = null) {
    const signal = this.begin()
    const { user, access_token, expires_in } = answer
    this.#form.reset()
    const facts = h('div', { class: 'facts' })
    const onEnded = () => {
      this.begin()
      this.emit('logout', { reason: 'ended' })
      this.#wait(text('login.session_over'))
    }
    const onRenewed = ({ access_token: token, expires_in: seconds }) => {
      this.emit('renewed', { access_token: token, expires_in: seconds })
      this.#confirm(facts, signal)
    }
    this.#session.onEnded(onEnded, signal)
    keepAlive(this.#session, { onRenewed, onEnded, signal })
    if (!this.emit('success', { user, access_token, expires_in, method })) return this.#greet(method)
    const confirmed = this.#confirm(facts, signal)
    if (image) await new Promise(resolve => setTimeout(resolve, MATCHED))
    if (signal.aborted) return
    const { heading, nodes } = welcome(user, image, facts, {
      remembered: rememberedPerson()?.username === user.username,
      remember: yes => rememberPerson(yes ? user : null),
      logOut: () => this.logOut(),
      notYou: () => this.#forgetPerson(() => this.#logOut(() => this.#offerAnother())),
    })
    this.show('welcome', nodes, { say: heading.textContent, focus: heading })
    await confirmed
  }

  /** Let another user log in. */
  #offerAnother() {
    if (this.#allows('password')) this.#usePassword('not_you')
    else this.#start()
  }

  /** The page shows its own welcome; after a face login the element already shows the match. */
  #greet(method) {
    if (method !== 'face') this.show('matched', [portrait(null), title(text('login.matched'))])
  }

  /** Ask the service who is logged in, and show that. */
  async #confirm(facts, signal) {
    try {
      facts.replaceChildren(...factRows(await this.#session.me({ signal }), this.#session.expiresAt, this.language))
    } catch (error) {
      if (!signal.aborted && this.emitError(error)) facts.replaceChildren(notice(sentence(error)))
    }
  }

  async #logOut(then) {
    this.begin()
    then()
    this.emit('logout', { reason: 'chosen' })
    await this.#session.end().catch(error => this.emitError(error))
  }
}
