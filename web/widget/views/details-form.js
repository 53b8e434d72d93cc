import { text } from '../text.js'
import { h } from './dom.js'
import { Field, isLongEnough, markProblems } from './form.js'

/** The service's rule for usernames (service/domain/names.py), as far as a pattern can check it before sending. */
const USERNAME = /^(?!.*\p{Default_Ignorable_Code_Point})[\p{L}\p{M}\p{N}_.@+-]{2,64}$/u

/** Fields whose leading and trailing spaces are removed. */
const TRIMMED = ['username', 'display_name', 'email']

/** The sign-up form. It is in the page's light DOM, not in the shadow, so that password managers see it. */
export class DetailsForm {
  #consent = null
  #agreement
  #fields

  /**
   * @param {() => void} onfilled the form was submitted and is complete
   * @param {{renewal: boolean, suffix: string}} options `renewal`: the user has an account already and only
   *   consents; `suffix`: makes the ids unique on the page
   */
  constructor(onfilled, { renewal, suffix }) {
    this.#agreement = new Field(`visage-signup-consent${suffix}`, {
      name: 'consent', label: text('signup.consent_loading'), type: 'checkbox', disabled: true,
    })
    this.#fields = [...(renewal ? [] : accountFields(suffix)), this.#agreement]
    const submit = h('button', { type: 'submit', class: 'primary' }, text('signup.continue'))
    const nodes = this.#fields.map(field => field.node)
    this.form = h('form', { slot: 'details', class: 'visage-form', novalidate: true }, ...nodes, submit)
    this.form.addEventListener('submit', event => {
      event.preventDefault()
      if (!this.complain(this.#problems())) onfilled()
    })
  }

  /** The service's consent text, `{version, language, text}`; null until it is loaded. */
  get consent() {
    return this.#consent
  }

  set consent(consent) {
    this.#consent = consent
    this.#agreement.relabel(consent?.text ?? text('signup.consent_loading'), consent?.language)
    this.#agreement.input.checked = false
    this.#agreement.input.disabled = consent === null
  }

  /** The values of the non-empty fields, and the consent. */
  get values() {
    const entries = this.#fields.map(({ name, value }) => [name, TRIMMED.includes(name) ? value.trim() : value])
    const { version, language } = this.#consent ?? {}
    return {
      ...Object.fromEntries(entries.filter(([, value]) => value !== '')),
      consent_version: version, consent_language: language,
    }
  }

  /** Whether the form is complete and valid. */
  get complete() {
    return Object.keys(this.#problems()).length === 0
  }

  /** Mark fields by name; returns whether any was marked. */
  complain(problems) {
    return markProblems(this.#fields, problems)
  }

  focus(options) {
    this.#fields[0].input.focus(options)
  }

  /** Clear the password once it is no longer needed. */
  reset() {
    this.form.reset()
  }

  #problems() {
    const { username = '', password = '', consent } = this.values
    const problems = {}
    const { email } = this.form.elements
    if (email) {
      if (!mayBeUsername(username)) problems.username = text('invalid.username')
      if (!isLongEnough(password)) problems.password = text('invalid.password')
      if (!email.validity.valid) problems.email = text('invalid.email')
    }
    if (!consent) problems.consent = text(this.#consent ? 'code.consent_required' : 'signup.consent_loading')
    return problems
  }
}

/** Whether the service may accept a username, as far as a pattern can tell. */
export function mayBeUsername(username) {
  return USERNAME.test(username.normalize('NFKC'))
}

function accountFields(suffix) {
  return [
    new Field(`visage-signup-username${suffix}`, {
      name: 'username', label: text('field.username'),
      autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false', maxlength: '64',
    }),
    new Field(`visage-signup-password${suffix}`, {
      name: 'password', label: text('field.password'), type: 'password', autocomplete: 'new-password',
      hint: text('field.password_hint'),
    }),
    new Field(`visage-signup-display-name${suffix}`, {
      name: 'display_name', label: text('field.display_name'), optional: true, autocomplete: 'name', maxlength: '100',
    }),
    new Field(`visage-signup-email${suffix}`, {
      name: 'email', label: text('field.email'), type: 'email', optional: true, autocomplete: 'email',
    }),
  ]
}
