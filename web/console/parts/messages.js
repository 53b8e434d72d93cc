import { button, h, icon } from '../../widget/views/dom.js'

/** A box that says what went wrong. */
export function problem(words, ...more) {
  return h('div', { class: 'problem', role: 'alert' }, icon('alert'), h('div', {}, h('p', {}, words), ...more))
}

/** Sentences for errors that do not come from the service, or of which an operator can be told more. */
const OWN = {
  network: 'The service cannot be reached.',
  timeout: 'The service takes too long to answer.',
  user_not_found: 'There is no such account. It may be erased.',
  passkey_cancelled: 'No passkey was used.',
  passkey_unavailable: 'This browser has no passkey for this service. Add one on the account page.',
}

/** What to say of an error of the service, or of the browser; of a bad request also which fields are bad. */
export function sentenceOf(error) {
  const words = OWN[error.code] ?? error.serverMessage ?? 'Something went wrong in the console.'
  return [words, fieldsOf(error)].filter(Boolean).join(' ')
}

/** What is wrong with each field of a request; null for an error of another kind. */
export function fieldsOf({ details }) {
  const problems = Object.entries(details?.fields ?? {}).map(([field, words]) => `${field}: ${words}`)
  return problems.length > 0 ? `${problems.join('; ')}.` : null
}

/** A box for an error, with another try. */
export function trouble(error, again) {
  const id = error.requestId && h('p', { class: 'aside' }, `Request ${error.requestId}`)
  return problem(sentenceOf(error), id, button('Try again', again, 'plain'))
}

/** A status line that a screen reader announces when its words change. */
export function statusLine() {
  return h('p', { class: 'status', role: 'status' })
}
