import { button, h } from '../../widget/views/dom.js'
import { confirm } from '../parts/dialog.js'
import { section } from '../parts/figure.js'
import { moment } from '../parts/moments.js'
import { newsBox, renewed } from '../parts/news.js'
import { once } from '../parts/once.js'
import { table } from '../parts/table.js'
import { counted } from '../parts/words.js'

const STATES = {
  upcoming: 'Published, signs later',
  signing: 'Signs',
  verifying: 'Verifies until its last token expires',
  expired: 'Expired',
}

const KEY_COLUMNS = [
  { title: 'Id' }, { title: 'Algorithm' }, { title: 'State' }, { title: 'Signs from' }, { title: 'Needed until' },
]

const CLIENT_COLUMNS = [
  { title: 'Id' }, { title: 'Name' }, { title: 'Required level' }, { title: 'Scopes' }, { title: 'Redirect URIs' },
  { title: 'Secret' },
]

/** The keys that sign tokens, and the applications that may log people in. */
export const keys = {
  name: 'keys',
  title: 'Keys and clients',
  async open(page) {
    const [kept, found] = await Promise.all([page.api.get('/keys', {}, page), page.api.get('/clients', {}, page)])
    return [keysPart(page, kept), clientsPart(page, found)]
  },
}

function keysPart(page, found) {
  const news = newsBox()
  const shown = h('div', { class: 'part' })
  const show = ({ keys: kept }) => shown.replaceChildren(...keyList(page, kept, news, show))
  show(found)
  return section('Keys that sign tokens',
    h('p', { class: 'aside' }, 'Rotate every few months, and half an hour later remove the expired keys. If a key was stolen, '
      + 'remove it at once by the command ', h('code', {}, 'visage keys retire --now'), '.'),
    shown, news)
}

function keyList(page, kept, news, show) {
  const rows = kept.map(one => [
    h('code', { title: one.id }, one.id.slice(0, 12)), one.algorithm, STATES[one.state],
    one.signs_from ? moment(one.signs_from) : 'The first start of the service',
    one.needed_until ? moment(one.needed_until) : 'The next rotation',
  ])
  const rotate = () => change(page, news, show, 'Rotate the keys?', 'A new key of each algorithm is published now and signs tokens in 10 '
    + 'minutes, when every application knows it. Nobody is logged out.', 'Rotate', '/keys/rotate',
  () => 'The new keys are published. They sign tokens in 10 minutes.')
  const retire = () => change(page, news, show, 'Remove the expired keys?', 'No valid token needs them.', 'Remove',
    '/keys/retire-expired', ({ keys }) => `Removed: ${counted(keys, 'expired key', 'expired keys')}.`)
  return [
    table('Keys that sign tokens', KEY_COLUMNS, rows, { quiet: true }),
    h('div', { class: 'answers' }, button('Rotate the keys', rotate),
      kept.some(one => one.state === 'expired') && button('Remove expired keys', retire)),
  ]
}

async function change(page, news, show, heading, words, yes, path, told) {
  await confirm(heading, words, yes, () => page.api.post(path),
    { show: answer => renewed(page, '/keys', show, news, told(answer)) })
}

function clientsPart(page, found) {
  const news = newsBox()
  const shown = h('div')
  const show = ({ clients }) => shown.replaceChildren(clientList(clients, one => rotateSecret(page, one, news, show)))
  show(found)
  return section('Applications (OpenID clients)',
    h('p', { class: 'aside' }, 'Add and remove applications by the commands ', h('code', {}, 'visage client add'), ' and ',
      h('code', {}, 'visage client remove'), '.'),
    shown, news)
}

function clientList(found, rotate) {
  const rows = found.map(one => [
    one.id, one.third_party ? `${one.name} (third party)` : one.name, one.required?.replace('urn:visage:', '') ?? 'As the service',
    one.scopes.join(' '), h('span', { class: 'lines' }, one.redirect_uris.join('\n')),
    one.has_secret
      ? h('div', { class: 'cell' }, h('span', {}, 'Since ', moment(one.secret_changed_at)),
          button('New secret', () => rotate(one), 'link', { 'aria-label': `New secret for ${one.id}` }))
      : 'None (public)',
  ])
  return rows.length > 0
    ? table('Applications that may log people in', CLIENT_COLUMNS, rows, { quiet: true })
    : h('p', {}, 'No application is added yet.')
}

async function rotateSecret(page, one, news, show) {
  const reload = ({ secret }) => renewed(page, '/clients', show, news,
    once('Client secret', secret, 'Put it into the settings of ', h('b', {}, one.id), '.'))
  await confirm(`New secret for ${one.id}?`, 'The present secret is refused at once: nobody can log in to '
    + 'this application until it has the new one.', 'Make a new secret',
  () => page.api.post(`/clients/${encodeURIComponent(one.id)}/rotate-secret`), { danger: true, show: reload })
}
