import { firstOf } from './signals.js'
import { send } from './transport.js'

/** Timeouts in milliseconds, longer than the service ever takes; a sign-up may upload pictures over a slow network. */
const PATIENCE = { short: 20_000, upload: 120_000 }

/** An error answer of the service, no answer (`network`, `timeout`), or a passkey that the browser did not give. */
export class ApiError extends Error {
  /**
   * @param {string} code one of the service's error codes, `network`, `timeout`, `passkey_cancelled` or
   *   `passkey_unavailable`
   * @param {{status?: number, message?: string, details?: object, requestId?: string, retryAfter?: number}} [more]
   *   `retryAfter` in seconds
   */
  constructor(code, { status = 0, message = '', details = {}, requestId = '', retryAfter = 0, cause } = {}) {
    super(message || code, { cause })
    this.name = 'ApiError'
    Object.assign(this, { code, status, serverMessage: message, details, requestId, retryAfter })
  }
}

/** The service's calls that the widget makes. Each resolves with the answer's JSON or rejects with an `ApiError`. */
export class Api {
  /** @param {string} endpoint base address of the service; empty for the page's own origin */
  constructor(endpoint = '', transport = send) {
    this.endpoint = endpoint.replace(/\/+$/, '')
    this.transport = transport
  }

  /**
   * What the service requires of users:
   * `{liveness: 'off' | 'passive' | 'challenge', signup: 'open' | 'invite', passkey_domain: string | null}`.
   */
  options({ signal } = {}) {
    return this.#call('GET', '/user/facial/options', { signal })
  }

  /** The consent text of a sign-up: `{version, language, text}`. */
  consent(language, { signal } = {}) {
    return this.#call('GET', `/user/facial/consent?language=${encodeURIComponent(language)}`, { signal })
  }

  /**
   * Inspect a camera frame: `{faces, box, pose, quality, hints, ready}`. The service does not store the frame.
   * @param {string} image data URL of a small picture
   * @param {{pose?: string, front?: {yaw: number, pitch: number}}} [wanted] the wanted pose, and the user's frontal
   *   pose, from an earlier answer
   */
  inspect(image, { pose, front } = {}, { signal } = {}) {
    return this.#call('POST', '/user/facial/inspect', { json: { image, pose, front }, signal })
  }

  /**
   * Movements to perform before the camera: `{nonce, prompts, expires_in, frames: {min, max, per_second}}`.
   * @param {'login' | 'signup'} purpose
   */
  challenge(purpose, { signal } = {}) {
    return this.#call('POST', '/user/facial/challenge', { json: { purpose }, signal })
  }

  /**
   * Sign up, or with a token enrol the user's face again. `onProgress` receives the uploaded share of the request,
   * 0 to 1.
   */
  store(person, { token, signal, onProgress } = {}) {
    const options = { json: person, token, signal, onProgress, patience: PATIENCE.upload }
    return this.#call('POST', '/user/facial/store', options)
  }

  /**
   * @param {string} image data URL; not sent if there is a `proof`
   * @param {object} [options]
   * @param {string} [options.username] the face is compared only with that user
   * @param {string[]} [options.recent] data URLs of small frames that the camera showed just before the image
   * @param {import('./liveness.js').Proof} [options.proof] the reply to a challenge
   * @param {AbortSignal} [options.signal]
   */
  recognize(image, { username, recent, proof, signal } = {}) {
    const face = proof ?? { image, recent_frames: recent }
    const patience = proof ? PATIENCE.upload : PATIENCE.short
    return this.#call('POST', '/user/facial/recognize', { json: { ...face, username }, patience, signal })
  }

  login(username, password, { signal } = {}) {
    return this.#call('POST', '/user/login', { json: { username, password }, signal })
  }

  refresh() {
    return this.#call('POST', '/user/refresh', { json: {} })
  }

  /** End the session of this browser, or with `everywhere` all sessions of the user. */
  logout({ everywhere } = {}) {
    return this.#call('POST', '/user/logout', { json: { everywhere } })
  }

  me(token, { signal } = {}) {
    return this.#call('GET', '/user/me', { token, signal })
  }

