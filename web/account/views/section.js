import { h } from '../../widget/views/dom.js'
import { notice } from '../../widget/views/notice.js'

/** One part of the account: a heading, its content, and the result of the last action. */
export class Section {
  #content = h('div', { class: 'content' })
  #good = h('p', { class: 'good', role: 'status' })
  #bad = h('div', { class: 'bad' })

  constructor(heading, ...nodes) {
    this.heading = h('h3', { tabindex: '-1' }, heading)
    this.node = h('section', { class: 'part' }, this.heading, this.#good, this.#bad, this.#content)
    this.content = nodes
  }

  set content(nodes) {
    this.#content.replaceChildren(...nodes.filter(Boolean))
  }

  /** Whether an action of this section is running. */
  set busy(busy) {
    this.node.setAttribute('aria-busy', String(busy))
  }

  get busy() {
    return this.node.getAttribute('aria-busy') === 'true'
  }

  /** Show a success message. */
  tell(words) {
    this.clear()
    this.#good.textContent = words
  }

  /** Show an error message. */
  complain(words) {
    this.clear()
    this.#bad.append(notice(words))
  }

  clear() {
    this.#good.textContent = ''
    this.#bad.replaceChildren()
  }
}
