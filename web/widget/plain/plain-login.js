import { Memory, recall, remember } from '../storage.js'
import { call } from './call.js'
import { field, node, paragraph } from './nodes.js'

/** The number of forms so far, for unique ids on the page. */
let forms = 0

/**
 * Logs a user in by password, inside a `<visage-login>` that is not defined. It sends the same events as the element:
 * `visage-success`, `visage-logout` and `visage-error`. It does not renew the access token.
 */
export class PlainLogin {
  constructor(element, { text, declare }) {
    this.element = element
    this.text = text
    this.declare = declare
    this.endpoint = (element.getAttribute('endpoint') || '').replace(/\/+$/, '')
    this.askPassword()
    if (element.getAttribute('resume-session') !== 'off' && recall(Memory.SESSION)) this.resume()
  }

  askPassword(news = this.text('plain.login')) {
    const { text } = this
    forms += 1
    const name = field(`visage-plain-username-${forms}`, text('field.username'), {
      name: 'username', autocomplete: 'username', autocapitalize: 'none', spellcheck: false,
    })
    const password = field(`visage-plain-password-${forms}`, text('field.password'), {
      name: 'password', type: 'password', autocomplete: 'current-password',
    })
    const trouble = paragraph('')
    trouble.setAttribute('role', 'alert')
    const submit = node('button', { textContent: text('login.submit') })
    const form = node('form', { className: 'visage-form visage-plain' }, [
      node('h2', { textContent: text('login.password_title') }), paragraph(news), name.row, password.row, trouble,
      submit,
    ])
    form.addEventListener('submit', event => {
      event.preventDefault()
      trouble.textContent = ''
      submit.disabled = true
      const values = { username: name.input.value.trim(), password: password.input.value }
      this.logIn(values, problem => {
        submit.disabled = false
        trouble.textContent = problem
        password.input.focus()
      })
    })
    this.show(form)
  }

  logIn(values, complain) {
    call(`${this.endpoint}/user/login`, values, (status, answer, seconds) => {
      if (status === 200 && answer) return this.begin(answer, 'password')
      const { code, detail } = problemOf(status, answer)
      if (!this.emit('error', detail)) return complain('')
      const wait = seconds > 0 ? ` ${this.text('wait.seconds', { seconds })}` : ''
      complain(this.text(`code.${code}`) + wait)
    })
  }

  /** Continue the session of an earlier page; without one, the form stays. */
  resume() {
    call(`${this.endpoint}/user/refresh`, {}, (status, answer) => {
      if (status === 200 && answer) this.begin(answer, 'session')
      else if (status === 401 || status === 403) remember(Memory.SESSION, null)
    })
  }

  begin(answer, method) {
    const { user, access_token, expires_in } = answer
    remember(Memory.SESSION, '1')
    const greets = this.emit('success', { user, access_token, expires_in, method })
    const title = this.text('login.welcome', { name: user.display_name || user.username })
    const heading = node('h2', { textContent: greets ? title : this.text('login.matched'), tabIndex: -1 })
    const leave = node('button', { type: 'button', textContent: this.text('login.log_out') })
    leave.addEventListener('click', () => this.logOut())
    const greeting = node('div', { className: 'visage-plain' }, greets ? [heading, leave] : [heading])
    this.show(greeting)
    heading.focus()
  }

  logOut() {
    call(`${this.endpoint}/user/logout`, {}, (status, answer) => {
      if (status !== 204) this.emit('error', problemOf(status, answer).detail)
    })
    remember(Memory.SESSION, null)
    this.askPassword(this.text('login.logged_out'))
    this.emit('logout', { reason: 'chosen' })
  }

  show(content) {
    this.element.textContent = ''
    this.declare(content)
    this.element.appendChild(content)
  }

  /** Returns whether no listener prevented the default action. */
  emit(name, detail) {
    const event = new CustomEvent(`visage-${name}`, { detail, bubbles: true, cancelable: true })
    return this.element.dispatchEvent(event)
  }
}

/** The error code of an answer that is no success, and the detail of `visage-error` for it. */
export function problemOf(status, answer) {
  const { code = status === 0 ? 'network' : 'internal', details = {} } = (answer && answer.error) || {}
  return { code, detail: { code, details, request_id: (answer && answer.request_id) || '' } }
}
