import { ApiError } from '../widget/api.js'
import { ConsoleApi, ENDED } from './console-api.js'
import { address } from './parts/address.js'
import { frame } from './parts/frame.js'
import { problem, trouble } from './parts/messages.js'
import { Login } from './views/login.js'
import { VIEWS } from './views.js'

/** The view for an address that names none. */
const NOWHERE = { name: 'nowhere', title: 'Not found', open: async () => [problem('The console has no such view.')] }

/**
 * `<visage-console>`: the operators' console. The part of the address after `#` names the view and its choices, such as
 * `#people?search=ada`, so that the browser's back button and bookmarks work.
 *
 * It speaks English alone, as the commands, the audit and the documentation do, whose words it shows.
 *
 * Attributes: `endpoint`. Its `step` is `login`, or the name of the view.
 */
export class VisageConsole extends HTMLElement {
  #api = null
  #frame = null
  #task = new AbortController()
  #life = null

  connectedCallback() {
    this.#life = new AbortController()
    const { signal } = this.#life
    this.#api = new ConsoleApi(this.getAttribute('endpoint') ?? '', () => this.#askLogin('Your session has ended.'))
    addEventListener('hashchange', () => this.#frame && this.#open(), { signal })
    document.querySelector('.skip')?.addEventListener('click', event => this.#skip(event), { signal })
    addEventListener('pageshow', ({ persisted }) => persisted && location.reload(), { signal })
    this.addEventListener('click', event => this.#follow(event), { signal })
    this.#resume()
  }

  disconnectedCallback() {
    this.#life.abort()
    this.#task.abort()
  }

  /** Open a view, also the one that is shown: the operator wants it anew. */
  #go(place) {
    if (location.hash === `#${place}`) this.#open()
    else location.hash = place
  }

  /** Open the view that is shown anew when its own link is clicked, which changes no address. */
  #follow(event) {
    const { hash } = event.target.closest('a[href^="#"]') ?? {}
    if (this.#frame && hash === location.hash && !event.ctrlKey && !event.metaKey && !event.shiftKey) this.#open()
  }

  /** Focus the content. The link's own address would name a view. */
  #skip(event) {
    event.preventDefault()
    this.querySelector('#content')?.focus()
  }

  /** Show the console if the operator's session lasts, or else the login. */
  async #resume() {
    try {
      this.#enter(await this.#api.session())
    } catch (error) {
      if (error.code === ENDED) this.#askLogin()
      else this.#replace('trouble', trouble(error, () => this.#resume()))
    }
  }

  #askLogin(news = '') {
    this.#task.abort()
    this.#frame = null
    this.#replace('login', new Login(this.#api, session => this.#enter(session), news).node)
  }

  #enter(session) {
    this.#frame = frame(session, VIEWS, () => this.#leave())
    this.#replace('', ...this.#frame.nodes)
    this.#open()
  }

  async #leave() {
    await this.#api.leave().catch(reportError)
    this.#askLogin('You have left the console.')
  }

  /** Show the view that the address names, and no dialog of an earlier one. */
  async #open() {
    for (const dialog of document.querySelectorAll('body > dialog')) dialog.close()
    const [name, query = ''] = location.hash.slice(1).split('?')
    const view = VIEWS.find(one => one.name === (name || VIEWS[0].name)) ?? NOWHERE
    this.#task.abort()
    this.#task = new AbortController()
    const { signal } = this.#task
    const page = {
      api: this.#api,
      signal,
      query: new URLSearchParams(query),
      go: (to, choices = {}) => this.#go(address(to, choices)),
      refresh: () => this.#open(),
      fail: error => this.#fail(error, signal),
    }
    this.setAttribute('step', view.name)
    this.#frame.begin(view)
    try {
      const nodes = await view.open(page)
      if (!signal.aborted) this.#frame.show(nodes)
    } catch (error) {
      this.#fail(error, signal)
    }
  }

  /** Say why a view or an action of it failed. */
  #fail(error, signal) {
    if (signal.aborted) return
    if (!(error instanceof ApiError)) reportError(error)
    this.#frame.show([trouble(error, () => this.#open())])
  }

  #replace(step, ...nodes) {
    this.setAttribute('step', step)
    this.replaceChildren(...nodes)
  }
}
