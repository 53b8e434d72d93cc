import { Memory, recall, remember } from './storage.js'

/** Somebody logged in. The access token lives here, in memory, and nowhere else. */
export class Session {
  #api

  /** @param {() => import('./api.js').Api} api */
  constructor(api) {
    this.#api = api
    this.answer = null
  }

  get expiresAt() {
    return this.answer && new Date(this.answer.receivedAt + this.answer.expires_in * 1000)
  }

  /** How long until this share (0 to 1) of the access token's life is over. */
  millisecondsTo(share) {
    return Math.max(0, this.answer.receivedAt + this.answer.expires_in * 1000 * share - Date.now())
  }

  /** Take over the token reply of a login, a sign-up or a refresh. */
  begin(answer) {
    this.answer = { ...answer, receivedAt: Date.now() }
    remember(Memory.SESSION, '1')
    return this.answer
  }

  /** The session that an earlier page began, or null when there is none. */
  async resume() {
    return recall(Memory.SESSION) ? this.renew() : null
  }

  /**
   * A fresh access token by the refresh cookie, or null when the session is over; other errors are the caller's.
   * One tab at a time: the cookie is used up.
   */
  async renew() {
    try {
      return this.begin(await alone(() => this.#api().refresh()))
    } catch (error) {
      if (error.status !== 401 && error.status !== 403) throw error
      this.forget()
      return null
    }
  }

  /** Who the service says we are: `{user, amr, auth_time, expires_at}`. */
  me(options) {
    return this.#api().me(this.answer.access_token, options)
  }

  /** Log out. The page forgets at once, whether or not the service could be reached. */
  async end() {
    this.forget()
    await alone(() => this.#api().logout())
  }

  forget() {
    this.answer = null
    remember(Memory.SESSION, null)
  }
}

function alone(work) {
  return navigator.locks ? navigator.locks.request(Memory.SESSION, work) : work()
}
