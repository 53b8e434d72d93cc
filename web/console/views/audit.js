import { h } from '../../widget/views/dom.js'
import { address } from '../parts/address.js'
import { detailsOf, EVENTS, wordsOf } from '../parts/events.js'
import { fieldsOf } from '../parts/messages.js'
import { moment } from '../parts/moments.js'
import { pages } from '../parts/pages.js'
import { table } from '../parts/table.js'

const FILTERS = ['event', 'group', 'user', 'operator', 'since', 'until', 'looks']

/** Groups of events, which the service knows by these names. */
const GROUPS = { logins: 'Logins that succeeded', refused: 'Refused logins', operators: 'What operators did' }

const REFUSED_COLUMNS = [{ title: 'Account' }, { title: 'Refused logins', number: true }, { title: 'The latest' }]

const COLUMNS = [
  { title: 'When' }, { title: 'Event' }, { title: 'Account' }, { title: 'Outcome and details' }, { title: 'By operator' },
]

/** What happened to accounts, and what operators did, the newest first. */
export const audit = {
  name: 'audit',
  title: 'Audit',
  async open(page) {
    const chosen = Object.fromEntries(FILTERS.map(name => [name, page.query.get(name) ?? '']))
    const before = page.query.get('before') ?? ''
    const found = await page.api.get('/audit', { ...asked(chosen), before }, page).catch(error => {
      if (!['user_not_found', 'invalid_request'].includes(error.code)) throw error
      return { error }
    })
    if (found.error) return [form(page, chosen), refused(found.error)]
    const isOfAll = chosen.group === 'refused' && !chosen.user && !chosen.operator && !before
    const { accounts } = isOfAll ? await page.api.get('/audit/refused', times(chosen), page) : {}
    return [form(page, chosen), accounts && mostRefused(accounts, chosen), list(page, found, chosen, before)]
  },
}

/** The filter as the service takes it. Unless the address asks for looks, or for that event, they are left out. */
function asked({ looks, ...filter }) {
  return { ...filter, changes: looks || filter.event === 'console_viewed' ? '' : 'true' }
}

function times({ since, until }) {
  return { since, until }
}

function form(page, chosen) {
  const option = (value, words, selected) => h('option', { value, selected }, words)
  const kinds = [
    option('', 'All', false),
    h('optgroup', { label: 'Groups of events' }, ...Object.entries(GROUPS).map(([name, words]) =>
      option(`group:${name}`, words, name === chosen.group))),
    h('optgroup', { label: 'Events' }, ...Object.entries(EVENTS).map(([name, words]) =>
      option(name, words, name === chosen.event))),
  ]
  const fields = {
    event: h('select', {}, ...kinds),
    user: h('input', { value: chosen.user, autocomplete: 'off', spellcheck: 'false', placeholder: 'Username or id' }),
    operator: h('input', { value: chosen.operator, autocomplete: 'off', spellcheck: 'false', placeholder: 'Username or id' }),
    since: h('input', { type: 'datetime-local', value: local(chosen.since) }),
    until: h('input', { type: 'datetime-local', value: local(chosen.until) }),
    looks: h('select', {}, h('option', { value: '' }, 'Leave out'), h('option', { value: 'shown', selected: !!chosen.looks }, 'Show')),
  }
  const submit = event => {
    event.preventDefault()
    const values = Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.value.trim()]))
    if (values.event.startsWith('group:')) [values.group, values.event] = [values.event.slice('group:'.length), '']
    for (const name of ['since', 'until']) values[name] = values[name] && new Date(values[name]).toISOString()
    page.go('audit', values)
  }
  return h('form', { class: 'search', onsubmit: submit, 'aria-label': 'Filter' },
    h('div', { class: 'choices' }, h('label', {}, 'Event', fields.event), h('label', {}, 'Account', fields.user),
      h('label', {}, 'Operator', fields.operator), h('label', { class: 'moment' }, 'From', fields.since),
      h('label', { class: 'moment' }, 'Before', fields.until), h('label', {}, 'Looks by operators', fields.looks),
      h('button', { type: 'submit', class: 'primary' }, 'Show'),
      FILTERS.some(name => chosen[name]) && h('a', { class: 'plain', href: '#audit' }, 'Clear the filter')),
    h('p', { class: 'aside' }, 'Times are in your time zone. The audit holds ids and no names, as it outlasts the accounts. '
      + 'This page adds the usernames of accounts that still exist.'))
}

/** A moment (ISO 8601) as the value of a `datetime-local` field; empty if it is invalid. */
function local(iso) {
  const at = new Date(iso)
  if (Number.isNaN(at.getTime())) return ''
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

function refused(error) {
  const words = error.code === 'user_not_found'
    ? 'No account has this username. Of an erased account, only the id is known.'
    : `This filter cannot be used. ${fieldsOf(error) ?? ''}`
  return h('p', { role: 'alert' }, words)
}

/** Whose logins were refused most often, among all events of the time. */
function mostRefused(accounts, chosen) {
  const rows = accounts.map(({ id, username, refused: number, latest_at: at }) =>
    [who('user', id, { [id]: username }, chosen), number, moment(at)])
  return h('div', { class: 'part' },
    rows.length > 0
      ? table('Accounts with the most refused logins', REFUSED_COLUMNS, rows)
      : h('p', {}, 'No refused login is of a known account.'),
    h('p', { class: 'aside' }, 'Of the newest 500,000 events of this time. Unknown faces and usernames, and faces that the '
      + 'liveness check refuses, are of no account: they are only in the list of events.'))
}

function list(page, { events, before: next, usernames }, chosen, before) {
  const to = more => `#${address('audit', { ...chosen, ...more })}`
  const links = [
    before && { title: 'Newest', href: to({}) },
    next && { title: 'Older', href: to({ before: next }) },
  ].filter(Boolean)
  const rows = events.map(event => [
    moment(event.at), wordsOf(event.event), who('user', event.user_id, usernames, chosen), detailsOf(event),
    who('operator', event.details.operator, usernames, chosen),
  ])
  const none = next
    ? 'None of the 500,000 events that were searched matches. “Older” continues the search.'
    : 'No event matches.'
  return h('div', { class: 'part' },
    rows.length > 0 ? table('Events, the newest first', COLUMNS, rows) : h('p', { role: 'status' }, none),
    pages('Pages of events', links), downloads(page, chosen))
}

/** An account or operator of an event: its username while it exists, its id, and a link that filters by it. */
function who(filter, id, usernames, chosen) {
  if (!id) return null
  const short = id.slice(0, 8)
  const name = usernames[id]
  const only = `#${address('audit', { ...chosen, [filter]: id })}`
  return h('div', { class: 'cell' },
    h('a', { href: `#${address('people', { id })}`, title: id }, name && `${name} `, h('code', {}, short)),
    chosen[filter] !== id && h('a', { href: only, 'aria-label': `Only these ${filter === 'user' ? 'of' : 'by'} ${name ?? short}` }, 'Only these'))
}

function downloads(page, chosen) {
  const link = (format, words) => h('a', {
    class: 'plain', download: '', href: page.api.fileUrl('/audit/export', { ...asked(chosen), format }),
  }, words)
  return h('div', { class: 'part' },
    h('div', { class: 'answers' }, link('csv', 'Download as CSV'), link('json', 'Download as JSON lines')),
    h('p', { class: 'aside' }, 'A file has the events of this filter, the newest 100,000, with ids alone. For older ones, '
      + 'choose the times.'))
}
