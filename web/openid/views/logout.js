import { text } from '../../widget/text.js'
import { button, h } from '../../widget/views/dom.js'
import { heading } from './heading.js'

/** The view that asks whether to log out. */
export function ask(accountUrl, logOut) {
  return [
    heading(text('logout.title')),
    h('p', { class: 'lead' }, text('logout.lead')),
    h('div', { class: 'actions' },
      button(text('account.log_out'), logOut, 'primary'),
      h('a', { class: 'plain', part: 'button plain', href: accountUrl }, text('logout.stay'))),
  ]
}

/** The user is logged out. */
export function done(loginUrl) {
  return [
    heading(text('logout.done_title')),
    h('p', { class: 'lead' }, text('logout.done')),
    h('a', { class: 'primary', part: 'button primary', href: loginUrl }, text('page.log_in')),
  ]
}
