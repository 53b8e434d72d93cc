import { PAGE_LANGUAGES } from '../pages/languages.js'
import { VisageElement } from '../widget/element.js'
import { addPasskey } from '../widget/passkeys.js'
import { rememberedPerson, rememberPerson } from '../widget/person.js'
import { Policy } from '../widget/policy.js'
import { fieldProblems, sentence } from '../widget/problems.js'
import { Session } from '../widget/session.js'
import { speak, text } from '../widget/text.js'
import { button, h } from '../widget/views/dom.js'
import { nameOf } from '../widget/views/welcome.js'
import { Access, isTooLate } from './access.js'
import { download, fileName } from './download.js'
import { pageSheet, sheet } from './styles.js'
import { AccountView } from './views/account.js'
import {
  eraseAccountQuestion, eraseFaceQuestion, passkeyNameQuestion, passwordQuestion, removePasskeyQuestion,
} from './views/dialogs.js'
import { NewPasswordForm } from './views/new-password.js'
import { goodbye, nobody, trouble } from './views/outside.js'
import { passkeyList } from './views/passkeys.js'
import { locked, none, stored } from './views/pictures.js'

/**
 * `<visage-account>`: shows who is logged in and what is stored about them, and offers actions on it.
 *
 * Attributes: `endpoint`, `lang`, `theme`, `login-url`. Its `step` is `nobody`, `account`, `enrolling`, `goodbye` or
 * `trouble`. Actions that need a recent password login first ask for the password in a dialog, if necessary.
 */
export class VisageAccount extends VisageElement {
  static pageSheets = [...VisageElement.pageSheets, pageSheet]

  #session = new Session(() => this.api)
  #access = new Access(this.#session, () => this.#askPassword())
  #signal = null
  #user = null
  #view = null
  #form = null
  #policy = null

  constructor() {
    super()
    this.shadowRoot.adoptedStyleSheets.push(sheet)
  }

  get loginUrl() {
    return this.getAttribute('login-url') ?? '/login'
  }

  set loginUrl(address) {
    this.reflect('login-url', address)
  }

  async opened(signal) {
    this.#signal = signal
    this.#policy = new Policy(this.api)
    try {
      await speak(this.language, PAGE_LANGUAGES)
      const answer = this.#session.answer ?? (await this.#session.resume())
      if (signal.aborted) return
      if (!answer) return this.#leave(text('account.nobody'))
      this.#session.onEnded(() => this.#leave(text('account.session_over')), signal)
      await this.#open()
    } catch (error) {
      if (!signal.aborted) this.#giveUp(error)
    }
  }

