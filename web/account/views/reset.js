import { text } from '../../widget/text.js'
import { h, title } from '../../widget/views/dom.js'
import { notice } from '../../widget/views/notice.js'

/** The text around the form for a new password. */
export function newPassword() {
  return [
    title(text('reset.title')),
    h('p', { class: 'lead' }, text('reset.lead')),
    h('slot', { name: 'new-password' }),
  ]
}

/** The view after the new password was set. */
export function changed(loginUrl) {
  return [title(text('reset.changed_title')), h('p', { class: 'lead' }, text('reset.changed')), logIn(loginUrl)]
}

/** The view for a link that is used, expired or invalid. */
export function unusable(loginUrl) {
  return [title(text('reset.unusable_title')), notice(text('code.link_invalid')), logIn(loginUrl)]
}

function logIn(loginUrl) {
  return h('a', { class: 'primary', part: 'button primary', href: loginUrl }, text('page.log_in'))
}
