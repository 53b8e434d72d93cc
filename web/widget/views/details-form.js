import { text } from '../text.js'
import { h } from './dom.js'
import { Field, markProblems } from './form.js'

/** The service's shortest password (service settings say the same). */
const SHORTEST_PASSWORD = 10

/** Who one wants to be: the form of the sign-up. Lives in the page, not in the shadow, so that password managers see it. */
export class DetailsForm {
  #fields = [
    new Field('visage-signup-username', {
      name: 'username', label: text('field.username'),
      autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false', maxlength: '64',
    }),
    new Field('visage-signup-password', {
      name: 'password', label: text('field.password'), type: 'password', autocomplete: 'new-password',
      hint: text('field.password_hint', { length: SHORTEST_PASSWORD }), minlength: String(SHORTEST_PASSWORD),
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
      if (!this.complain(this.#missing())) onfilled()
    })
  }

  /** What was filled in, without what was left empty. */
  get values() {
    const entries = this.#fields.map(({ name, value }) => [name, typeof value === 'string' && name !== 'password' ? value.trim() : value])
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

  #missing() {
    const { username, password = '', consent } = this.values
    const problems = {}
    if (!username) problems.username = text('invalid.username_missing')
    if (!password) problems.password = text('invalid.password_missing')
    else if ([...password].length < SHORTEST_PASSWORD) {
      problems.password = text('invalid.password_short', { length: SHORTEST_PASSWORD })
    }
    if (!this.form.elements.email.validity.valid) problems.email = text('invalid.email_wrong')
    if (!consent) problems.consent = text('code.consent_required')
    return problems
  }
}