  /** Show the account, and the result of new pictures. */
  async #open(news = '') {
    const signal = this.#signal
    const me = await this.#ask(signal)
    this.#view = new AccountView(me, this.language, {
      logOut: () => this.#logOut(),
      logOutEverywhere: () => this.#do(this.#view.sessions, () => this.#logOutEverywhere()),
      eraseAccount: () => this.#do(this.#view.erasure, () => this.#eraseAccount()),
    })
    this.#form = new NewPasswordForm(me.user.username, password =>
      this.#do(this.#view.password, () => this.#changePassword(password)))
    this.adopt(this.#form.form)
    const mayLook = this.#access.confirmed && this.#user.face !== 'none'
    if (!mayLook) this.#showPictures()
    this.show('account', this.#view.nodes, { focus: this.#view.heading })
    this.#do(this.#view.passkeys, () => this.#showPasskeys())
    if (mayLook) await this.#do(this.#view.pictures, () => this.#loadOrLock())
    if (news) this.#view.pictures.tell(news)
  }

  /** Ask the service who is logged in. */
  async #ask(signal) {
    const me = await this.#access.call(token => this.api.me(token))
    signal.throwIfAborted()
    this.#access.note(me)
    this.#user = me.user
    return me
  }

  /** Run one action of a section, and show its error there; ignored while another action of the section runs. */
  async #do(section, work) {
    if (section.busy) return
    const signal = this.#signal
    section.clear()
    section.busy = true
    try {
      await work()
    } catch (error) {
      if (!signal.aborted) this.#fail(error, why => section.complain(why))
    } finally {
      section.busy = false
    }
  }

  #fail(error, say) {
    if (error.name === 'AbortError') return
    if (error.status === 401) {
      if (this.#session.answer) this.#session.forget()
      return this.#leave(text('account.session_over'))
    }
    if (this.emitError(error)) say(sentence(error))
  }

  /** Show why the account cannot be loaded, and offer another try. */
  #giveUp(error) {
    this.#fail(error, why => this.show('trouble', trouble(why, () => this.reopen())))
  }

  /** Load and show the passkeys; hide the section if there are none and none can be added. */
  async #showPasskeys() {
    const { passkeys } = this.#view
    const [kept] = await Promise.all([this.#access.call(token => this.api.passkeys(token)), this.#policy.known])
    this.#signal.throwIfAborted()
    passkeys.node.hidden = kept.passkeys.length === 0 && !this.#policy.passkeys
    const held = passkeys.node.matches(':focus-within')
    passkeys.content = passkeyList(kept, this.language, {
      add: this.#policy.passkeys ? () => this.#do(passkeys, () => this.#addPasskey()) : null,
      rename: passkey => this.#do(passkeys, () => this.#renamePasskey(passkey)),
      remove: passkey => this.#do(passkeys, () => this.#removePasskey(passkey)),
    })
    if (held) passkeys.heading.focus()
  }

  async #addPasskey() {
    await this.#strong(token => addPasskey(this.api, token))
    await this.#showPasskeys()
    this.#view.passkeys.tell(text('account.passkey_added'))
  }

  async #renamePasskey(passkey) {
    const token = await this.#strong(async token => token)
    const save = name => this.api.renamePasskey(passkey.id, name, token)
    if (await passkeyNameQuestion(passkey, save).ask(this, this.#signal)) await this.#showPasskeys()
  }

  async #removePasskey(passkey) {
    if (!(await removePasskeyQuestion(passkey).ask(this, this.#signal))) return
    await this.#strong(token => this.api.removePasskey(passkey.id, token))
    await this.#showPasskeys()
    this.#view.passkeys.tell(text('account.passkey_removed', { name: passkey.name }))
  }

  /** Run work that needs a recent login by password or passkey; as `#confirmed`. */
  #strong(work) {
    return this.#afterwards(() => this.#access.callStrong(work))
  }

  /** Run work that needs a recent password login; afterwards the way and time of the login may have changed. */
  #confirmed(work) {
    return this.#afterwards(() => this.#access.callConfirmed(work))
  }

  async #afterwards(call) {
    const signal = this.#signal
    const before = this.#session.answer
    const answer = await call()
    signal.throwIfAborted()
    if (this.#session.answer !== before) this.#view.me = await this.#ask(signal)
    return answer
  }

  async #askPassword() {
    const signal = this.#signal
    const logIn = async password =>
      this.#session.begin(await this.api.login(this.#user.username, password, { signal }))
    return passwordQuestion(this.#user, nameOf(this.#user), logIn).ask(this, signal)
  }

  #showPictures(face = null) {
    const { pictures } = this.#view
    const actions = {
      show: () => this.#do(pictures, () => this.#load()),
      renew: () => this.#do(pictures, () => this.#enrol()),
      save: () => this.#do(pictures, () => this.#save()),
      erase: () => this.#do(pictures, () => this.#eraseFace()),
    }
    const held = pictures.node.matches(':focus-within')
    if (this.#user.face === 'none') pictures.content = none(actions)
    else if (face) pictures.content = stored(face, this.#user.face, this.language, actions)
    else pictures.content = locked(this.#user.face, actions)
    if (held) pictures.heading.focus()
  }

  async #load() {
    this.#showPictures(await this.#confirmed(token => this.api.face(token)))
  }

  /** Disable the section until the pictures are loaded; if they cannot be, show what is possible without them. */
  async #loadOrLock() {
    const signal = this.#signal
    try {
      await this.#load()
    } catch (error) {
      if (!signal.aborted) this.#showPictures()
      throw error
    }
  }

  async #save() {
    const name = fileName(this.#user.username)
    download(name, await this.#confirmed(token => this.api.face(token)))
    this.#view.pictures.tell(text('account.downloaded', { file: name }))
  }

  async #eraseFace() {
    if (!(await eraseFaceQuestion().ask(this, this.#signal))) return
    await this.#access.callConfirmed(token => this.api.eraseFace(token))
    this.#view.me = await this.#ask(this.#signal)
    this.#showPictures()
    this.#view.pictures.tell(text('account.face_erased'))
  }

  /** Show the sign-up element to take new pictures; return when they are stored or the user cancels. */
  async #enrol() {
    const token = await this.#confirmed(async token => token)
    const signup = h('visage-signup', { endpoint: this.endpoint, theme: this.getAttribute('theme') })
    Object.assign(signup, { accessToken: token, api: this.api })
    signup.addEventListener('visage-success', event => {
      event.preventDefault()
      this.#session.begin({ ...this.#session.answer, ...event.detail })
      this.#comeBack(text('account.renewed'))
    })
    signup.addEventListener('visage-error', event => {
      if (!isTooLate(event.detail.code)) return
      event.preventDefault()
      queueMicrotask(() => this.#confirmAgain(signup)) // after it shows its pictures, to which the focus returns
    })
    const back = button(text('account.back'), () => this.#comeBack(), 'link')
    this.show('enrolling', [back, signup, h('slot', { name: 'dialog' })], { focus: back })
  }

  /** The pictures took longer than a password login counts as recent: log in again, then send them. */
  async #confirmAgain(signup) {
    if (await this.#access.askPassword()) signup.accessToken = this.#session.answer.access_token
  }

  async #comeBack(news) {
    try {
      await this.#open(news)
    } catch (error) {
      this.#giveUp(error)
    }
  }

  async #changePassword(password) {
    try {
      const change = token => this.api.changePassword(password, token)
      this.#session.begin(await this.#access.callConfirmed(change))
    } catch (error) {
      const { password: problem } = fieldProblems(error)
      if (!problem) throw error
      return this.#form.complain(problem)
    }
    this.#form.reset()
    this.#view.me = await this.#ask(this.#signal)
    this.#view.password.tell(text('account.password_changed'))
  }

  async #eraseAccount() {
    if (!(await eraseAccountQuestion(this.#user).ask(this, this.#signal))) return
    await this.#access.callConfirmed(token => this.api.eraseAccount(token))
    this.#session.forget()
    if (rememberedPerson()?.username === this.#user.username) rememberPerson(null)
    this.begin()
    this.#form.form.remove()
    this.show('goodbye', goodbye(nameOf(this.#user)))
  }

  async #logOut() {
    this.#leave(text('account.logged_out'))
    await this.#session.end().catch(error => this.emitError(error))
  }

  async #logOutEverywhere() {
    await this.#session.endEverywhere()
    this.#leave(text('account.logged_out_everywhere'))
  }

  #leave(why) {
    this.begin()
    this.#form?.form.remove()
    this.show('nobody', nobody(why, this.loginUrl), { say: why })
  }
}
