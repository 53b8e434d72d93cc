import { h } from '../../widget/views/dom.js'

/**
 * Links to the neighbouring pages of a list, whose place is in the address.
 * @param {string} label
 * @param {{title: string, href: string}[]} links
 */
export function pages(label, links) {
  return links.length > 0 && h('nav', { class: 'pages', 'aria-label': label },
    ...links.map(({ title, href }) => h('a', { class: 'plain', href }, title)))
}
