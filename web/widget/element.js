import { Api, ApiError } from './api.js'
import { Camera } from './camera.js'
import { sheet as cardSheet } from './styles/card.js'
import { sheet as formSheet } from './styles/form.js'
import { sheet as stageSheet } from './styles/stage.js'
import { declareLanguage, languageFor, speak } from './text.js'
import { send } from './transport.js'
import { button, h, title } from './views/dom.js'
import { Viewfinder } from './viewfinder.js'

/** How many elements of each name there were: what makes the ids of their forms unique on the page. */
const numbers = new Map()

/**
 * What the elements share: a card that shows one step at a time, a camera, the service's calls, and events.
 *
 * The attribute `step` says which step is shown; it is the element's to set and everybody's to read or to style by.
 * A subclass says in `opened` what comes first (again whenever an observed attribute changes), and in `resume` how it
 * goes on with the camera.
 */
export class VisageElement extends HTMLElement {
  static observedAttributes = ['endpoint', 'lang']
  /** The styles of what an element puts into the page itself, outside its shadow. */
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

  /** `light`, `dark`, or `auto`: as the system has it. */
  get theme() {
    return this.getAttribute('theme') ?? 'auto'
  }

  set theme(theme) {
    this.reflect('theme', theme)
  }

  get step() {
    return this.getAttribute('step')
  }

  /** The language that is spoken: that of `lang` here or around the element, where we have it. */
  get language() {
    return this.#language
  }

  /** The service's calls; put another object with the same methods here to answer them yourself. */
  get api() {
    this.#api ??= new Api(this.endpoint, this.#transport)
    return this.#ownApi ?? this.#api
  }

  set api(api) {
    this.#ownApi = api ?? null
  }

  /** How requests travel; put a function of the shape of `transport.js` here to send them yourself. */
  get transport() {
    return this.#transport
  }

  set transport(transport) {
    this.#transport = transport ?? send
    this.#api = null
  }

  /** Write a property's value to its attribute; undefined, as frameworks say it, and null take the attribute away. */
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

  /** What was set before the element was defined is hidden behind no accessor: set it again. */
  #upgradeProperties() {
    for (const name of Object.keys(this)) {
      if (!(name in Object.getPrototypeOf(this))) continue
      const value = this[name]
      delete this[name]
      this[name] = value
    }
  }

  /** Begin anew, with the attributes and the language as they are now. */
  reopen() {
    this.#opening = this.#open()
  }

  /** Whether there is something to show; resolves once that is known. */
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
    if (language === null) return this.#speechless()
    this.#language = language
    declareLanguage(this.#card, language)
    this.viewfinder = new Viewfinder(this.camera, {
      inspect: (...call) => this.api.inspect(...call),
      onHint: (hint, message) => this.#hint(hint, message),
      onChoice: () => this.resume(),
    })
    this.opened(signal)
  }

  /** Not even English could be loaded, nor can it be in this document: browsers remember a module that failed. */
  #speechless() {
    if (!this.emitError(new ApiError('network'))) return
    const again = button('Reload the page', () => location.reload(), 'primary')
    this.show('error', [title('This form could not be loaded'), again])
  }

  /** What to put behind the ids of a form: nothing for the first element of this name. */
  get suffix() {
    return this.#number === 1 ? '' : `-${this.#number}`
  }

  /** Give a form of ours to the page, where password managers see it. */
  adopt(form) {
    for (const earlier of this.querySelectorAll(':scope > form.visage-form')) earlier.remove()
    declareLanguage(form, this.language)
    this.append(form)
  }

  /** Begin something that takes time and give up what went on before; its signal says when it is given up itself. */
  begin() {
    this.#task?.abort()
    this.#task = new AbortController()
    return this.#task.signal
  }

  /**
   * Show a step. `say` is read to people who do not see it; `focus`, or the heading, receives the keyboard if it was
   * here before: what it was on is gone.
   */
  show(step, nodes, { say = '', focus = null } = {}) {
    const held = this.holdsFocus
    this.setAttribute('step', step)
    this.#view.replaceChildren(...nodes.filter(Boolean))
    this.say(say)
    if (held) (focus ?? this.#view.querySelector('h2')).focus({ preventScroll: true })
  }

  /** Whether the keyboard is somewhere in this element. */
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
   * Tell the page about an `ApiError` or a `CameraError`; any other error is a fault of the widget's own and reported
   * as one. Says whether the element is to tell the person.
   */
  emitError(error) {
    if (error.outcome) return this.emit('error', { code: error.outcome, details: {}, request_id: '' })
    if (!(error instanceof ApiError)) reportError(error)
    const { code = 'internal', details = {}, requestId = '' } = error
    return this.emit('error', { code, details, request_id: requestId })
  }

  /** Dispatch `visage-…`; says whether nobody prevented what the element does by itself then. */
  emit(name, detail = {}) {
    const options = { detail, bubbles: true, composed: true, cancelable: true }
    return this.dispatchEvent(new CustomEvent(`visage-${name}`, options))
  }
}
