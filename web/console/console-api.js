import { ApiError, readAnswer } from '../widget/api.js'
import { firstOf } from '../widget/signals.js'
import { send } from '../widget/transport.js'

/** Milliseconds that a call may take; looking for accounts that are alike examines hundreds of people. */
const PATIENCE = 60_000

const CSRF_HEADER = 'X-Visage-Console'

/** The code of the error when there is no session of an operator. */
export const ENDED = 'console_session_required'

/** The console's calls. Each resolves with the answer's JSON or rejects with an `ApiError`. */
export class ConsoleApi {
  #session = null
  #onEnded

  /** @param {() => void} onEnded is called when a call finds that the session has ended */
  constructor(endpoint = '', onEnded = () => {}, transport = send) {
    this.endpoint = endpoint.replace(/\/+$/, '')
    this.#onEnded = onEnded
    this.transport = transport
  }

  /** The operator's session: `{operator, acr, begun_at, ends_at, idle_seconds, csrf_token}`. */
  async session() {
    return this.#keep(await this.#send('GET', '/session', {}))
  }

  /**
   * Open the console.
   * @param {string} first the access token of a login by password
   * @param {string} second the access token of a login by passkey or challenged face
   */
  async open(first, second) {
    return this.#keep(await this.#send('POST', '/session', { json: { second_token: second }, token: first }))
  }

  leave() {
    return this.delete('/session')
  }

  get(path, choices = {}, { signal } = {}) {
    return this.#call('GET', withQuery(path, choices), { signal })
  }

  /** The address of a file that the browser downloads. */
  fileUrl(path, choices = {}) {
    return `${this.endpoint}/console${withQuery(path, choices)}`
  }

  post(path, json = undefined, { signal } = {}) {
    return this.#call('POST', path, { json, signal })
  }

  delete(path, { signal } = {}) {
    return this.#call('DELETE', path, { signal })
  }

  #keep(session) {
    this.#session = session
    return session
  }

  /** Send a call, and once again if the operator has logged in again in another tab: that changes the CSRF token. */
  async #call(method, path, options) {
    try {
      return await this.#send(method, path, options)
    } catch (error) {
      if (error.code !== ENDED) throw error
      const { csrf_token: before, operator } = this.#session
      const now = await this.session().catch(() => null)
      if (now === null || now.csrf_token === before || now.operator.id !== operator.id) {
        this.#onEnded()
        throw error
      }
      return this.#send(method, path, options)
    }
  }

  async #send(method, path, { json, token, signal }) {
    const headers = { Accept: 'application/json' }
    if (json !== undefined) headers['Content-Type'] = 'application/json'
    if (token !== undefined) headers.Authorization = `Bearer ${token}`
    if (method !== 'GET') headers[CSRF_HEADER] = this.#session?.csrf_token ?? ''
    const body = json === undefined ? undefined : JSON.stringify(json)
    const deadline = AbortSignal.timeout(PATIENCE)
    const { signal: either, release } = firstOf(signal, deadline)
    const url = `${this.endpoint}/console${path}`
    let answer
    try {
      answer = await this.transport({ method, url, headers, body, signal: either })
    } catch (error) {
      signal?.throwIfAborted()
      throw new ApiError(deadline.aborted ? 'timeout' : 'network', { cause: error })
    } finally {
      release()
    }
    return readAnswer(answer)
  }
}

function withQuery(path, choices) {
  const query = new URLSearchParams(Object.entries(choices).filter(([, value]) => value !== null && value !== '')).toString()
  return query ? `${path}?${query}` : path
}
