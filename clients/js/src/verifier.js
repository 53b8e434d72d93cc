import { checkedAddress, get } from './http.js'
import { KeySet } from './keys.js'
import { knownLevel } from './levels.js'
import { LEEWAY, checkLevel, momentOf, verified, wordsOf } from './tokens.js'

const REQUIRED = ['iss', 'aud', 'sub', 'iat', 'exp', 'jti', 'amr', 'acr', 'auth_time', 'sid']

/** Verifies the access tokens that Visage's widget and API return. Make one for the whole application. */
export class TokenVerifier {
  #keys
  #expected

  constructor(address, options = {}) {
    const { issuer = 'visage', audience = 'visage', leeway = LEEWAY, fetch = globalThis.fetch } = options
    const jwks = `${checkedAddress(address)}/.well-known/jwks.json`
    this.#keys = new KeySet(() => get(fetch, jwks))
    this.#expected = { algorithms: ['EdDSA'], required: REQUIRED, issuer, audience, leeway }
  }

  async verify(token, requirements = {}) {
    const { claims } = await verified(token, this.#keys, this.#expected)
    const found = {
      subject: claims.sub,
      sessionId: String(claims.sid),
      level: knownLevel(claims.acr),
      methods: wordsOf(claims.amr),
      authenticatedAt: momentOf(claims.auth_time),
      expiresAt: momentOf(claims.exp),
    }
    checkLevel(found, requirements, this.#expected.leeway)
    return found
  }
}
