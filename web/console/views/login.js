import { Api } from '../../widget/api.js'
import { h } from '../../widget/views/dom.js'
import { problem, sentenceOf } from '../parts/messages.js'

/** The level that a face must reach: the operator has moved as they were asked to. */
const CHALLENGED = 'urn:visage:face:challenge'

/** The login of the console: two logins of the same operator by `<visage-login>`, one after the other. */
export class Login {
  #api
  #users
  #onOpened
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

  #askPassword(box) {
    const words = 'For operators alone. You need your password, and then a passkey, or your face and some movements.'
    this.#show('Console', words, box, { ways: 'password' }, ({ access_token: first, user }) =>
      this.#askMore(first, user.username))
  }

  async #askMore(first, username) {
    const { liveness } = await this.#users.options().catch(() => ({ liveness: 'challenge' }))
    const isOff = liveness === 'off'
    const words = isOff
      ? 'Now your passkey. (A face is not enough here, because this service asks for no movements: VISAGE_LIVENESS.)'
      : 'Now your passkey, or your face and some movements.'
    const ways = isOff ? 'passkey' : 'passkey,face'
    this.#show('Second step', words, null, { ways, username, acr: CHALLENGED }, ({ access_token: second }) =>
      this.#open(first, second))
    this.#box.querySelector('h1').focus()
  }

  #show(heading, words, box, attributes, onSuccess) {
    const widget = h('visage-login', {
      endpoint: this.#api.endpoint, lang: 'en', 'signup-url': '', 'resume-session': 'off', ...attributes,
    })
    widget.addEventListener('visage-success', event => {
      event.preventDefault()
      onSuccess(event.detail)
    })
    const nodes = [h('h1', { tabindex: '-1' }, heading), h('p', { class: 'lead' }, words), box, widget]
    this.#box.replaceChildren(...nodes.filter(Boolean))
  }

  async #open(first, second) {
    try {
      this.#onOpened(await this.#api.open(first, second))
    } catch (error) {
      this.#askPassword(problem(sentenceOf(error)))
    }
  }
}
