import { text } from '../../widget/text.js'
import { h } from '../../widget/views/dom.js'
import { heading } from './heading.js'

/** What some error codes mean to users; the service can tell the application of all others. */
const REASONS = {
  invalid_client: 'authorize.unknown_application',
  unmet_authentication_requirements: 'authorize.unmet',
}

/** The view of a request that is not right: for the user in a sentence, for the application's developers the error. */
export function refused({ error, error_description: description, back }) {
  const wrong = back ? 'authorize.wrong_request' : 'authorize.wrong_address'
  const code = h('code', { lang: 'en', dir: 'ltr' }, description ? `${error}: ${description}` : error)
  return [
    heading(text('authorize.refused_title')),
    h('p', { class: 'lead' }, text(REASONS[error] ?? wrong)),
    back && h('a', { class: 'primary', part: 'button primary', href: back }, text('authorize.back_to_application')),
    h('p', { class: 'developer' }, text('authorize.developers'), code),
  ]
}
