/**
 * How long a password login counts as recent, in milliseconds. Less than the service's own limit
 * (VISAGE_RECENT_MINUTES, five by default), to leave time for the action itself, such as taking pictures.
 */
const RECENT = 3 * 60_000

/** Error codes for a login that is not sure or recent enough; `TOO_LATE` also has those for an invalid token. */
const UNCONFIRMED = ['password_login_required', 'strong_login_required']
const TOO_LATE = [...UNCONFIRMED, 'token_expired', 'token_invalid', 'token_missing']

/** Whether an error code means that the user has to enter the password. */
export function isTooLate(code) {
  return TOO_LATE.includes(code)
}

/** Makes calls for the logged-in user: with a valid token, and after a password login if that is required. */
export class Access {
  #session
  #ask
  #passwordAt = 0
  #passkeyAt = 0

  /**
   * @param {import('../widget/session.js').Session} session a session that has begun
   * @param {() => Promise<boolean>} askPassword asks for a password login; resolves with whether it succeeded
   */
  constructor(session, askPassword) {
    this.#session = session
    this.#ask = askPassword
  }

  /** Note how and when the user logged in, as `me` says. */
  note({ amr, auth_time }) {
    this.#passwordAt = amr.includes('pwd') ? auth_time * 1000 : 0
    this.#passkeyAt = amr.includes('hwk') ? auth_time * 1000 : 0
  }

  /** Whether the user logged in by password recently. */
  get confirmed() {
    return isRecent(this.#passwordAt)
  }

  /** Resolve with the result of `work(token)`; renew an expired token first. */
  async call(work) {
    try {
      return await work(this.#session.answer.access_token)
    } catch (error) {
      if (error.status !== 401 || !(await this.#session.renew())) throw error
    }
    return work(this.#session.answer.access_token)
  }

  /**
   * As `call`, for actions that need a recent password login: asks for it if none is recent, or if the service requires
   * it. Rejects with an AbortError if the user declines.
   */
  async callConfirmed(work) {
    if (!this.confirmed) await this.#confirm()
    return this.#callAgain(work)
  }

  /** As `callConfirmed`, for actions for which a recent login by passkey is enough too. */
  async callStrong(work) {
    if (!this.confirmed && !isRecent(this.#passkeyAt)) await this.#confirm()
    return this.#callAgain(work)
  }

  async #callAgain(work) {
    try {
      return await this.call(work)
    } catch (error) {
      if (!UNCONFIRMED.includes(error.code)) throw error
    }
    await this.#confirm()
    return this.call(work)
  }

  /** Ask for the password, however recent the last login is; resolves with whether the user entered it. */
  async askPassword() {
    const given = await this.#ask()
    if (given) this.#passwordAt = Date.now()
    return given
  }

  async #confirm() {
    if (!(await this.askPassword())) throw new DOMException('no password was given', 'AbortError')
  }
}

function isRecent(at) {
  return Date.now() - at < RECENT
}
