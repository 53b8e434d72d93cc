import { text } from '../../widget/text.js'
import { h, title } from '../../widget/views/dom.js'
import { notice } from '../../widget/views/notice.js'

/** Around the form for a new password. */
export function newPassword() {
  return [
    title(text('reset.title')),
    h('p', { class: 'lead' }, text('reset.lead')),
    h('slot', { name: 'new-password' }),
  ]
}

/** The new password is the one that counts. */
export function changed(loginUrl) {
  return [title(text('reset.changed_title')), h('p', { class: 'lead' }, text('reset.changed')), logIn(loginUrl)]
}

/** The link was used already, is too old, or was never one. */
export function unusable(loginUrl) {
  return [title(text('reset.unusable_title')), notice(text('code.link_invalid')), logIn(loginUrl)]
}

function logIn(loginUrl) {
  return h('a', { class: 'primary', part: 'button primary', href: loginUrl }, text('page.log_in'))
}
