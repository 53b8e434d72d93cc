import { Memory, recall, remember } from './storage.js'

/** The session of a logged-in user. The access token is only here, in memory. */
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

  /** Milliseconds until this share (0 to 1) of the access token's lifetime is over. */
  millisecondsTo(share) {
    return Math.max(0, this.answer.receivedAt + this.answer.expires_in * 1000 * share - Date.now())
  }

  /** Store the token reply of a login, a sign-up or a refresh. */
  begin(answer) {
    this.answer = { ...answer, receivedAt: Date.now() }
    remember(Memory.SESSION, '1')
    return this.answer
  }

  /** Continue the session of an earlier page; resolves with null if there is none; rejects as `renew`. */
  async resume() {
    return recall(Memory.SESSION) ? this.#refresh() : null
  }

  /**
   * Get a new access token; resolves with null if the session is over, for example because another user has logged in
   * in another tab. Rejects with other errors.
   */
  async renew() {
    return this.answer && this.#refresh()
  }

  /** The service's view of the session: `{user, amr, auth_time, expires_at}`. */
  me(options) {
    return this.#api().me(this.answer.access_token, options)
  }

  /** End all sessions of the user, including this one. If that fails, this session stays. */
  async endEverywhere() {
    await alone(() => this.#api().logout({ everywhere: true }))
    this.forget()
  }

  /** Log out. The page forgets the session at once, even if the service is unreachable. */
  async end() {
    this.forget()
    await alone(() => this.#api().logout())
  }

  forget() {
    this.answer = null
    remember(Memory.SESSION, null)
  }

  /**
   * Listen for an end of the session that this page could not observe: in another tab, or while the page was in the
   * browser's back/forward cache.
   * @param {() => void} listener
   * @param {AbortSignal} signal ends the listening
   */
  onEnded(listener, signal) {
    const end = () => {
      if (signal.aborted) return
      this.answer = null
      listener()
    }
    addEventListener('storage', ({ key, newValue }) => {
      if (key === Memory.SESSION && newValue === null) end()
    }, { signal })
    addEventListener('pageshow', async ({ persisted }) => {
      if (persisted && (await this.resume().catch(() => this.answer)) === null) end()
    }, { signal })
  }

  /**
   * Exchange the refresh cookie; one tab at a time, because each token works once. All tabs share the cookie, so it may
   * belong to another user by now. Then that session continues, and the one of this page is over.
   */
  async #refresh() {
    const before = this.answer
    try {
      const answer = await alone(() => this.#api().refresh())
      if (before === null || answer.user.id === this.answer?.user.id) return this.begin(answer)
      this.answer = null
    } catch (error) {
      if (error.status !== 401 && error.status !== 403) throw error
      this.forget()
    }
    return null
  }
}

function alone(work) {
  return navigator.locks ? navigator.locks.request(Memory.SESSION, work) : work()
}
