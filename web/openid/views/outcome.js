import { sentence } from '../../widget/problems.js'
import { text } from '../../widget/text.js'
import { h } from '../../widget/views/dom.js'
import { notice, waitingButton } from '../../widget/views/notice.js'
import { heading } from './heading.js'

/** The browser goes to an address, or an application of the device has opened. */
export function leaving(address) {
  return [
    heading(text('openid.leaving_title')),
    h('p', { class: 'lead' }, text('openid.leaving')),
    h('a', { class: 'primary', part: 'button primary', href: address }, text('openid.go_on')),
  ]
}

/** The service could not do what was asked of it. */
export function trouble(error, again) {
  return [
    heading(text('openid.trouble_title')),
    notice(sentence(error)),
    waitingButton(text('action.try_again'), error.retryAfter ?? 0, again),
  ]
}
