import { button, definitions, h } from '../../widget/views/dom.js'
import { address } from '../parts/address.js'
import { confirm } from '../parts/dialog.js'
import { detailsOf, wordsOf } from '../parts/events.js'
import { section } from '../parts/figure.js'
import { day, moment } from '../parts/moments.js'
import { once } from '../parts/once.js'
import { table } from '../parts/table.js'

const FACE = {
  enrolled: 'Enrolled: the user can log in with it',
  outdated: 'Enrolled with an earlier network: renew it by visage reembed, or let the user take new pictures',
  none: 'None',
}

const EVENT_COLUMNS = [{ title: 'When' }, { title: 'Event' }, { title: 'Outcome and details' }]

/** One account without its pictures, and what an operator can do with it. */
export async function person(page, id) {
  const one = await page.api.get(`/people/${encodeURIComponent(id)}`, {}, page).catch(error => {
    if (error.code !== 'user_not_found') throw error
    return null
  })
  if (one === null) return nobody(id)
  const news = h('div', { class: 'news', role: 'status' })
  return [
    h('p', {}, h('a', { href: '#people' }, 'All people')),
    h('div', { class: 'part' }, h('h2', {}, one.display_name), definitions(rows(one))),
    section('What you can do', ...acts(page, one, news)),
    section('Newest events', events(one), h('p', {},
      h('a', { href: `#${address('audit', { user: one.id })}` }, 'All events of this account in the audit'))),
  ]
}

function nobody(id) {
  return [
    h('p', { role: 'status' }, 'There is no account with this id. It may be erased.'),
    h('p', {}, h('a', { href: `#${address('audit', { user: id })}` }, 'Events of this id in the audit')),
    h('p', {}, h('a', { href: '#people' }, 'All people')),
  ]
}

function rows(one) {
  const { face } = one
  const consent = face?.consent
  return [
    ['Username', one.username],
    ['Id', h('code', {}, one.id)],
    ['Email', one.email ?? 'None given'],
    ['Signed up', moment(one.created_at)],
    ['Last seen', day(one.last_seen_on)],
    ['Operator', one.is_operator ? 'Yes' : 'No'],
    ['Face', FACE[one.face_state]],
    ...(face
      ? [
          ['Pictures', `${face.captures} captures, ${face.images} with a stored picture`],
          ['Network', face.models.join(', ') || 'None'],
          ['Consent', consent ? `version ${consent.version ?? 'not recorded'}${consent.at ? `, ${consent.at.slice(0, 10)}` : ''}` : 'Not recorded'],
        ]
      : []),
    ['Password', one.has_password ? 'Set' : 'None'],
    ['Passkeys', String(one.passkeys)],
    ['Active sessions', String(one.sessions)],
    ['Open disputes', one.open_disputes > 0 ? h('a', { href: '#disputes' }, String(one.open_disputes)) : '0'],
  ]
}

function acts(page, one, news) {
  if (one.is_operator) {
    return [h('p', {}, 'This is an operator’s account. Nothing here can change it, so that a stolen session at the console '
      + 'cannot take over the other operators. Use the command visage user.')]
  }
  const path = `/people/${one.id}`
  const name = one.username
  const tell = words => news.replaceChildren(h('p', {}, words))
  const logOut = () => ask(page, `Log ${name} out?`, 'Every session of this account ends, here and at applications. Access '
    + 'tokens that are already issued expire within minutes.', 'Log out', () => page.api.post(`${path}/log-out`),
  ({ sessions, access_minutes: minutes }) => tell(`Ended: ${sessions}. Access tokens already issued expire within ${minutes} minutes.`))
  const link = () => ask(page, `Make a password link for ${name}?`, 'Whoever has the link can set the password of this account '
    + 'once, within an hour. An earlier link stops working. Be sure whom you give it to.', 'Make a link',
  () => page.api.post(`${path}/password-link`), ({ url, expires_at: until }) => {
    const shown = once('Password link', url, 'Give it to ', h('b', {}, name), ' alone. Valid until ',
      moment(new Date(until * 1000).toISOString()), '.')
    news.replaceChildren(shown)
    shown.focus()
  })
  const removePasskeys = () => ask(page, `Remove the passkeys of ${name}?`, 'For example after a theft. Sessions stay: log the '
    + 'user out as well. They log in by face or password until they add a new passkey.', 'Remove passkeys',
  () => page.api.post(`${path}/remove-passkeys`), ({ passkeys }) => tell(`Removed: ${passkeys}.`), { danger: true })
  const erase = async () => {
    const { done } = await confirm(`Erase ${name}?`, 'The account, its face, its pictures and its sessions are erased for ever. '
      + 'Earlier backups still hold them. The audit keeps the id alone.', 'Erase for ever', () => page.api.delete(path),
    { typed: name, danger: true })
    if (done) page.go('people')
  }
  return [
    h('div', { class: 'answers' }, button('Log out everywhere', logOut), button('Make a password link', link),
      one.passkeys > 0 && button('Remove passkeys', removePasskeys), button('Erase the account', erase, 'plain danger')),
    news,
  ]
}

async function ask(page, heading, words, yes, act, tell, more = {}) {
  const { done, answer } = await confirm(heading, words, yes, act, more)
  if (done && !page.signal.aborted) tell(answer)
}

function events({ events: newest }) {
  if (newest.length === 0) return h('p', {}, 'Nothing is recorded.')
  const rows = newest.map(event => [moment(event.at), wordsOf(event.event), detailsOf(event)])
  return table(`The ${newest.length} newest events of this account`, EVENT_COLUMNS, rows, { quiet: true })
}
