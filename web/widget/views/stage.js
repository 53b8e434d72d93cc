import { text } from '../text.js'
import { h, icon } from './dom.js'

/** The place where one sees oneself: the mirrored video under an oval, and one line of what to do. */
export class Stage {
  #caption = h('p', { class: 'caption', part: 'caption' })
  #still = h('img', { class: 'mirror', alt: '', hidden: true })
  #arrow = h('span', { class: 'arrow', hidden: true }, icon('arrow'))

  /** @param {import('../camera.js').Camera} camera */
  constructor(camera) {
    this.camera = camera
    camera.video.className = 'mirror'
    camera.video.setAttribute('aria-hidden', 'true')
    const oval = h('span', { class: 'oval', part: 'oval' })
    this.node = h('div', { class: 'stage', part: 'stage' }, camera.video, this.#still, oval, this.#arrow, this.#caption)
    camera.video.addEventListener('resize', () => this.#fit())
  }

  /** @param {'waiting' | 'live' | 'checking' | 'failed'} state */
  set state(state) {
    this.node.dataset.state = state
    if (state === 'waiting' || state === 'live') this.#still.hidden = true
  }

  set caption(words) {
    this.#caption.textContent = words
    this.#caption.hidden = words === ''
  }

  /** Which way to turn: a pose's name; none for straight ahead. */
  set direction(pose) {
    this.#arrow.hidden = pose === 'front'
    this.#arrow.dataset.pose = pose
  }

  /** Show the picture that was taken instead of the video. */
  freeze(image) {
    this.#still.src = image
    this.#still.hidden = false
  }

  waitForCamera(words = text('login.starting')) {
    this.state = 'waiting'
    this.caption = words
  }

  #fit() {
    if (this.camera.live) this.node.style.setProperty('--shape', String(this.camera.shape))
  }
}
