import { LoginRefusedError, TokenExpiredError, UnavailableError } from './errors.js'
import { checkedAddress, get, send } from './http.js'
import { KeySet } from './keys.js'

/** How long the endpoints are cached (ms). They change only with the configuration of Visage. */
const DISCOVERED_MS = 3_600_000

const ENDPOINTS = ['authorization_endpoint', 'token_endpoint', 'jwks_uri', 'userinfo_endpoint', 'end_session_endpoint']

/** Visage as an OpenID provider: its endpoints, its keys, and its token endpoint. */
export class Provider {
  #fetch
  #endpoints = null
  #knownUntil = -Infinity

  constructor(issuer, fetch) {
    this.issuer = checkedAddress(issuer)
    this.#fetch = fetch
    this.keys = new KeySet(async () => get(fetch, await this.endpoint('jwks_uri')))
  }

  /** Returns the address of an endpoint by its name in the discovery document. Throws UnavailableError. */
  async endpoint(name) {
    if (performance.now() >= this.#knownUntil) {
      this.#endpoints = await this.#discovered()
      this.#knownUntil = performance.now() + DISCOVERED_MS
    }
    return this.#endpoints[name]
  }

  /** Sends fields to the token endpoint; returns the body of its reply. Throws LoginRefusedError or UnavailableError. */
  async tokens({ clientId, clientSecret }, fields) {
    const { status, body } = await send(this.#fetch, await this.endpoint('token_endpoint'), {
      method: 'POST',
      body: new URLSearchParams({ ...fields, client_id: clientId }),
      headers: clientSecret === null ? {} : { Authorization: basic(clientId, clientSecret) },
    })
    if (status === 200 && String(body.token_type).toLowerCase() === 'bearer') return body
    if (status < 500 && typeof body.error === 'string') {
      throw new LoginRefusedError(body.error, String(body.error_description ?? ''))
    }
    throw new UnavailableError(`the token endpoint answered with status ${status}`)
  }

  /** Returns the claims of the userinfo endpoint. Throws TokenExpiredError or UnavailableError. */
  async userInfo(accessToken) {
    const headers = { Authorization: `Bearer ${accessToken}` }
    const { status, body } = await send(this.#fetch, await this.endpoint('userinfo_endpoint'), { headers })
    if (status === 401) throw new TokenExpiredError('the access token is not valid any more')
    if (status !== 200) throw new UnavailableError(`the userinfo endpoint answered with status ${status}`)
    return body
  }

  async #discovered() {
    const { body } = await get(this.#fetch, `${this.issuer}/.well-known/openid-configuration`)
    if (body.issuer !== this.issuer) {
      throw new UnavailableError(`the service at ${this.issuer} names another issuer: check VISAGE_PUBLIC_URL`)
    }
    try {
      return Object.fromEntries(ENDPOINTS.map(name => [name, checkedAddress(body[name])]))
    } catch (error) {
      throw new UnavailableError('the discovery document cannot be used', { cause: error })
    }
  }
}

/** The header of `client_secret_basic` (RFC 6749, section 2.3.1). */
const basic = (...pair) => {
  const encoded = pair.map(part => new URLSearchParams({ '': part }).toString().slice(1))
  return `Basic ${btoa(encoded.join(':'))}`
}
