import { h } from '../../widget/views/dom.js'

/** Where `tell` tells what an act did. */
export function newsBox() {
  return h('div', { class: 'news', role: 'status' })
}

/** Show what an act did: words, or a node that can take the focus. Returns the node, which should take it. */
export function tell(news, told) {
  const node = typeof told === 'string' ? h('p', { tabindex: '-1' }, told) : told
  news.replaceChildren(node)
  return node
}
