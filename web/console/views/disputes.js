import { button, definitions, h } from '../../widget/views/dom.js'
import { address } from '../parts/address.js'
import { confirm } from '../parts/dialog.js'
import { moment } from '../parts/moments.js'
import { newsBox, renewed } from '../parts/news.js'
import { table } from '../parts/table.js'

const DECIDED_COLUMNS = [
  { title: 'Account' }, { title: 'Decision' }, { title: 'Decided' }, { title: 'Raised' }, { title: 'Similarity', number: true },
  { title: 'Cut-off then', number: true }, { title: 'Decided by' },
]

/** Claims of people that an account has their face, for the operator to decide. */
export const disputes = {
  name: 'disputes',
  title: 'Disputes',
  async open(page) {
    const state = page.query.get('state') === 'decided' ? 'decided' : 'open'
    const { disputes: found } = await page.api.get('/disputes', { state }, page)
    const news = newsBox()
    return [choice(state), state === 'open' && explanation(), news, state === 'open' ? open(page, found, news) : decided(found)]
  },
}

function choice(state) {
  const link = (value, words) => h('a', {
    class: 'plain', href: `#${address('disputes', { state: value })}`, 'aria-current': state === (value || 'open') ? 'page' : null,
  }, words)
  return h('nav', { class: 'pages', 'aria-label': 'Which disputes' }, link('', 'Open'), link('decided', 'Decided'))
}

function explanation() {
  return h('div', { class: 'part aside' },
    h('p', {}, 'A person says that an account has their face, and has shown it. The service compared it with the account’s '
      + 'template; from the cut-off of that time on it takes two faces for one person. It cannot tell who is who: find that out yourself, '
      + 'for instance by a passport, before you decide. Until then, the face can log in.'),
    h('ul', {},
      h('li', {}, h('b', {}, 'Uphold: '), 'the account has another person’s face. The face and its pictures are erased, and '
        + 'the account’s sessions end. The account stays and can enrol a face with its password. Other open disputes over it '
        + 'are upheld too.'),
      h('li', {}, h('b', {}, 'Reject: '), 'the account has its own user’s face. Nothing else changes.')),
    h('p', {}, 'Either deletes contact and message, and 90 days later the rest.'))
}

function open(page, found, news) {
  if (found.length === 0) return h('p', {}, 'No dispute is open.')
  return h('div', { class: 'part' }, ...found.map(one => card(page, one, news)))
}

function card(page, one, news) {
  const name = h('a', { href: `#${address('people', { id: one.user_id })}` }, one.username)
  const shown = one.challenged ? 'With a challenge' : 'In pictures, which may show anybody'
  const rows = [
    ['Similarity', `${one.similarity.toFixed(3)}; the cut-off at the time was ${one.cutoff.toFixed(3)} (${one.model})`],
    ['Face shown', shown],
    ['Claims', `${one.raised} over this account so far; the best are kept`],
    ['Raised', moment(one.raised_at)],
    ['Contact', one.contact ?? 'None'],
    ['Message', h('span', { class: 'message' }, one.message ?? 'None')],
  ]
  const answers = one.is_operator
    ? h('p', { class: 'aside' }, 'This is an operator’s account: decide by the command visage dispute.')
    : h('div', { class: 'answers' }, button('Uphold', () => uphold(page, one, news), 'plain danger'),
        button('Reject', () => reject(page, one, news)))
  return h('article', { class: 'card', 'aria-label': `Dispute over ${one.username}` },
    h('h2', {}, 'Account ', name), definitions(rows), answers)
}

function uphold(page, one, news) {
  const out = one.has_other_login
    ? ''
    : ' The account has neither a password nor a passkey: without its face, its user cannot log in until you make a password '
      + 'link for them, under People.'
  return decide(page, one, 'uphold', `Erase the face of ${one.username}?`, 'The account’s face and pictures are erased, and its '
    + `sessions end. This cannot be undone. If the account is an impostor’s, erase it as well, under People.${out}`,
  'Uphold and erase the face', news, { danger: true })
}

function reject(page, one, news) {
  return decide(page, one, 'reject', `Reject the dispute over ${one.username}?`, 'The account keeps its face. Contact and message '
    + 'of the person are deleted.', 'Reject', news)
}

async function decide(page, one, decision, heading, words, yes, news, more = {}) {
  const act = () => page.api.post(`/disputes/${one.id}/decision`, { decision })
  const show = found => news.nextSibling.replaceWith(open(page, found.disputes, news))
  const { error } = await confirm(heading, words, yes, act,
    { ...more, show: answer => renewed(page, '/disputes', show, news, toldOf(answer)) })
  if (error?.code === 'dispute_not_found' && !page.signal.aborted) page.refresh()
}

function toldOf({ decision, username, contact }) {
  const whom = contact ? `Tell ${contact}. This contact is now deleted.` : 'Nobody gave a contact to tell.'
  return `${decision === 'upheld' ? 'Upheld' : 'Rejected'}: ${username}. ${whom}`
}

function decided(found) {
  if (found.length === 0) return h('p', {}, 'No dispute was decided in the last 90 days.')
  const rows = found.map(one => [
    h('a', { href: `#${address('people', { id: one.user_id })}` }, one.username),
    one.decision === 'upheld' ? 'Upheld' : 'Rejected', moment(one.decided_at), moment(one.raised_at), one.similarity.toFixed(3),
    one.cutoff.toFixed(3), h('a', { href: `#${address('audit', { user: one.user_id, event: 'dispute_decided' })}` }, 'See the audit'),
  ])
  return table('Disputes decided in the last 90 days', DECIDED_COLUMNS, rows)
}
