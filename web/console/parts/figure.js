import { h } from '../../widget/views/dom.js'

/**
 * A row of figures, each with what it means.
 * @param {{title: string, value: string | number, note?: string, tone?: 'good' | 'bad'}[]} figures
 */
export function figures(figures) {
  return h('dl', { class: 'figures' }, ...figures.map(({ title, value, note, tone }) =>
    h('div', { class: tone ?? null },
      h('dt', {}, title),
      h('dd', {}, typeof value === 'number' ? value.toLocaleString('en') : value),
      note && h('dd', { class: 'note' }, note))))
}

/** A part of a view with a heading. */
export function section(heading, ...nodes) {
  return h('section', { class: 'part' }, h('h2', {}, heading), ...nodes)
}
