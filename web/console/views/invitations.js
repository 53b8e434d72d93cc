import { button, h } from '../../widget/views/dom.js'
import { confirm } from '../parts/dialog.js'
import { section } from '../parts/figure.js'
import { problem, sentenceOf } from '../parts/messages.js'
import { moment } from '../parts/moments.js'
import { once } from '../parts/once.js'
import { table } from '../parts/table.js'

const COLUMNS = [{ title: 'For' }, { title: 'Made' }, { title: 'Valid until' }, { title: 'Withdraw' }]

/** The invitations that can still be used, and a form for another one. */
export function invitations(page, { invitations: pending, required }) {
  const shown = h('div', {}, list(page, pending))
  const reload = async () => {
    const found = await page.api.get('/invitations', {}, page).catch(() => null)  // a new link stays shown
    if (found && !page.signal.aborted) shown.replaceChildren(list(page, found.invitations))
  }
  const words = required
    ? 'Sign-up is by invitation. Each invitation is for one sign-up.'
    : 'Sign-up is open, so invitations are not needed. VISAGE_SIGNUP=invite requires them.'
  return section('Invitations', h('p', { class: 'aside' }, words), form(page, reload), shown)
}

function list(page, pending) {
  const rows = pending.map(one => [
    [one.username, one.email].filter(Boolean).join(', ') || 'Anybody', moment(one.created_at), moment(one.expires_at),
    button('Withdraw', () => withdraw(page, one), 'link', { 'aria-label': `Withdraw the invitation for ${one.username ?? one.email ?? 'anybody'}` }),
  ])
  return rows.length > 0 ? table('Invitations that can still be used', COLUMNS, rows) : h('p', {}, 'No invitation is pending.')
}

function form(page, reload) {
  const username = h('input', { autocomplete: 'off', spellcheck: 'false' })
  const email = h('input', { type: 'email', autocomplete: 'off' })
  const hours = h('input', { type: 'number', min: '1', max: '2160', value: '72', required: true })
  const made = h('div')
  const submit = async event => {
    event.preventDefault()
    const values = { username: username.value.trim(), email: email.value.trim() }
    const chosen = Object.fromEntries(Object.entries(values).filter(([, value]) => value))
    try {
      const answer = await page.api.post('/invitations', { ...chosen, hours: Number(hours.value) }, page)
      const shown = once('Invitation link', answer.url, 'Anyone who has this link can sign up with it once.')
      made.replaceChildren(shown)
      shown.focus()
      await reload()
    } catch (error) {
      made.replaceChildren(problem(sentenceOf(error)))
    }
  }
  return h('form', { onsubmit: submit, 'aria-label': 'Invite a person' },
    h('div', { class: 'choices' },
      h('label', {}, 'Username (optional)', username), h('label', {}, 'Email (optional)', email),
      h('label', {}, 'Valid for hours', hours), h('button', { type: 'submit', class: 'plain' }, 'Make an invitation')),
    made)
}

async function withdraw(page, one) {
  const { done, error } = await confirm('Withdraw this invitation?', 'Its link stops working at once.', 'Withdraw',
    () => page.api.delete(`/invitations/${one.id}`), { danger: true })
  if (done || error?.code === 'invitation_not_found') page.refresh()
}
