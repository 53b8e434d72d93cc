import { text } from '../text.js'
import { button, focusClicked, h } from './dom.js'

/** The controls below the picture: the camera, the shutter, and whether pictures are taken automatically. */
export class Controls {
  #byHand = false
  #ready = false
  #auto = button(text('camera.automatic'), () => this.#toggle(), 'toggle')
  #choice = h('select', { 'aria-label': text('camera.choice'), part: 'camera' })

  /**
   * @param {{onShoot: () => void, onByHand: (byHand: boolean) => void, onCamera: (id: string) => void}} listeners
   */
  constructor({ onShoot, onByHand, onCamera }) {
    this.onByHand = onByHand
    const onclick = event => {
      focusClicked(event)
      if (this.#ready) onShoot()
    }
    this.shutter = h('button', { type: 'button', class: 'shutter', part: 'shutter', onclick })
    this.#choice.addEventListener('change', () => onCamera(this.#choice.value))
    this.node = h('div', { class: 'controls' }, h('div', {}, this.#choice), this.shutter, h('div', {}, this.#auto))
    this.cameras = []
    this.byHand = false
    this.ready = false
  }

  /** The control to focus when these are shown again: the one that had the focus. */
  get focused() {
    return this.#choice.matches(':focus') ? this.#choice : this.shutter
  }

  /** The accessible name of the shutter. */
  set label(words) {
    this.shutter.setAttribute('aria-label', words)
  }

  /** Whether the shutter works yet; meanwhile it keeps the keyboard focus. */
  set ready(ready) {
    this.#ready = ready
    this.shutter.setAttribute('aria-disabled', String(!ready))
  }

  get byHand() {
    return this.#byHand
  }

  set byHand(byHand) {
    this.#byHand = byHand
    this.#auto.setAttribute('aria-pressed', String(!byHand))
  }

  /** The available cameras; with only one there is no choice. */
  set cameras(cameras) {
    const options = cameras.map(({ id, label, chosen }, index) => {
      const words = label || text('camera.number', { number: index + 1 })
      return h('option', { value: id, selected: chosen }, words)
    })
    this.#choice.replaceChildren(...options)
    this.#choice.hidden = cameras.length < 2
  }

  #toggle() {
    this.byHand = !this.byHand
    this.onByHand(this.byHand)
  }
}
