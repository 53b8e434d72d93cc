import { text } from '../../widget/text.js'
import { h } from '../../widget/views/dom.js'
import { Field, isLongEnough } from '../../widget/views/form.js'
import { usernameFor } from './dialogs.js'

/** The form for a new password, in the page's light DOM, so that password managers can suggest and save one. */
export class NewPasswordForm {
  #field = new Field('visage-account-password', {
    name: 'password', label: text('account.new_password'), type: 'password', autocomplete: 'new-password',
    hint: text('field.password_hint'),
  })

  /**
   * @param {string | null} username the account's username, or null if unknown
   * @param {(password: string) => void} onfilled
   */
  constructor(username, onfilled) {
    const submit = h('button', { type: 'submit', class: 'primary' }, text('account.change_password'))
    const whose = username !== null && usernameFor(username)
    this.form = h('form', { slot: 'new-password', class: 'visage-form', novalidate: true },
      whose, this.#field.node, submit)
    this.form.addEventListener('submit', event => {
      event.preventDefault()
      if (isLongEnough(this.#field.value)) onfilled(this.#field.value)
      else this.complain(text('invalid.password'))
    })
  }

  complain(words) {
    this.#field.complain(words)
    this.#field.input.focus()
  }

  reset() {
    this.form.reset()
  }
}
