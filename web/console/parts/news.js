import { h } from '../../widget/views/dom.js'

/** Where `tell` tells what an act did. */
export function newsBox() {
  return h('div', { class: 'news', role: 'status' })
}

/**
 * Show a list anew that an act has changed, and then what the act did. If the list cannot be read, the act is done all
 * the same, and what it did may be a secret that is shown once.
 * @param {string} path of the list
 * @param {(found: object) => void} show
 * @param {string | HTMLElement} told as `tell` takes it
 */
export async function renewed(page, path, show, news, told) {
  const found = await page.api.get(path, {}, page).catch(() => null)
  if (found && !page.signal.aborted) show(found)
  return tell(news, told)
}

/** Show what an act did: words, or a node that can take the focus. Returns the node, which should take it. */
export function tell(news, told) {
  const node = typeof told === 'string' ? h('p', { tabindex: '-1' }, told) : told
  news.replaceChildren(node)
  return node
}
