import { h } from '../../widget/views/dom.js'

/**
 * A table that scrolls sideways by itself on a narrow screen.
 *
 * @param {string} caption what it shows
 * @param {{title: string, number?: boolean}[]} columns
 * @param {(Node | string | number | null)[][]} rows
 * @param {{quiet?: boolean}} [more] `quiet` hides the caption from sight
 */
export function table(caption, columns, rows, { quiet = false } = {}) {
  const look = ({ number }) => ({ class: number ? 'number' : null })
  const head = h('tr', {}, ...columns.map(one => h('th', { scope: 'col', ...look(one) }, one.title)))
  const body = rows.map(cells => h('tr', {}, ...cells.map((cell, place) => h('td', look(columns[place]), cellOf(cell)))))
  const label = h('caption', { class: quiet ? 'quiet' : null }, caption)
  return h('div', { class: 'scrolls', role: 'region', tabindex: '0', 'aria-label': caption },
    h('table', {}, label, h('thead', {}, head), h('tbody', {}, ...body)))
}

function cellOf(cell) {
  return typeof cell === 'number' ? cell.toLocaleString('en') : cell ?? '–'
}
