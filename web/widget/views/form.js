import { text } from '../text.js'
import { h } from './dom.js'

/** The service's rule for passwords (service/domain/names.py), in user-perceived characters. */
const SHORTEST_PASSWORD = 10

/** One labelled input of a form, with a hint and a place for an error. */
export class Field {
  #hint
  #error
  #words

  /**
   * @param {string} id unique on the page
   * @param {{name: string, label: string, hint?: string, optional?: boolean} & Record<string, unknown>} properties
   *   the others are attributes of the input
   */
  constructor(id, { name, label, hint = null, optional = false, type = 'text', ...attributes }) {
    this.name = name
    this.input = h('input', { id, name, type, required: !optional, ...attributes })
    this.#error = h('p', { class: 'error', id: `${id}-error`, hidden: true })
    this.#hint = hint && h('p', { class: 'hint', id: `${id}-hint` }, hint)
    this.#words = h('label', { for: id }, label)
    if (optional) this.#words.append(h('span', { class: 'optional' }, ` (${text('field.optional')})`))
    const isPassword = type === 'password'
    const box = h('div', { class: isPassword ? 'box revealing' : 'box' }, this.input, isPassword && revealer(this.input))
    this.node = type === 'checkbox'
      ? h('div', { class: 'field check' }, this.input, this.#words, this.#error)
      : h('div', { class: 'field' }, this.#words, box, this.#hint, this.#error)
    this.input.setAttribute('aria-describedby', [hint && `${id}-hint`, `${id}-error`].filter(Boolean).join(' '))
    this.input.addEventListener('input', () => this.complain(''))
  }

  get value() {
    return this.input.type === 'checkbox' ? this.input.checked : this.input.value
  }

  /** Change the label, in this language if it is not the form's. */
  relabel(label, language = null) {
    this.#words.textContent = label
    if (language) Object.assign(this.#words, { lang: language, dir: 'auto' })
  }

  /** Show an error instead of the hint; an empty sentence removes it. */
  complain(sentence) {
    if (this.#hint) this.#hint.hidden = sentence !== ''
    this.#error.textContent = sentence
    this.#error.hidden = sentence === ''
    this.input.setAttribute('aria-invalid', String(sentence !== ''))
  }
}

/** Whether the service accepts a password of this length; it normalises to NFC before it counts. */
export function isLongEnough(password) {
  return [...password.normalize('NFC')].length >= SHORTEST_PASSWORD
}

/** Mark the fields with a problem and focus the first; returns whether there was one. */
export function markProblems(fields, problems) {
  let first = null
  for (const field of fields) {
    const problem = problems[field.name] ?? ''
    field.complain(problem)
    if (problem && !first) first = field
  }
  first?.input.focus()
  return first !== null
}

function revealer(input) {
  const element = h('button', { type: 'button', class: 'reveal' })
  const show = shown => {
    input.type = shown ? 'text' : 'password'
    element.textContent = text(shown ? 'field.hide' : 'field.show')
    element.setAttribute('aria-label', text(shown ? 'field.hide_password' : 'field.show_password'))
  }
  element.addEventListener('click', () => {
    show(input.type === 'password')
    for (const end of ['submit', 'reset']) input.form.addEventListener(end, () => show(false), { once: true })
  })
  show(false)
  return element
}
