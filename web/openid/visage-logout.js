import { Session } from '../widget/session.js'
import { OpenidElement } from './openid-element.js'
import { ask, done } from './views/logout.js'

/**
 * `<visage-logout>`: asks whether to log out, for an application or for the user, and says when it is done.
 *
 * Attributes: `endpoint`, `lang`, `theme`, `login-url`, `account-url`. Its `step` is `ask`, `done`, `leaving` or
 * `trouble`.
 */
export class VisageLogout extends OpenidElement {
  #session = new Session(() => this.api)

  speaking(signal) {
    if (new URLSearchParams(location.search).has('done')) return this.present('done', done(this.getAttribute('login-url')))
    this.present('ask', ask(this.getAttribute('account-url'), () => this.#logOut(signal)))
  }

  #logOut(signal) {
    return this.attempt(signal, async () => {
      const { location: address } = await this.api.logOutOfApplications(location.search)
      this.#session.forget() // it has ended, too
      this.leave(address, signal)
    })
  }
}
