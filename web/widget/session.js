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

  /** The session that an earlier page began, or null when there is none; errors as `renew`. */
  async resume() {
    return recall(Memory.SESSION) ? this.#refresh() : null
  }

  /**
   * A fresh access token, or null when the session is over, as it is when somebody else has logged in in another tab;
   * other errors are the caller's.
   */
  async renew() {
    return this.answer && this.#refresh()
  }

  /** Who the service says we are: `{user, amr, auth_time, expires_at}`. */
  me(options) {
    return this.#api().me(this.answer.access_token, options)
  }

  /** End this session and all others of the same person. Where that cannot be done, it stays. */
  async endEverywhere() {
    await alone(() => this.#api().logout({ everywhere: true }))
    this.forget()
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

  /**
   * Hear of it when the session ended where this page could not see it: in another tab, or while the page lay in the
   * browser's back/forward cache.
   * @param {() => void} listener
   * @param {AbortSignal} signal nothing is heard afterwards
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
   * What the refresh cookie gives; one tab at a time, as it is used up. All tabs share it, so it may be somebody else's
   * by now: then theirs goes on, and the one that this page had is over.
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
