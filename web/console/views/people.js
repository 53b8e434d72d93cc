import { h } from '../../widget/views/dom.js'
import { address } from '../parts/address.js'
import { day } from '../parts/moments.js'
import { pages, parts } from '../parts/pages.js'
import { table } from '../parts/table.js'
import { invitations } from './invitations.js'
import { operators } from './operators.js'
import { person } from './person.js'

const COLUMNS = [
  { title: 'Username' }, { title: 'Name' }, { title: 'Email' }, { title: 'Face' }, { title: 'Signed up' },
  { title: 'Last seen' },
]

/** The parts of the view: their names in the address, and their titles. */
const PARTS = { '': 'Accounts', invitations: 'Invitations', operators: 'Operators' }

/** Pages that the address remembers, for the way back. */
const KEPT = 20

/** Search for accounts; one account, at `#people?id=…`; invitations and the operators, at `#people?part=…`. */
export const people = {
  name: 'people',
  title: 'People',
  async open(page) {
    const [id, part] = [page.query.get('id'), page.query.get('part')]
    if (id) return person(page, id)
    if (part === 'invitations') return [parts('people', part, PARTS), invitations(page, await page.api.get('/invitations', {}, page))]
    if (part === 'operators') return [parts('people', part, PARTS), operators(await page.api.get('/operators', {}, page))]
    const [search, after] = [page.query.get('search') ?? '', page.query.get('after') ?? '']
    const earlier = page.query.getAll('earlier')
    const found = await page.api.get('/people', { search, after }, page)
    return [parts('people', '', PARTS), form(page, search, found.parts), list(found, search, after, earlier)]
  },
}

function form(page, search, parts) {
  const field = h('input', { type: 'search', id: 'search', value: search, maxlength: '256', 'aria-describedby': 'searched' })
  const submit = event => {
    event.preventDefault()
    page.go('people', { search: field.value.trim() })
  }
  const hint = parts
    ? 'A part of a username, name or email address, or an id.'
    : 'The beginning of a username, or a whole username, email address or id. With this many accounts, parts are not searched.'
  return h('form', { role: 'search', class: 'search', onsubmit: submit },
    h('div', { class: 'choices' }, h('label', { class: 'long' }, 'Search', field), h('button', { type: 'submit', class: 'primary' }, 'Search'),
      search && h('a', { class: 'plain', href: '#people' }, 'Show everybody')),
    h('p', { class: 'aside', id: 'searched' }, hint))
}

/** @param {string[]} earlier the `after` of the pages before this one, from the second on */
function list(found, search, after, earlier) {
  if (found.people.length === 0) {
    return h('p', { role: 'status' }, search ? `Nobody is found for “${search}”.` : 'Nobody has signed up yet.')
  }
  const rows = found.people.map(one => [
    h('span', {}, h('a', { href: `#${address('people', { id: one.id })}` }, one.username), one.is_operator && ' (operator)'),
    one.display_name,
    one.email,
    one.has_face ? 'Enrolled' : 'None',
    day(one.created_at.slice(0, 10)),
    day(one.last_seen_on),
  ])
  const to = (begin, before) => `#${address('people', { search, after: begin, earlier: before })}`
  const links = [
    after && { title: 'First page', href: to('', []) },
    earlier.length > 0 && { title: 'Previous page', href: to(earlier.at(-1), earlier.slice(0, -1)) },
    found.after && { title: 'Next page', href: to(found.after, after ? [...earlier, after].slice(-KEPT) : []) },
  ].filter(Boolean)
  return h('div', { class: 'part' }, table(search ? 'Accounts found, by username' : 'Accounts by username', COLUMNS, rows),
    h('p', { class: 'aside' }, `Accounts in all: ${found.parts ? '' : 'about '}${found.accounts.toLocaleString('en')}.`),
    pages('Pages of accounts', links))
}
