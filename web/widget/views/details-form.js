import { text } from '../text.js'
import { h } from './dom.js'
import { Field, markProblems } from './form.js'

/** The service's own rules (service/http/schemas.py), told before anything is sent. */
const SHORTEST_PASSWORD = 10
const USERNAME = /^[\p{L}\p{N}_.@+-]{2,64}$/u

/** Fields whose spaces at either end mean nothing. */
const TRIMMED = { username: true, display_name: true, email: true }

/** Who one wants to be: the sign-up form. Lives in the page, not in the shadow, so that password managers see it. */
export class DetailsForm {
  #fields = [
    new Field('visage-signup-username', {
      name: 'username', label: text('field.username'),
      autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false', maxlength: '64',
    }),
    new Field('visage-signup-password', {
      name: 'password', label: text('field.password'), type: 'password', autocomplete: 'new-password',
      hint: text('field.password_hint'),
    }),
    new Field('visage-signup-display-name', {
      name: 'display_name', label: text('field.display_name'), optional: true, autocomplete: 'name', maxlength: '100',
    }),
    new Field('visage-signup-email', {
      name: 'email', label: text('field.email'), type: 'email', optional: true, autocomplete: 'email',
    }),
    new Field('visage-signup-consent', { name: 'consent', label: text('field.consent'), type: 'checkbox' }),
  ]

  /** @param {() => void} onfilled the form was sent and nothing is missing */
  constructor(onfilled) {
    const submit = h('button', { type: 'submit', class: 'primary' }, text('signup.continue'))
    const nodes = this.#fields.map(field => field.node)
    this.form = h('form', { slot: 'details', class: 'visage-form', novalidate: true }, ...nodes, submit)
    this.form.addEventListener('submit', event => {
      event.preventDefault()
      if (!this.complain(this.#problems())) onfilled()
    })
  }

  /** What was filled in, without what was left empty. */
  get values() {
    const entries = this.#fields.map(({ name, value }) => [name, name in TRIMMED ? value.trim() : value])
    return Object.fromEntries(entries.filter(([, value]) => value !== ''))
  }

  /** Mark fields by name; says whether any was marked. */
  complain(problems) {
    return markProblems(this.#fields, problems)
  }

  focus() {
    this.#fields[0].input.focus()
  }

  /** Forget the password once it is no longer needed. */
  reset() {
    this.form.reset()
  }

  #problems() {
    const { username = '', password = '', consent } = this.values
    const problems = {}
    if (!USERNAME.test(username)) problems.username = text('invalid.username')
    if ([...password].length < SHORTEST_PASSWORD) problems.password = text('invalid.password')
    if (!this.form.elements.email.validity.valid) problems.email = text('invalid.email')
    if (!consent) problems.consent = text('code.consent_required')
    return problems
  }
}
