import { h } from '../../widget/views/dom.js'
import { address } from '../parts/address.js'
import { section } from '../parts/figure.js'
import { time } from '../parts/plot.js'
import { counted, milliseconds } from '../parts/words.js'

/** The minimum number of recorded hours; with fewer, the service does not know what is usual. */
const LEAST_HOURS = 24

/** Matched logins are as usual up to twice or down to half of the usual number, or if they differ by at most `FEW`. */
const USUAL = 2
const FEW = 20

const NAMES = {
  unknown_faces: ['unknown face', 'unknown faces'],
  password_failures: ['failed login by password', 'failed logins by password'],
  challenge_failures: ['failed challenge', 'failed challenges'],
  refused: ['request refused', 'requests refused'],
  unavailable: ['request answered 503', 'requests answered 503'],
  other_faults: ['request answered 5xx, other than 503', 'requests answered 5xx, other than 503'],
  matched: ['face login matched', 'face logins matched'],
}

/** Findings about logins that were refused. */
const OF_LOGINS = ['unknown_faces', 'password_failures', 'challenge_failures']

const RULE = 'Each hour of the last 30 days is compared with the median of the same time of day (this hour and its neighbours). '
  + 'A count is listed from 5 times as many on and at least 20 more, or 5 more of server faults; a median time from 3 times as '
  + 'long on and 0.1 s more. Hours that follow each other are one line. It sees no slow rise, and nothing that is less than usual.'

/** The hours in which something happened far more often than usual, with the rule. */
export function unusualPart({ unusual: { hours, incidents }, longest_seconds: longest }) {
  return section('Unusual', listed(hours, incidents, longest), h('details', {}, h('summary', {}, 'The rule'), h('p', { class: 'aside' }, RULE)))
}

function listed(hours, incidents, longest) {
  if (hours < LEAST_HOURS) {
    return h('p', { class: 'status' }, `${counted(hours, 'hour is', 'hours are')} recorded. What is usual is known from ${LEAST_HOURS} on.`)
  }
  if (incidents.length === 0) return h('p', { class: 'status' }, 'No hour of this period stands out.')
  return h('ul', { class: 'unusual' }, ...incidents.map(one => incident(one, longest)))
}

function incident({ start, end, findings, matched }, longest) {
  const words = [...findings.map(one => figure(one, longest)), isUsual(matched) ? 'matches as usual' : figure(matched)]
  const isOfLogins = findings.some(({ name }) => OF_LOGINS.includes(name))
  const refused = isOfLogins && h('a', {
    href: `#${address('audit', { group: 'refused', since: start, until: end })}`, 'aria-label': `Refused logins of ${span(start, end)}`,
  }, 'Refused logins')
  const events = h('a', { href: `#${address('audit', { since: start, until: end })}`, 'aria-label': `Audit of ${span(start, end)}` }, 'Audit')
  return h('li', {}, h('strong', {}, span(start, end)), `: ${words.join(', ')}. `, events, refused && ' · ', refused)
}

function figure({ name, value, usual }, longest) {
  if (name === 'face_seconds') return `median login by face ${milliseconds(value, longest)} (usual: ${milliseconds(usual, longest)})`
  return `${counted(Math.round(value), ...NAMES[name])} (usual: ${Math.round(usual).toLocaleString('en')})`
}

function isUsual({ value, usual }) {
  return Math.abs(value - usual) <= FEW || (value <= USUAL * usual && usual <= USUAL * value)
}

/** From when to when, in the operator's time zone; the end without its date if it is the same. */
function span(start, end) {
  const [from, to] = [start, end].map(iso => new Date(iso))
  const clock = to.toLocaleTimeString('en-GB', { timeStyle: 'short' })
  const isSameDay = from.toDateString() === to.toDateString() || clock === '00:00'
  return `${time(from / 1000)} – ${isSameDay ? clock : time(to / 1000)}`
}
