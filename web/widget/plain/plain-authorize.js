import { call } from './call.js'
import { node, paragraph } from './nodes.js'
import { PlainLogin, problemOf } from './plain-login.js'

/**
 * Logs a user in to an application by password, inside a `<visage-authorize>` that is not defined. Consent, and a login
 * for which a password is not enough, need a newer browser.
 */
export class PlainAuthorize {
  constructor(element, speech) {
    this.element = element
    this.speech = speech
    this.endpoint = (element.getAttribute('endpoint') || '').replace(/\/+$/, '')
    const url = `${this.endpoint}/openid/interaction${location.search}`
    call(url, null, (status, asked) => this.begin(status, asked), { method: 'GET' })
  }

  begin(status, asked) {
    const { text } = this.speech
    if (status !== 200 || !asked) return this.fail(status, asked)
    if (asked.error) return this.tell(text('code.bad_request'))
    if (asked.step === 'done') return location.replace(asked.resume)
    if (asked.step === 'login' && asked.ways.indexOf('password') >= 0) return this.askPassword(asked)
    this.tell(`${text('plain.other')} ${text('advice.camera_unsupported')}`)
  }

  askPassword({ application, resume }) {
    const login = node('div')
    login.setAttribute('endpoint', this.endpoint)
    login.setAttribute('resume-session', 'off')
    login.addEventListener('visage-success', event => {
      event.preventDefault()
      this.signOn(event.detail.access_token, resume)
    })
    this.element.textContent = ''
    this.element.appendChild(node('h1', { textContent: application.name }))
    this.element.appendChild(login)
    return new PlainLogin(login, this.speech)
  }

  signOn(token, resume) {
    const then = (status, answer) => {
      if (status === 200) location.replace(resume)
      else this.fail(status, answer)
    }
    call(`${this.endpoint}/openid/session`, null, then, { token })
  }

  fail(status, answer) {
    const { code } = problemOf(status, answer)
    this.tell(this.speech.text(`code.${code}`))
  }

  tell(words) {
    const shown = paragraph(words)
    this.speech.declare(shown)
    shown.className = 'visage-plain'
    this.element.textContent = ''
    this.element.appendChild(shown)
  }
}
