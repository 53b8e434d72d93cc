import { text } from '../text.js'
import { h, icon, svg } from './dom.js'

/** The path of the oval, starting at its top. */
const OVAL = 'M37.5 1.25a36.25 48.75 0 1 1 -.01 0z'

/** The user's own picture: the mirrored video with an oval, a progress ring, and one line of instructions. */
export class Stage {
  #caption = h('p', { class: 'caption', part: 'caption', 'aria-hidden': 'true' })
  #still = h('img', { class: 'mirror', alt: '', hidden: true })
  #arrow = h('span', { class: 'arrow', hidden: true }, icon('arrow'))
  #progress = svg('path', { d: OVAL, class: 'progress', pathLength: '100' })

  /** @param {import('../camera.js').Camera} camera */
  constructor(camera) {
    this.camera = camera
    camera.video.className = 'mirror'
    camera.video.setAttribute('aria-hidden', 'true')
    const ring = svg('svg', { viewBox: '0 0 75 100', class: 'ring', part: 'ring' },
      svg('path', { d: OVAL, class: 'track' }), this.#progress)
    const oval = h('span', { class: 'oval', part: 'oval' }, ring, h('span', { class: 'tick' }, icon('check')))
    this.node = h('div', { class: 'stage', part: 'stage' }, camera.video, this.#still, oval, this.#arrow, this.#caption)
    camera.video.addEventListener('resize', () => this.#fit())
  }

  /** @param {'waiting' | 'live' | 'good' | 'checking' | 'matched' | 'failed'} state */
  set state(state) {
    this.node.dataset.state = state
    if (state === 'waiting' || state === 'live') this.#still.hidden = true
    if (state === 'waiting') this.progress = 0
    if (state !== 'live') this.#arrow.hidden = true
  }

  set caption(words) {
    this.#caption.textContent = words
    this.#caption.hidden = words === ''
  }

  /** The completed share of the current task, 0 to 1. */
  set progress(share) {
    this.#progress.style.strokeDasharray = `${100 * share} 100`
  }

  /** Show the direction to turn: `left`, `right`, `up`, `down`, or null. */
  set direction(direction) {
    this.#arrow.hidden = direction === null
    if (direction !== null) this.#arrow.dataset.direction = direction
  }

  /** Show the taken picture instead of the video. */
  freeze(image) {
    this.#still.src = image
    this.#still.hidden = false
  }

  waitForCamera() {
    this.state = 'waiting'
    this.caption = text('camera.starting')
  }

  #fit() {
    if (this.camera.live) this.node.style.setProperty('--shape', String(this.camera.shape))
  }
}
