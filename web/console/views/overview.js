import { button, h } from '../../widget/views/dom.js'
import { address } from '../parts/address.js'
import { withCommands } from '../parts/commands.js'
import { figures, section } from '../parts/figure.js'
import { problem, sentenceOf } from '../parts/messages.js'
import { daysOf, periods } from '../parts/periods.js'
import { plot, time } from '../parts/plot.js'
import { table } from '../parts/table.js'
import { milliseconds } from '../parts/words.js'
import { unusualPart } from './unusual.js'

const HOUR = 3600

export const overview = {
  name: 'overview',
  title: 'Overview',
  async open(page) {
    const days = daysOf(page)
    const [found, health] = await Promise.all([
      page.api.get('/overview', { days }, page),
      page.api.get('/health', {}, page).catch(error => ({ error })),
    ])
    const checks = healthPart(health, page)
    return [periods('overview', days), unusualPart(found), troubles(health, checks), ...happened(found, page), checks]
  },
}

/** Plain titles of findings, before the doctor's own. */
const TITLES = {
  'expected FPIR': 'Strangers who get in (expected FPIR)',
  'expected FNIR': 'Users who are not recognised (expected FNIR)',
  'cut-off': 'Score from which on a face matches (cut-off)',
  budget: 'Errors that the settings allow (budget)',
  'gallery limit': 'Number of people for which this holds (gallery limit)',
  'own gallery': 'How alike the people here are (own gallery)',
}

/** The views in which something can be done or seen about a finding. */
const VIEW_OF = {
  disputes: 'Disputes', index: 'Index', 'own gallery': 'Trust', 'gallery limit': 'Trust', 'expected FPIR': 'Trust',
  'expected FNIR': 'Trust', 'cut-off': 'Trust', usernames: 'People', 'signing keys': 'Keys and clients',
}

/** What the doctor finds to do, or that there is nothing. */
function troubles(health, checks) {
  const heading = checks.querySelector('h2')
  const all = button('All checks', () => {
    heading.scrollIntoView()
    heading.focus()
  }, 'link')
  if (health.error) return null
  if (health.troubles === 0) return h('p', { class: 'status' }, 'The doctor finds nothing to fix. ', all)
  const boxes = health.findings.filter(one => one.trouble).map(({ name, text }) =>
    h('div', { class: 'problem' }, h('div', {}, h('p', {}, h('strong', {}, titleOf(name)), ': ', ...withCommands(text), ...viewOf(name)))))
  return section('To fix', h('div', { class: 'troubles' }, ...boxes), h('p', {}, all))
}

/** Everything that the doctor checks. */
function healthPart(health, page) {
  const content = health.error
    ? problem(sentenceOf(health.error), button('Try again', () => page.refresh(), 'plain'))
    : h('div', { class: 'part' }, h('p', { class: 'aside' }, `What “visage doctor” checks, examined ${time(Date.parse(health.examined_at) / 1000)}.`),
      table('Checks', [{ title: 'Check' }, { title: 'State' }, { title: 'What was found' }], health.findings.map(one =>
        [titleOf(one.name), stateOf(one), h('span', { class: 'found' }, ...withCommands(one.text), ...viewOf(one.name))]), { quiet: true }))
  const part = section('Health', content)
  part.querySelector('h2').setAttribute('tabindex', '-1')
  return part
}

function stateOf({ trouble, checked }) {
  if (!checked) return h('span', { class: 'unchecked' }, 'Not checked')
  return trouble ? h('span', { class: 'trouble' }, 'To fix') : 'No fault'
}

function titleOf(name) {
  return TITLES[name] ?? capital(name)
}

/** A link to the view of a finding, if there is one. */
function viewOf(name) {
  const view = VIEW_OF[name]
  return view ? ['. ', h('a', { href: `#${view.split(' ')[0].toLowerCase()}` }, `Go to ${view}`)] : []
}

function happened(found, page) {
  const draw = new Plots(found, page.signal)
  const face = byName(found.times, 'face')
  const duration = seconds => milliseconds(seconds, found.longest_seconds)
  return [
    totals(found, face, duration),
    inAudit(found),
    h('div', { class: 'pair' },
      draw.bars('Face logins without a username, by outcome', found.face_logins, 'No face logins in this period.'),
      draw.lines('Computing time of a login by face', [
        { title: 'median', values: face.p50_values, format: duration },
        { title: '95th percentile', values: face.p95_values, format: duration },
      ], milliseconds, face.count, 'No face logins in this period.'),
      draw.bars('Face logins with a username, by outcome', found.face_logins_of_users),
      draw.bars('Password logins by outcome', found.password_logins, 'No password logins in this period.'),
      draw.bars('Passkey logins by outcome', found.passkey_logins),
      draw.bars('Enrolments', found.enrolments, 'No sign-ups in this period.'),
      draw.bars('Refusals by reason', found.refusals, 'Nothing was refused in this period.'),
      draw.bars('Challenges by result', found.challenges),
      draw.bars('Passive checks by result', found.passive_checks),
      draw.bars('Faults of the server by reason (answered 5xx)', found.faults),
      draw.bars('Requests answered 503', [{ ...found.unavailable, name: 'answered 503' }],
        'No request was answered 503 in this period.'),
      draw.bars('Longest queue for a slot, in one process', [{ ...found.queue, name: 'requests waiting' }],
        'No request waited in this period.', 'Largest')),
    h('p', { class: 'aside' }, 'Counts are recorded each minute; the last step is not over. Days begin at midnight UTC. The '
      + 'time is what the service computes, without the movements before the camera and the way over the network; it is '
      + 'estimated from buckets, without refused logins.'),
    h('p', { class: 'aside' }, 'Faces not recognised are a share of all tries, with strangers and bad pictures among them. The '
      + 'expected FNIR in Trust is a share of the tries of enrolled people alone.'),
  ]
}

