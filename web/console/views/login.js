import { Api } from '../../widget/api.js'
import { choosePasskey, passkeysWork } from '../../widget/passkeys.js'
import { button, h } from '../../widget/views/dom.js'
import { problem, sentenceOf } from '../parts/messages.js'

/** The level that a face must reach: the operator has moved as they were asked to. */
const CHALLENGED = 'urn:visage:face:challenge'

/**
 * The login of the console: by password, and then by passkey or by a face with a challenge.
 *
 * The password form is its own, because `<visage-login>` asks for more after a login that `VISAGE_REQUIRE` finds too
 * little, and here the second step is more.
 */
export class Login {
  #api
  #users
  #onOpened
  #task = new AbortController()
  #box = h('div', { class: 'login' })

  /**
   * @param {import('../console-api.js').ConsoleApi} api
   * @param {(session: object) => void} onOpened gets the operator's session
   * @param {string} news what to say above the first step
   */
  constructor(api, onOpened, news = '') {
    this.#api = api
    this.#users = new Api(api.endpoint)
    this.#onOpened = onOpened
    this.node = h('main', { id: 'content', tabindex: '-1', class: 'narrow wide' }, this.#box)
    this.#askPassword(news && h('p', { class: 'status', role: 'status' }, news))
  }

  #askPassword(news) {
    const bad = h('div')
    const name = h('input', { id: 'username', autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false' })
    const password = h('input', { id: 'password', type: 'password', autocomplete: 'current-password' })
    const submit = h('button', { type: 'submit', class: 'primary' }, 'Continue')
    const form = h('form', { novalidate: true },
      h('label', {}, 'User name', name), h('label', {}, 'Password', password), bad, submit)
    form.addEventListener('submit', async event => {
      event.preventDefault()
      submit.disabled = true
      try {
        await this.#askMore(await this.#users.login(name.value.trim(), password.value))
      } catch (error) {
        bad.replaceChildren(problem(sentenceOf(error)))
        password.select()
      } finally {
        submit.disabled = false
      }
    })
    const words = 'For operators alone. You need your password, and then a passkey, or your face and some movements.'
    this.#show('Console', words, news, form)
  }

  /** Ask for the second login; `first` is the answer to the first. */
  async #askMore(first) {
    const { liveness, passkey_domain: domain } = await this.#users.options()
    const hasPasskeys = passkeysWork(domain)
    const bad = h('div')
    const face = h('div')
    const passkey = button('Use a passkey', () => this.#usePasskey(first, bad), 'primary')
    const look = button('Use your face', () => this.#useFace(first, face), 'plain')
    const account = h('p', { class: 'aside' }, 'No passkey yet? Add one in ', h('a', { href: 'account' }, 'your account'), '.')
    const nodes = [bad, hasPasskeys && passkey, liveness !== 'off' && look, face, hasPasskeys && account]
    this.#show('Second step', wordsFor(hasPasskeys, liveness), ...nodes)
    this.#box.querySelector('h1').focus()
  }

  async #usePasskey(first, bad) {
    const signal = this.#begin()
    bad.replaceChildren()
    try {
      const credential = await choosePasskey(this.#users, signal)
      await this.#open(first, await this.#users.passkeyLogin(credential, { signal }))
    } catch (error) {
      if (!signal.aborted) bad.replaceChildren(problem(sentenceOf(error)))
    }
  }

  /** Show the widget, which is loaded only here. */
  async #useFace(first, place) {
    this.#begin()
    await import('../../widget/visage-login-define.js')
    const { endpoint } = this.#api
    const widget = h('visage-login', { endpoint, ways: 'face', acr: CHALLENGED, lang: 'en', 'resume-session': 'off' })
    widget.addEventListener('visage-success', event => {
      event.preventDefault()
      this.#open(first, event.detail)
    })
    place.replaceChildren(widget)
  }

  /** Open the console; if it is refused, begin again, because the two logins may be of two people or too old. */
  async #open(first, second) {
    if (first.user.id !== second.user.id) {
      const whose = second.user.username
      return this.#askPassword(problem(`The second step was ${whose}, and the first ${first.user.username}.`))
    }
    try {
      this.#onOpened(await this.#api.open(first.access_token, second.access_token))
    } catch (error) {
      this.#askPassword(problem(sentenceOf(error)))
    }
  }

  #begin() {
    this.#task.abort()
    this.#task = new AbortController()
    return this.#task.signal
  }

  #show(heading, words, ...nodes) {
    const all = [h('h1', { tabindex: '-1' }, heading), h('p', { class: 'lead' }, words), ...nodes]
    this.#box.replaceChildren(...all.filter(Boolean))
  }
}

function wordsFor(hasPasskeys, liveness) {
  if (liveness !== 'off') return hasPasskeys ? 'Your passkey, or your face and some movements.' : 'Your face and some movements.'
  if (hasPasskeys) return 'Your passkey. A face is not enough: this service asks for no movements (VISAGE_LIVENESS=off).'
  return 'This needs a passkey or a challenge, and this service has neither here: passkeys need a domain name '
    + '(VISAGE_PUBLIC_URL, or localhost), and a challenge needs VISAGE_LIVENESS=challenge.'
}
