import { Api, ApiError } from './api.js'
import { Camera } from './camera.js'
import { sheet as cardSheet } from './styles/card.js'
import { sheet as formSheet } from './styles/form.js'
import { sheet as stageSheet } from './styles/stage.js'
import { h } from './views/dom.js'

/**
 * What the two elements share: a card that shows one step at a time, a camera, the service's calls, and events.
 *
 * The attribute `step` says which step is shown; it is the element's to set and everybody's to read or to style by.
 */
export class VisageElement extends HTMLElement {
  static observedAttributes = ['endpoint']

  #api = null
  #task = null
  #view = h('div', { class: 'view', part: 'view' })
  #status = h('p', { class: 'quiet', role: 'status', 'aria-live': 'polite' })

  constructor() {
    super()
    this.attachShadow({ mode: 'open' })
    this.shadowRoot.adoptedStyleSheets = [cardSheet, stageSheet]
    this.shadowRoot.append(h('section', { class: 'card', part: 'card' }, this.#view, this.#status))
    this.camera = new Camera()
  }

  /** Base address of the service; empty for the page's own origin. */
  get endpoint() {
    return this.getAttribute('endpoint') ?? ''
  }

  set endpoint(address) {
    this.setAttribute('endpoint', address)
  }

  get step() {
    return this.getAttribute('step')
  }

  /** The service's calls; put another object with the same methods here to answer them yourself. */
  get api() {
    this.#api ??= new Api(this.endpoint)
    return this.#api
  }

  set api(api) {
    this.#api = api
  }

  attributeChangedCallback() {
    this.#api = null
  }

  connectedCallback() {
    const root = this.getRootNode()
    if (!root.adoptedStyleSheets.includes(formSheet)) root.adoptedStyleSheets.push(formSheet)
  }

  disconnectedCallback() {
    this.#task?.abort()
    this.camera.stop()
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
    if (held) (focus ?? this.#view.querySelector('h2')).focus()
  }

  /** Whether the keyboard is somewhere in this element. */
  get holdsFocus() {
    return this.matches(':focus-within')
  }

  say(sentence) {
    this.#status.textContent = sentence
  }

  /** Tell the page about an `ApiError`; any other error is a fault of the widget's own and reported as one. */
  emitError(error) {
    if (!(error instanceof ApiError)) reportError(error)
    const { code = 'internal', details = {}, requestId = '' } = error
    this.emit('error', { code, details, request_id: requestId })
  }

  emit(name, detail = {}) {
    this.dispatchEvent(new CustomEvent(`visage-${name}`, { detail, bubbles: true, composed: true }))
  }
}