function totals(found, face, duration) {
  const total = rows => rows.reduce((sum, one) => sum + one.total, 0)
  const of = (rows, name) => byName(rows, name)?.total ?? 0
  const both = name => of(found.face_logins, name) + of(found.face_logins_of_users, name)
  const tries = total(found.face_logins) + total(found.face_logins_of_users)
  const share = name => `${(100 * both(name) / tries).toFixed(1)} % of ${tries.toLocaleString('en')} tries`
  const named = `${of(found.face_logins_of_users, 'matched').toLocaleString('en')} of them with a username`
  const refused = total(found.refusals)
  return figures([
    { title: 'Face logins matched', value: both('matched'), note: tries ? `${share('matched')}; ${named}` : 'none tried' },
    { title: 'Faces not recognised', value: both('unknown'), note: tries ? `${share('unknown')}, strangers among them; and `
      + `${both('ambiguous').toLocaleString('en')} too alike to tell apart` : 'none tried' },
    { title: 'Computing time by face', value: face.count ? duration(face.p50) : '–', note: face.count
      ? `median; 95th percentile: ${duration(face.p95)} (estimates)` : 'no face login' },
    { title: 'Other logins', value: of(found.password_logins, 'matched') + of(found.passkey_logins, 'matched'),
      note: `by password or passkey; ${refusedOf(found.password_logins, found.passkey_logins)} refused` },
    { title: 'Sign-ups', value: of(found.enrolments, 'sign_up') },
    { title: 'Refused requests', value: refused, note: found.refusals.length
      ? `most often: ${words(found.refusals[0].name)}` : null },
    { title: 'Requests answered 503', value: found.unavailable.total, tone: found.unavailable.total ? 'bad' : null,
      note: found.faults.length ? `faults, most often: ${words(found.faults[0].name)}` : null },
  ])
}

/** How many of the logins were refused. */
function refusedOf(...ways) {
  const refused = ways.flat().filter(({ name }) => name !== 'matched')
  return refused.reduce((sum, one) => sum + one.total, 0).toLocaleString('en')
}

/** Who is behind the counts: the audit of the same days. */
function inAudit({ starts: [since] }) {
  const link = (group, title) => h('a', { href: `#${address('audit', { group, since })}` }, title)
  return h('p', {}, 'Who it was: ', link('logins', 'logins'), ', ', link('refused', 'refused logins'), ' and ',
    link('operators', 'acts of operators'), ' of these days in the audit.')
}

/** Plots over the steps of the overview. */
class Plots {
  #x
  #step
  #signal

  constructor({ starts, step_seconds: step }, signal) {
    this.#x = { title: 'From', values: starts.map(start => Date.parse(start) / 1000), isTime: true }
    this.#step = step === HOUR ? 'per hour' : step < 24 * HOUR ? `per ${step / HOUR} hours` : 'per day'
    this.#signal = signal
  }

  /** Stacked bars of counts, with their totals. Without any, `empty` in words, or nothing. */
  bars(caption, rows, empty = '', total = 'Total') {
    const counted = rows.filter(one => one.total > 0)
    if (counted.length === 0) return nothing(caption, empty)
    const series = counted.map(({ name, values }) => ({ title: words(name), values, shape: 'bars', total }))
    return plot(`${caption}, ${this.#step}`, this.#x, series, { stacked: true, signal: this.#signal })
  }

  lines(caption, series, axisFormat, count, empty) {
    if (count === 0) return nothing(caption, empty)
    return plot(`${caption}, ${this.#step}`, this.#x, series, { axisFormat, signal: this.#signal })
  }
}

function nothing(caption, empty) {
  return empty && h('figure', { class: 'plot' }, h('figcaption', {}, caption), h('p', { class: 'aside' }, empty))
}

function byName(rows, name) {
  return rows.find(one => one.name === name)
}

/** A word of the service's vocabularies, for reading. */
function words(name) {
  return name.replaceAll('_', ' ')
}

function capital(name) {
  return name.charAt(0).toUpperCase() + name.slice(1)
}
