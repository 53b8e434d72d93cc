import { h } from '../../widget/views/dom.js'

/**
 * A plot with its explanation.
 * @param {Node} node
 * @param {string} shows what it shows
 * @param {string} bad what would be bad
 * @param {string} act what to do then
 */
export function explained(node, shows, bad, act) {
  return h('div', { class: 'explained' }, node,
    h('p', { class: 'aside' }, shows),
    h('p', { class: 'aside' }, h('strong', {}, 'Bad: '), bad, ' ', h('strong', {}, 'Then: '), act))
}
