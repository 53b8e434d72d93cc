import { button, definitions, h } from '../../widget/views/dom.js'
import { address } from '../parts/address.js'
import { confirm } from '../parts/dialog.js'
import { detailsOf, wordsOf } from '../parts/events.js'
import { section } from '../parts/figure.js'
import { day, moment } from '../parts/moments.js'
import { newsBox, tell } from '../parts/news.js'
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
  const one = await read(page, id).catch(error => {
    if (error.code !== 'user_not_found') throw error
    return null
  })
  if (one === null) return nobody(id)
  const [about, offered, newest] = [h('div', { class: 'part' }), h('div', { class: 'part' }), h('div', { class: 'part' })]
  const [news, box] = [newsBox(), h('div', { class: 'parts' })]
  const show = found => {
    const act = (...asked) => ask(page, news, reload, ...asked)
    about.replaceChildren(h('h2', {}, found.display_name), definitions(rows(found, act)))
    offered.replaceChildren(acts(page, found, act, () => showErased(box, found)))
    newest.replaceChildren(events(found))
  }
  const reload = async () => {
    const found = await read(page, id).catch(() => null)  // what is shown stays, such as a new link
    if (found && !page.signal.aborted) show(found)
  }
  show(one)
  box.append(
    h('p', {}, h('a', { href: '#people' }, 'All people')),
    about,
    section('What you can do', offered, news),
    section('Newest events', newest, h('p', {},
      h('a', { href: `#${address('audit', { user: one.id, looks: 'shown' })}` }, 'All events of this account, with who looked at it'))),
  )
  return [box]
}

function read(page, id) {
  return page.api.get(`/people/${encodeURIComponent(id)}`, {}, page)
}

function nobody(id) {
  return [
    h('p', { role: 'status' }, 'There is no account with this id. It may be erased.'),
    ...waysOn(id),
  ]
}

/** Say in place of an account that it was erased just now. Returns what takes the focus. */
function showErased(box, { id, username }) {
  const said = h('p', { tabindex: '-1', role: 'status' }, `${username} is erased: the account, its face, its pictures and its `
    + 'sessions. Earlier backups still hold them. The audit keeps the id ', h('code', {}, id), '.')
  box.replaceChildren(said, ...waysOn(id))
  return said
}

function waysOn(id) {
  return [
    h('p', {}, h('a', { href: `#${address('audit', { user: id, looks: 'shown' })}` }, 'Events of this id in the audit')),
    h('p', {}, h('a', { href: '#people' }, 'All people')),
  ]
}

function rows(one, act) {
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
    ['Password link', one.password_link_until ? pendingLink(one, act) : 'None'],
    ['Passkeys', String(one.passkeys)],
    ['Active sessions', String(one.sessions)],
    ['Open disputes', one.open_disputes > 0 ? h('a', { href: '#disputes' }, String(one.open_disputes)) : '0'],
  ]
}

function pendingLink(one, act) {
  const withdraw = () => act('Withdraw the password link?', 'The link stops working at once.', 'Withdraw the link',
    api => api.delete(`/people/${one.id}/password-link`), () => 'The password link is withdrawn.')
  return h('div', { class: 'cell' }, h('span', {}, 'Valid until ', moment(one.password_link_until)),
    !one.is_operator && button('Withdraw', withdraw, 'link', { 'aria-label': 'Withdraw the password link' }))
}

function acts(page, one, act, show) {
  if (one.is_operator) {
    return h('p', {}, 'This is an operator’s account. Nothing here can change it, so that a stolen session at the console '
      + 'cannot take over the other operators. Use the command visage user.')
  }
  const path = `/people/${one.id}`
  const name = one.username
  const stays = one.password_link_until ? ' The password link stays valid: withdraw it as well if the wrong person may have it.' : ''
  const logOut = () => act(`Log ${name} out?`, 'Every session of this account ends, here and at applications. Access tokens that '
    + `are already issued expire within minutes.${stays}`, 'Log out', api => api.post(`${path}/log-out`),
  ({ sessions, access_minutes: minutes }) => `Ended: ${sessions}. Access tokens already issued expire within ${minutes} minutes.`)
  const disputed = one.open_disputes > 0
    ? ' A dispute over this account is open: another person says that it has their face. Decide it first, or be sure that you '
      + 'know who asks.'
    : ''
  const link = () => act(`Make a password link for ${name}?`, 'Anyone who has the link can set the password of this account once, '
    + `within an hour. An earlier link stops working. Be sure whom you give it to.${disputed}`, 'Make a link',
  api => api.post(`${path}/password-link`), ({ url, expires_at: until }) => once('Password link', url, 'Give it to ',
    h('b', {}, name), ' alone. Valid until ', moment(new Date(until * 1000).toISOString()), '.'))
  const removePasskeys = () => act(`Remove the passkeys of ${name}?`, 'For example after a theft. Sessions stay: log the user out '
    + 'as well. They log in by face or password until they add a new passkey.', 'Remove passkeys',
  api => api.post(`${path}/remove-passkeys`), ({ passkeys }) => `Removed: ${passkeys}.`, { danger: true })
  const erase = async () => {
    const { error } = await confirm(`Erase ${name}?`, 'The account, its face, its pictures and its sessions are erased for ever. '
      + 'Earlier backups still hold them. The audit keeps the id alone.', 'Erase for ever', () => page.api.delete(path),
    { typed: name, danger: true, show: async () => show() })
    if (error?.code === 'user_not_found') page.refresh()
  }
  return h('div', { class: 'answers' }, button('Log out everywhere', logOut), button('Make a password link', link),
    one.passkeys > 0 && button('Remove passkeys', removePasskeys), button('Erase the account', erase, 'plain danger'))
}

/** Ask for an act, show what it changed, and tell its result: words, or a node that takes the focus. */
async function ask(page, news, reload, heading, words, yes, act, told, more = {}) {
  const show = async answer => {
    await reload()
    return tell(news, told(answer))
  }
  const { error } = await confirm(heading, words, yes, () => act(page.api), { ...more, show })
  if (error?.code === 'user_not_found' && !page.signal.aborted) page.refresh()
}

function events({ events: newest }) {
  if (newest.length === 0) return h('p', {}, 'Nothing is recorded.')
  const rows = newest.map(event => [moment(event.at), wordsOf(event.event), detailsOf(event)])
  return table('The newest events of this account', EVENT_COLUMNS, rows, { quiet: true })
}
