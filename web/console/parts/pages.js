import { h } from '../../widget/views/dom.js'
import { address } from './address.js'

/**
 * Links to the neighbouring pages of a list, whose place is in the address.
 * @param {string} label
 * @param {{title: string, href: string}[]} links
 */
export function pages(label, links) {
  return links.length > 0 && h('nav', { class: 'pages', 'aria-label': label },
    ...links.map(({ title, href }) => h('a', { class: 'plain', href }, title)))
}

/**
 * Links to the parts of a view.
 * @param {string} view its name in the address
 * @param {string} shown the name of the part that is shown
 * @param {Record<string, string>} titles the titles of the parts by their names; the first part has the name ''
 */
export function parts(view, shown, titles) {
  return h('nav', { class: 'pages', 'aria-label': 'Parts of this view' }, ...Object.entries(titles).map(([part, title]) =>
    h('a', { class: 'plain', href: `#${address(view, { part })}`, 'aria-current': part === shown ? 'page' : null }, title)))
}
