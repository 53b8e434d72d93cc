import { text } from '../widget/text.js'
import { h } from '../widget/views/dom.js'
import { notice } from '../widget/views/notice.js'
import { OpenidElement } from './openid-element.js'
import { consent } from './views/consent.js'
import { login } from './views/login.js'
import { refused } from './views/refused.js'

/**
 * `<visage-authorize>`: the page of an authorization request. The service says what the user has to do for it, log in
 * or consent, and where the browser goes then.
 *
 * Attributes: `endpoint`, `lang`, `theme`, `signup-url`, `account-url`. Its `step` is `login`, `consent`, `refused`,
 * `leaving` or `trouble`.
 */
export class VisageAuthorize extends OpenidElement {
  #signal = null

  async speaking(signal) {
    this.#signal = signal
    await this.attempt(signal, async () => this.#show(await this.api.interaction(location.search, { signal })))
  }

  present(step, nodes) {
    if (step !== 'login') this.querySelector('visage-login')?.remove() // with its camera
    super.present(step, nodes)
  }

  #show(asked) {
    if (this.#signal.aborted) return
    if (asked.error) return this.present('refused', refused(asked))
    if (asked.step === 'done') return this.leave(asked.resume, this.#signal)
    if (asked.step === 'consent') return this.#askConsent(asked)
    this.#askLogin(asked)
  }

  #askConsent(asked) {
    const decide = decision => this.#decide(decision)
    this.present('consent', consent(asked, { allow: () => decide('allow'), refuse: () => decide('deny') }))
  }

  #askLogin(asked) {
    const back = () => this.#decide('deny')
    const box = this.#warning(asked)
    this.querySelector('visage-login')?.remove() // of an earlier look at this page
    this.append(this.#widget(asked))
    this.present('login', login(asked.application, box, this.getAttribute('signup-url'), back))
  }

  /** Why a login here might not lead to the application, if it is known. */
  #warning({ application: { name } }) {
    if (!navigator.cookieEnabled) return notice(text('authorize.no_cookies'))
    const hasTried = new URLSearchParams(location.search).has('asked') // the login before led here again
    return hasTried && notice(text('authorize.not_enough', { application: name }))
  }

  /** The login, in the page's light DOM, so that password managers find its form. */
  #widget({ ways, acr, hint, resume }) {
    const { endpoint } = this
    const widget = h('visage-login', {
      slot: 'login', endpoint, theme: this.getAttribute('theme'), ways: ways.join(','), acr, username: hint,
      'signup-url': '', 'account-url': this.getAttribute('account-url'), 'resume-session': 'off',
    })
    widget.api = this.api
    widget.addEventListener('visage-success', event => {
      event.preventDefault()
      this.#signOn(event.detail.access_token, resume)
    })
    return widget
  }

  /** Continue the login at the application. */
  #signOn(token, resume) {
    const signal = this.#signal
    return this.attempt(signal, async () => {
      await this.api.signOn(token)
      this.leave(resume, signal)
    })
  }

  #decide(decision) {
    const signal = this.#signal
    this.querySelector('visage-login')?.stop()
    return this.attempt(signal, async () => {
      const { location: address } = await this.api.decide(location.search, decision)
      if (address === null) this.reopen() // the application was removed meanwhile
      else this.leave(address, signal)
    })
  }
}
