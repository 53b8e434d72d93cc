import { Api, ApiError } from './api.js'
import { Camera } from './camera.js'
import { sheet as cardSheet } from './styles/card.js'
import { sheet as formSheet } from './styles/form.js'
import { sheet as stageSheet } from './styles/stage.js'
import { declareLanguage, languageFor, speak } from './text.js'
import { send } from './transport.js'
import { button, h, title } from './views/dom.js'
import { Viewfinder } from './viewfinder.js'

/** The number of elements of each name so far, for unique form ids on the page. */
const numbers = new Map()

/**
 * The base of the elements: a card that shows one step at a time, a camera, the service's calls, and events.
 *
 * The attribute `step` names the current step. Only the element sets it; pages may read it and use it in styles.
 * A subclass shows its first view in `opened`, which runs again whenever an observed attribute changes, and continues
 * with the camera in `resume`.
 */
export class VisageElement extends HTMLElement {
  static observedAttributes = ['endpoint', 'lang']
  /** The styles of what an element adds to the page's light DOM. */
  static pageSheets = [formSheet]

  #ownApi = null
  #api = null
  #transport = send
  #task = null
  #opening = null
  #language = 'en'
  #number = (numbers.get(this.localName) ?? 0) + 1
  #view = h('div', { class: 'view', part: 'view' })
  #status = h('p', { class: 'quiet', role: 'status', 'aria-live': 'polite' })
  #card = h('section', { class: 'card', part: 'card' }, this.#view, this.#status)

  constructor() {
    super()
    numbers.set(this.localName, this.#number)
    this.attachShadow({ mode: 'open' })
    this.shadowRoot.adoptedStyleSheets = [cardSheet, stageSheet]
    this.shadowRoot.append(this.#card)
    this.camera = new Camera()
    this.camera.addEventListener('returned', () => this.resume())
  }

  /** Base address of the service; empty for the page's own origin. */
  get endpoint() {
    return this.getAttribute('endpoint') ?? ''
  }

  set endpoint(address) {
    this.reflect('endpoint', address)
  }

  /** `light`, `dark`, or `auto` for the system's setting. */
  get theme() {
    return this.getAttribute('theme') ?? 'auto'
  }

  set theme(theme) {
    this.reflect('theme', theme)
  }

  get step() {
    return this.getAttribute('step')
  }

  /** The language in use: from the nearest `lang` attribute, if the widget has that language. */
  get language() {
    return this.#language
  }

  /** The service's calls. Replace it by an object with the same methods to answer them yourself. */
  get api() {
    this.#api ??= new Api(this.endpoint, this.#transport)
    return this.#ownApi ?? this.#api
  }

  set api(api) {
    this.#ownApi = api ?? null
  }

  /** Sends the requests. Replace it by a function with the signature in `transport.js` to send them yourself. */
  get transport() {
    return this.#transport
  }

  set transport(transport) {
    this.#transport = transport ?? send
    this.#api = null
  }

  /** Write a property's value to its attribute; null and undefined (from frameworks) remove the attribute. */
  reflect(attribute, value) {
    if (value === undefined || value === null) this.removeAttribute(attribute)
    else this.setAttribute(attribute, value)
  }

  attributeChangedCallback(name, before, after) {
    if (before === after) return
    if (name === 'endpoint') this.#api = null
    if (this.isConnected && this.#opening) this.reopen()
  }

  connectedCallback() {
    this.#upgradeProperties()
    const { adoptedStyleSheets: adopted } = this.getRootNode()
    adopted.push(...this.constructor.pageSheets.filter(sheet => !adopted.includes(sheet)))
    this.reopen()
  }

  disconnectedCallback() {
    this.#task?.abort()
    this.camera.stop()
  }

  /** Set properties again that were set before the element was defined: they hide the accessors. */
  #upgradeProperties() {
    for (const name of Object.keys(this)) {
      if (!(name in Object.getPrototypeOf(this))) continue
      const value = this[name]
      delete this[name]
      this[name] = value
    }
  }

  /** Start again, with the current attributes and language. */
  reopen() {
    this.#opening = this.#open()
  }

  /** Resolves with whether there is something to show, once that is known. */
  async whenOpen() {
    let opening
    do {
      opening = this.#opening
      await opening
    } while (opening !== this.#opening)
    return this.isConnected && this.viewfinder !== undefined
  }

  async #open() {
    const signal = this.begin()
    this.camera.stop()
    const wished = languageFor(this)
    const language = await speak(wished).then(() => wished, () => speak('en').then(() => 'en', () => null))
    if (signal.aborted) return
    if (language === null) return this.#showLoadFailure()
    this.#language = language
    declareLanguage(this.#card, language)
    this.viewfinder = new Viewfinder(this.camera, {
      inspect: (...call) => this.api.inspect(...call),
      onHint: (hint, message) => this.#hint(hint, message),
      onChoice: () => this.resume(),
    })
    this.opened(signal)
  }

  /** No language could be loaded, not even English. A retry needs a new page: browsers remember a failed module. */
  #showLoadFailure() {
    if (!this.emitError(new ApiError('network'))) return
    const again = button('Reload the page', () => location.reload(), 'primary')
    this.show('error', [title('This form could not be loaded'), again])
  }

  /** The suffix of form ids: empty for the first element of this name. */
  get suffix() {
    return this.#number === 1 ? '' : `-${this.#number}`
  }

  /** Add a form to the page's light DOM, where password managers see it. */
  adopt(form) {
    for (const earlier of this.querySelectorAll(':scope > form.visage-form')) earlier.remove()
    declareLanguage(form, this.language)
    this.append(form)
  }

  /** Start a long task and abort the previous one; returns the task's abort signal. */
  begin() {
    this.#task?.abort()
    this.#task = new AbortController()
    return this.#task.signal
  }

  /**
   * Show a step. `say` is announced to screen readers. `focus`, or else the heading, gets the keyboard focus if this
   * element had it, because the focused node is removed.
   */
  show(step, nodes, { say = '', focus = null } = {}) {
    const held = this.holdsFocus
    this.setAttribute('step', step)
    this.#view.replaceChildren(...nodes.filter(Boolean))
    this.say(say)
    if (held) (focus ?? this.#view.querySelector('h2')).focus({ preventScroll: true })
  }

  /** Whether this element has the keyboard focus. */
  get holdsFocus() {
    return this.matches(':focus-within')
  }

  say(sentence) {
    this.#status.textContent = sentence
  }

  #hint(hint, message) {
    this.say(message)
    this.emit('hint', { hint, message })
  }

  /**
   * Report an `ApiError` or a `CameraError` to the page; any other error is a bug of the widget and reported as such.
   * Returns whether the element should show the error to the user.
   */
  emitError(error) {
    if (error.outcome) return this.emit('error', { code: error.outcome, details: {}, request_id: '' })
    if (!(error instanceof ApiError)) reportError(error)
    const { code = 'internal', details = {}, requestId = '' } = error
    return this.emit('error', { code, details, request_id: requestId })
  }

  /** Dispatch `visage-…`; returns whether no listener prevented the element's default action. */
  emit(name, detail = {}) {
    const options = { detail, bubbles: true, composed: true, cancelable: true }
    return this.dispatchEvent(new CustomEvent(`visage-${name}`, options))
  }
}
