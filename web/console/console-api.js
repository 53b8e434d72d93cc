import { ApiError, readAnswer } from '../widget/api.js'
import { firstOf } from '../widget/signals.js'
import { send } from '../widget/transport.js'

/** Milliseconds that a call may take; looking for accounts that are alike examines hundreds of people. */
const PATIENCE = 60_000

const CSRF_HEADER = 'X-Visage-Console'

/** The console's calls. Each resolves with the answer's JSON or rejects with an `ApiError`. */
export class ConsoleApi {
  #csrf = ''
  #operator = null

  constructor(endpoint = '', transport = send) {
    this.endpoint = endpoint.replace(/\/+$/, '')
    this.transport = transport
  }

  /** The operator's session: `{operator, acr, begun_at, ends_at, idle_seconds, csrf_token}`. */
  async session() {
    return this.#keep(await this.get('/session'))
  }

  /**
   * Open the console.
   * @param {string} first the access token of a login by password
   * @param {string} second the access token of a login by passkey or challenged face
   */
  async open(first, second) {
    return this.#keep(await this.#call('POST', '/session', { json: { second_token: second }, token: first }))
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
    return this.#change('POST', path, { json, signal })
  }

  delete(path, { signal } = {}) {
    return this.#change('DELETE', path, { signal })
  }

  #keep(session) {
    this.#csrf = session.csrf_token
    this.#operator = session.operator.id
    return session
  }

  /** Change something; once more if the same operator has opened the console anew in another tab. */
  async #change(method, path, more) {
    const csrf = this.#csrf
    try {
      return await this.#call(method, path, more)
    } catch (error) {
      if (error.code !== 'console_session_required') throw error
      const session = await this.get('/session', {}, more)
      if (session.operator.id !== this.#operator || session.csrf_token === csrf) throw error
      this.#keep(session)
      return this.#call(method, path, more)
    }
  }

  async #call(method, path, { json, token, signal }) {
    const headers = { Accept: 'application/json' }
    if (json !== undefined) headers['Content-Type'] = 'application/json'
    if (token !== undefined) headers.Authorization = `Bearer ${token}`
    if (method !== 'GET') headers[CSRF_HEADER] = this.#csrf
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
