import { text } from '../text.js'
import { h } from './dom.js'
import { Field, markProblems } from './form.js'

/** The password login. It is in the page's light DOM, not in the shadow, so that password managers fill it. */
export class PasswordForm {
  #username
  #password
  #error = h('p', { class: 'error', role: 'alert' })
  #submit = h('button', { type: 'submit', class: 'primary' }, text('login.submit'))

  /**
   * @param {(username: string, password: string) => void} onfilled
   * @param {string} suffix makes the ids unique on the page
   */
  constructor(onfilled, suffix) {
    this.#username = new Field(`visage-login-username${suffix}`, {
      name: 'username', label: text('field.username'),
      autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false',
    })
    this.#password = new Field(`visage-login-password${suffix}`, {
      name: 'password', label: text('field.password'), type: 'password', autocomplete: 'current-password',
    })
    const nodes = [this.#username.node, this.#password.node, this.#error, this.#submit]
    this.form = h('form', { slot: 'password', class: 'visage-form', novalidate: true }, ...nodes)
    this.form.addEventListener('submit', event => {
      event.preventDefault()
      const [username, password] = [this.#username.value.trim(), this.#password.value]
      this.#error.textContent = ''
      if (!markProblems([this.#username, this.#password], missing(username, password))) onfilled(username, password)
    })
  }

  /** Let the browser suggest passkeys for the username. Browsers that cannot would not know this value. */
  suggestPasskeys() {
    this.#username.input.autocomplete = 'username webauthn'
  }

  set busy(busy) {
    this.#submit.disabled = busy
    this.#submit.textContent = text(busy ? 'login.submitting' : 'login.submit')
  }

  /** Show why the login failed, and clear the password for another try. */
  complain(sentence) {
    this.#error.textContent = sentence
    this.#password.input.focus()
    this.#password.input.select()
  }

  focus(options) {
    const empty = this.#username.value === '' ? this.#username : this.#password
    empty.input.focus(options)
  }

  /** Clear the form; `username` is its new initial value. */
  reset(username = '') {
    this.form.reset()
    this.#username.input.value = username
    this.#error.textContent = ''
  }
}

function missing(username, password) {
  return {
    username: username ? '' : text('missing.username'),
    password: password ? '' : text('missing.password'),
  }
}
