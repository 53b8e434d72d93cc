import { h } from '../../widget/views/dom.js'
import { address } from './address.js'

const DAYS = [1, 7, 30, 90]

const DEFAULT_DAYS = 30

/** The days that the address of a view asks for. */
export function daysOf(page) {
  const chosen = Number(page.query.get('days'))
  return DAYS.includes(chosen) ? chosen : DEFAULT_DAYS
}

/** The choice of the days as links, so that the address names them. */
export function periods(view, days) {
  return h('nav', { class: 'periods', 'aria-label': 'Period' }, ...DAYS.map(one =>
    h('a', { href: `#${address(view, { days: one })}`, 'aria-current': one === days ? 'true' : null },
      one === 1 ? 'Last day' : `${one} days`)))
}
