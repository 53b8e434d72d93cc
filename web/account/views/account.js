import { text } from '../../widget/text.js'
import { button, h, title } from '../../widget/views/dom.js'
import { nameOf } from '../../widget/views/welcome.js'
import { facts } from './facts.js'
import { Section } from './section.js'

/** The account of the logged-in user: identity, pictures, password, and logout. */
export class AccountView {
  #language
  #facts = h('div', {})
  pictures = new Section(text('account.pictures_title'))
  password = new Section(text('account.password_title'), h('slot', { name: 'new-password' }))
  passkeys = new Section(text('account.passkeys_title'))
  sessions
  erasure

  /** @param {{logOut: () => void, logOutEverywhere: () => void, eraseAccount: () => void}} actions */
  constructor(me, language, { logOut, logOutEverywhere, eraseAccount }) {
    this.#language = language
    this.passkeys.node.hidden = true
    this.heading = title(nameOf(me.user))
    this.sessions = new Section(text('account.sessions_title'),
      h('p', {}, text('account.sessions_lead')),
      h('div', { class: 'row' }, button(text('account.log_out_everywhere'), logOutEverywhere)))
    this.erasure = new Section(text('account.erase_title'),
      h('p', {}, text('account.erase_lead')),
      h('div', { class: 'row' }, button(text('account.erase'), eraseAccount, 'plain danger')))
    this.nodes = [
      h('div', { class: 'head' }, this.heading, button(text('account.log_out'), logOut)),
      this.#facts,
      this.pictures.node,
      this.password.node,
      this.passkeys.node,
      this.sessions.node,
      this.erasure.node,
      h('slot', { name: 'dialog' }),
    ]
    this.me = me
  }

  set me(me) {
    this.#facts.replaceChildren(facts(me, this.#language))
  }
}
