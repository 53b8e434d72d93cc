import { button, h } from '../../widget/views/dom.js'
import { confirm } from '../parts/dialog.js'
import { section } from '../parts/figure.js'
import { moment } from '../parts/moments.js'
import { newsBox, renewed } from '../parts/news.js'
import { once } from '../parts/once.js'
import { table } from '../parts/table.js'
import { counted } from '../parts/words.js'

const COLUMNS = [{ title: 'For' }, { title: 'Made' }, { title: 'Valid until' }, { title: 'Withdraw' }]

/** The invitations that can still be used, and a form for another one. */
export function invitations(page, found) {
  const news = newsBox()
  const shown = h('div')
  const show = ({ invitations: pending }) => shown.replaceChildren(list(pending, one => withdraw(page, one, tellOf)))
  const tellOf = told => renewed(page, '/invitations', show, news, told)
  show(found)
  const words = found.required
    ? 'Sign-up is by invitation. Each invitation is for one sign-up.'
    : 'Sign-up is open, so invitations are not needed. VISAGE_SIGNUP=invite requires them.'
  return section('Invitations', h('p', { class: 'aside' }, words), form(page, tellOf), news, shown)
}

function list(pending, ask) {
  const rows = pending.map(one => [
    nameOf(one), moment(one.created_at), moment(one.expires_at),
    button('Withdraw', () => ask(one), 'link', { 'aria-label': `Withdraw the invitation for ${one.username ?? one.email ?? 'anybody'}` }),
  ])
  return rows.length > 0 ? table('Invitations that can still be used', COLUMNS, rows) : h('p', {}, 'No invitation is pending.')
}

/** For whom an invitation is. */
function nameOf({ username, email }) {
  return [username, email].filter(Boolean).join(', ') || 'Anybody'
}

function form(page, tellOf) {
  const username = h('input', { autocomplete: 'off', spellcheck: 'false' })
  const email = h('input', { type: 'email', autocomplete: 'off' })
  const hours = h('input', { type: 'number', min: '1', max: '2160', value: '72', required: true })
  const submit = event => {
    event.preventDefault()
    const values = { username: username.value.trim(), email: email.value.trim() }
    const chosen = Object.fromEntries(Object.entries(values).filter(([, value]) => value))
    return invite(page, { ...chosen, hours: Number(hours.value) }, tellOf)
  }
  return h('form', { onsubmit: submit, 'aria-label': 'Invite a person' },
    h('div', { class: 'choices' },
      h('label', {}, 'Username (optional)', username), h('label', {}, 'Email (optional)', email),
      h('label', {}, 'Valid for hours', hours), h('button', { type: 'submit', class: 'plain' }, 'Make an invitation')))
}

async function invite(page, chosen, tellOf) {
  const whom = chosen.username || chosen.email ? ` The sign-up must use: ${nameOf(chosen)}.` : ''
  await confirm('Make an invitation?', `Anyone who has its link can sign up with it once, within ${counted(chosen.hours, 'hour', 'hours')}.${whom}`,
    'Make it', () => page.api.post('/invitations', chosen),
    { show: ({ url }) => tellOf(once('Invitation link', url, 'Anyone who has this link can sign up with it once.')) })
}

async function withdraw(page, one, tellOf) {
  const { error } = await confirm('Withdraw this invitation?', `It is for: ${nameOf(one)}. Its link stops working at once.`, 'Withdraw',
    () => page.api.delete(`/invitations/${one.id}`), { danger: true, show: () => tellOf('The invitation is withdrawn.') })
  if (error?.code === 'invitation_not_found' && !page.signal.aborted) page.refresh()
}
