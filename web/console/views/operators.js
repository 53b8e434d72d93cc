import { h } from '../../widget/views/dom.js'
import { address } from '../parts/address.js'
import { section } from '../parts/figure.js'
import { moment } from '../parts/moments.js'
import { table } from '../parts/table.js'

const COLUMNS = [{ title: 'Operator' }, { title: 'Since' }, { title: 'In the audit' }]

/** Who may open the console. */
export function operators({ operators: found }) {
  const rows = found.map(({ id, username, added_at: since }) => [
    h('a', { href: `#${address('people', { id })}` }, username), moment(since),
    h('a', { href: `#${address('audit', { operator: id })}`, 'aria-label': `What they did: ${username}` }, 'What they did'),
  ])
  return section('Operators',
    h('p', { class: 'aside' }, 'Who may open the console. Add and remove operators by the commands ',
      h('code', {}, 'visage operator add'), ' and ', h('code', {}, 'visage operator remove'), '.'),
    table('Operators', COLUMNS, rows, { quiet: true }))
}