  /**
   * What the page of an authorization request shows (docs/api.md). This and the next calls are for the pages of the
   * OpenID provider; `query` is that of the page.
   */
  interaction(query, { signal } = {}) {
    return this.#call('GET', `/openid/interaction${query}`, { signal })
  }

  /** Let the browser continue the login of this token at applications. */
  signOn(token) {
    return this.#call('POST', '/openid/session', { token })
  }

  /** @param {'allow' | 'deny'} decision */
  decide(query, decision) {
    return this.#call('POST', '/openid/decision', { json: { query, decision } })
  }

  /** End the login that the browser continues at applications. */
  logOutOfApplications(query) {
    return this.#call('POST', '/openid/logout', { json: { query } })
  }

  /** The user's stored face data: `{facial_data, images}`. This and the next calls need a recent password login. */
  face(token) {
    return this.#call('GET', '/user/facial', { token })
  }

  eraseFace(token) {
    return this.#call('DELETE', '/user/facial', { token })
  }

  eraseAccount(token) {
    return this.#call('DELETE', '/user/me', { token })
  }

  changePassword(password, token) {
    return this.#call('PUT', '/user/password', { json: { password }, token })
  }

  /** Set a new password with the token of a one-time link. */
  resetPassword(token, password) {
    return this.#call('POST', '/user/password/reset', { json: { token, password } })
  }

  /** The user's passkeys: `{passkeys, max}`. */
  passkeys(token) {
    return this.#call('GET', '/user/passkeys', { token })
  }

  /** What `navigator.credentials.create` takes, as JSON. This and the next calls need a recent strong login. */
  passkeyOptions(token) {
    return this.#call('POST', '/user/passkeys/options', { token })
  }

  addPasskey(credential, name, token) {
    return this.#call('POST', '/user/passkeys', { json: { credential, name }, token })
  }

  renamePasskey(id, name, token) {
    return this.#call('PUT', `/user/passkeys/${id}`, { json: { name }, token })
  }

  removePasskey(id, token) {
    return this.#call('DELETE', `/user/passkeys/${id}`, { token })
  }

  /** What `navigator.credentials.get` takes, as JSON. */
  passkeyLoginOptions({ signal } = {}) {
    return this.#call('POST', '/user/passkeys/login/options', { signal })
  }

  /** Log in with a passkey; with the token of a recent face login, complete that login. */
  passkeyLogin(credential, { token, signal } = {}) {
    return this.#call('POST', '/user/passkeys/login', { json: { credential }, token, signal })
  }

  async #call(method, path, { json, token, signal, onProgress, patience = PATIENCE.short }) {
    const headers = { Accept: 'application/json' }
    if (json !== undefined) headers['Content-Type'] = 'application/json'
    if (token !== undefined) headers.Authorization = `Bearer ${token}`
    const body = json === undefined ? undefined : JSON.stringify(json)
    const deadline = AbortSignal.timeout(patience)
    const { signal: either, release } = firstOf(signal, deadline)
    let answer
    try {
      answer = await this.transport({ method, url: this.endpoint + path, headers, body, signal: either, onProgress })
    } catch (error) {
      signal?.throwIfAborted()
      throw new ApiError(deadline.aborted ? 'timeout' : 'network', { cause: error })
    } finally {
      release()
    }
    return readAnswer(answer)
  }
}

/** The JSON of an answer. Throws an `ApiError` if it is an error. */
export function readAnswer({ status, retryAfter, body }) {
  let content = null
  try {
    content = body === '' ? null : JSON.parse(body)
  } catch (cause) {
    throw new ApiError('internal', { status, cause, retryAfter: secondsUntil(retryAfter) })
  }
  if (status >= 200 && status < 300) return content
  const { code = 'internal', message, details } = content?.error ?? {}
  const more = { status, message, details, requestId: content?.request_id, retryAfter: secondsUntil(retryAfter) }
  throw new ApiError(code, more)
}

/** Seconds in a Retry-After header, which is a number of seconds or a date (RFC 9110, 10.2.3); 0 without one. */
function secondsUntil(retryAfter) {
  if (!retryAfter) return 0
  const seconds = /^\d+$/.test(retryAfter) ? Number(retryAfter) : (Date.parse(retryAfter) - Date.now()) / 1000
  return Math.max(0, Math.ceil(seconds) || 0)
}
