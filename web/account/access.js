/**
 * How long a login by password counts as recent, in milliseconds. Less than the service's own limit
 * (VISAGE_RECENT_MINUTES, five by default), so that there is time left for what is done with it, such as taking pictures.
 */
const RECENT = 3 * 60_000

/** What the service answers when the login is not recent enough, or its token has run out. */
const TOO_LATE = ['password_login_required', 'token_expired', 'token_invalid', 'token_missing']

/** Whether an error's code says that the password is due. */
export function isTooLate(code) {
  return TOO_LATE.includes(code)
}

/** Calls in the name of who is logged in: with a token that lasts, and with their password where it is due. */
export class Access {
  #session
  #ask
  #passwordAt = 0

  /**
   * @param {import('../widget/session.js').Session} session somebody's, begun already
   * @param {() => Promise<boolean>} askPassword has them log in by password; resolves with whether they did
   */
  constructor(session, askPassword) {
    this.#session = session
    this.#ask = askPassword
  }

  /** Take note of how and when they logged in, as `me` says. */
  note({ amr, auth_time }) {
    this.#passwordAt = amr.includes('pwd') ? auth_time * 1000 : 0
  }

  /** Whether they logged in by password a moment ago. */
  get confirmed() {
    return Date.now() - this.#passwordAt < RECENT
  }

  /** What `work(token)` resolves with; a token that has run out is renewed first. */
  async call(work) {
    try {
      return await work(this.#session.answer.access_token)
    } catch (error) {
      if (error.status !== 401 || !(await this.#session.renew())) throw error
    }
    return work(this.#session.answer.access_token)
  }

  /**
   * As `call`, for what wants a recent login by password: asks for it when none is recent, or when the service says so.
   * Rejects with an AbortError when it is not given.
   */
  async callConfirmed(work) {
    if (!this.confirmed) await this.#confirm()
    try {
      return await this.call(work)
    } catch (error) {
      if (error.code !== 'password_login_required') throw error
    }
    await this.#confirm()
    return this.call(work)
  }

  /** Ask for the password, however recent the last login is; resolves with whether it was given. */
  async askPassword() {
    const given = await this.#ask()
    if (given) this.#passwordAt = Date.now()
    return given
  }

  async #confirm() {
    if (!(await this.askPassword())) throw new DOMException('no password was given', 'AbortError')
  }
}
