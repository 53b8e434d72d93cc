import { h } from '../../widget/views/dom.js'
import { problem, sentenceOf } from '../parts/messages.js'

/** What an operator does in each step. */
const STEPS = [
  {
    ways: 'password',
    heading: 'Console',
    words: 'For operators alone. Log in with your password first; then you need your passkey, or your face and some '
      + 'movements before the camera.',
  },
  {
    ways: 'passkey,face',
    heading: 'Second step',
    words: 'Now show your passkey, or your face with some movements.',
  },
]

/** The login of the console: two logins of the same operator by `<visage-login>`, one after the other. */
export class Login {
  #api
  #onOpened
  #box = h('div', { class: 'login' })
  #first = null

  /** @param {string} news what to say above the first step */
  constructor(api, onOpened, news = '') {
    this.#api = api
    this.#onOpened = onOpened
    this.news = news && h('p', { class: 'status', role: 'status' }, news)
    this.node = h('main', { id: 'content', tabindex: '-1', class: 'narrow wide' }, this.#box)
  }

  /** Show the first step. */
  begin(bad = null) {
    this.#first = null
    this.#show(STEPS[0], bad ?? this.news, ({ access_token: token, user }) => {
      this.#first = token
      this.#show(STEPS[1], null, answer => this.#open(answer.access_token), user.username)
    })
  }

  #show({ ways, heading, words }, box, onSuccess, username = null) {
    const widget = h('visage-login', {
      endpoint: this.#api.endpoint || '.', ways, username, acr: 'urn:visage:face:challenge', lang: 'en', 'signup-url': '',
      'resume-session': 'off',
    })
    widget.addEventListener('visage-success', event => {
      event.preventDefault()
      onSuccess(event.detail)
    })
    this.#box.replaceChildren(...[h('h1', { tabindex: '-1' }, heading), h('p', { class: 'lead' }, words), box, widget]
      .filter(Boolean))
  }

  async #open(second) {
    try {
      this.#onOpened(await this.#api.open(this.#first, second))
    } catch (error) {
      this.begin(problem(sentenceOf(error)))
    }
  }
}
