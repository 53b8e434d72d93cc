import { h } from '../../widget/views/dom.js'
import { notice } from '../../widget/views/notice.js'

/** One part of the account: a heading, what is in it, and what came of what was done there. */
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

  /** Whether something asked for here has not been answered yet. */
  set busy(busy) {
    this.node.setAttribute('aria-busy', String(busy))
  }

  get busy() {
    return this.node.getAttribute('aria-busy') === 'true'
  }

  /** Say that something worked. */
  tell(words) {
    this.clear()
    this.#good.textContent = words
  }

  /** Say that something did not. */
  complain(words) {
    this.clear()
    this.#bad.append(notice(words))
  }

  clear() {
    this.#good.textContent = ''
    this.#bad.replaceChildren()
  }
}
