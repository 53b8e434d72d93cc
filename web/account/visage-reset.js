import { PAGE_LANGUAGES } from '../pages/languages.js'
import { ApiError } from '../widget/api.js'
import { VisageElement } from '../widget/element.js'
import { fieldProblems, sentence } from '../widget/problems.js'
import { speak, text } from '../widget/text.js'
import { sheet } from './styles.js'
import { NewPasswordForm } from './views/new-password.js'
import { changed, newPassword, unusable } from './views/reset.js'

/**
 * `<visage-reset>`: sets a new password with the token of a one-time link. The token follows the `#` of the page's
 * address, which browsers send to no server.
 *
 * Attributes: `endpoint`, `lang`, `theme`, `login-url`. Its `step` is `password`, `changed` or `unusable`.
 */
export class VisageReset extends VisageElement {
  #form = null
  #busy = false

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
    try {
      await speak(this.language, PAGE_LANGUAGES)
    } catch (cause) {
      if (!signal.aborted) this.emitError(new ApiError('network', { cause }))
      return
    }
    if (signal.aborted) return
    addEventListener('hashchange', () => this.reopen(), { signal }) // the user opened another link in this tab
    const token = location.hash.slice(1)
    this.#form = new NewPasswordForm(null, password => this.#change(token, password, signal))
    this.adopt(this.#form.form)
    if (token) this.show('password', newPassword())
    else this.show('unusable', unusable(this.loginUrl))
  }

  async #change(token, password, signal) {
    if (this.#busy) return
    this.#busy = true
    try {
      await this.api.resetPassword(token, password)
      if (!signal.aborted) this.#finish()
    } catch (error) {
      if (!signal.aborted && this.emitError(error)) this.#refused(error)
    } finally {
      this.#busy = false
    }
  }

  #finish() {
    history.replaceState(null, '', location.pathname) // the link is used up
    this.#form.reset()
    const nodes = changed(this.loginUrl)
    this.show('changed', nodes, { say: nodes[0].textContent })
  }

  #refused(error) {
    if (error.code === 'link_invalid') return this.show('unusable', unusable(this.loginUrl))
    const wait = error.retryAfter ? text('wait.seconds', { seconds: error.retryAfter }) : ''
    this.#form.complain(fieldProblems(error).password ?? `${sentence(error)} ${wait}`)
  }
}
