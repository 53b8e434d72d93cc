import { text } from '../../widget/text.js'
import { button, h, title } from '../../widget/views/dom.js'
import { notice } from '../../widget/views/notice.js'

/** The view without a login; `why` says what happened, if anything did. */
export function nobody(why, loginUrl) {
  return [
    title(text('account.nobody_title')),
    h('p', { class: 'lead' }, why),
    h('a', { class: 'primary', part: 'button primary', href: loginUrl }, text('page.log_in')),
  ]
}

/** The view after the account was erased. */
export function goodbye(name) {
  return [title(text('account.goodbye_title', { name })), h('p', { class: 'lead' }, text('account.goodbye'))]
}

/** The view when the account could not be loaded. */
export function trouble(why, again) {
  return [
    title(text('account.trouble_title')),
    notice(why),
    button(text('action.try_again'), again, 'primary'),
  ]
}
