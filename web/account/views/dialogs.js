import { sentence } from '../../widget/problems.js'
import { declareLanguage, text } from '../../widget/text.js'
import { button, h } from '../../widget/views/dom.js'
import { Field } from '../../widget/views/form.js'

/** Milliseconds after the first tap of a double tap in which its second tap may follow. */
const DOUBLE_TAP = 500

/**
 * A modal question. It is in the page's light DOM, not in the shadow, so that password managers see it, and only while
 * it is open. Its "Yes" may be under the finger that opened it, so it ignores the second tap of a double tap.
 */
class Question {
  /** Processes the fields; resolves with whether the question is answered. */
  #answer
  #fields
  #yes

  constructor(heading, { lead, fields = [], yes, look = 'primary', answer = async () => true }) {
    this.#answer = answer
    this.#fields = fields
    const onclick = event => {
      if (event.detail > 1 || this.#yes.hasAttribute('aria-disabled')) event.preventDefault()
    }
    this.#yes = h('button', { type: 'submit', class: look, 'aria-disabled': 'true', onclick }, yes)
    const no = button(text('account.cancel'), () => this.dialog.close(), 'plain', { autofocus: fields.length === 0 })
    const title = h('h2', { id: 'visage-account-question' }, heading)
    const nodes = fields.map(field => field.node ?? field)
    this.form = h('form', { class: 'visage-form', novalidate: true },
      title, h('p', {}, lead), ...nodes, h('div', { class: 'answers' }, this.#yes, no))
    this.form.addEventListener('submit', event => {
      event.preventDefault()
      this.#submit()
    })
    this.dialog = h('dialog', { slot: 'dialog', class: 'visage-dialog', 'aria-labelledby': title.id }, this.form)
  }

  /** Ask within this element, until the signal aborts; resolves with whether the answer was yes. */
  async ask(element, signal) {
    if (signal.aborted) return false
    declareLanguage(this.dialog, element.language)
    element.append(this.dialog)
    this.dialog.showModal()
    setTimeout(() => this.#yes.removeAttribute('aria-disabled'), DOUBLE_TAP)
    signal.addEventListener('abort', () => this.dialog.close(), { once: true })
    return new Promise(resolve => {
      this.dialog.addEventListener('close', () => {
        this.dialog.remove()
        resolve(this.dialog.returnValue === 'yes')
      })
    })
  }

  async #submit() {
    this.#yes.disabled = true
    try {
      if (await this.#answer()) this.dialog.close('yes')
    } finally {
      this.#yes.disabled = false
    }
  }
}

/**
 * Ask for the user's password. `logIn(password)` tries it; if it rejects, the question shows the error and stays open.
 */
export function passwordQuestion(user, name, logIn) {
  const field = new Field('visage-account-confirm', {
    name: 'password', label: text('field.password'), type: 'password', autocomplete: 'current-password',
    autofocus: true,
  })
  const answer = async () => {
    if (field.value === '') return complain(field, text('missing.password'))
    try {
      await logIn(field.value)
      return true
    } catch (error) {
      return complain(field, error.code === 'wrong_credentials' ? text('account.wrong_password') : sentence(error))
    }
  }
  return new Question(text('account.confirm_title'), {
    lead: text('account.confirm_lead', { name }),
    fields: [usernameFor(user.username), field],
    yes: text('account.confirm'),
    answer,
  })
}

/** Ask whether to erase the face. */
export function eraseFaceQuestion() {
  return new Question(text('account.erase_face_title'), {
    lead: text('account.erase_face_lead'),
    yes: text('account.erase_face'),
    look: 'primary danger',
  })
}

/** Ask for a passkey's name. `save(name)` stores it; if it rejects, the question shows the error and stays open. */
export function passkeyNameQuestion({ name }, save) {
  const field = new Field('visage-account-passkey', {
    name: 'passkey', label: text('account.passkey_name'), value: name, maxlength: 100, autocomplete: 'off', autofocus: true,
  })
  const answer = async () => {
    if (field.value.trim() === '') return complain(field, text('account.passkey_nameless'))
    try {
      await save(field.value)
      return true
    } catch (error) {
      return complain(field, sentence(error))
    }
  }
  return new Question(text('account.passkey_rename_title'), {
    lead: text('account.passkey_rename_lead'),
    fields: [field],
    yes: text('account.passkey_save'),
    answer,
  })
}

/** Ask whether to remove a passkey. */
export function removePasskeyQuestion({ name }) {
  return new Question(text('account.passkey_remove_title', { name }), {
    lead: text('account.passkey_remove_lead'),
    yes: text('account.passkey_remove'),
    look: 'primary danger',
  })
}

/** Ask whether to erase the account; the user has to type its name. */
export function eraseAccountQuestion({ username }) {
  const field = new Field('visage-account-erase', {
    name: 'confirmation', label: text('account.erase_type', { username }), autocomplete: 'off', autocapitalize: 'none',
    spellcheck: 'false', autofocus: true,
  })
  const answer = async () =>
    field.value.trim() === username || complain(field, text('account.erase_mismatch', { username }))
  return new Question(text('account.erase_question'), {
    lead: text('account.erase_lead'),
    fields: [field],
    yes: text('account.erase'),
    look: 'primary danger',
    answer,
  })
}

/** A hidden username field that tells password managers which account the password belongs to. */
export function usernameFor(username) {
  return h('input', { type: 'text', name: 'username', autocomplete: 'username', value: username, hidden: true })
}

function complain(field, words) {
  field.complain(words)
  field.input.focus()
  field.input.select()
  return false
}
