import { TokenInvalidError, UnavailableError } from './errors.js'
import { isObject } from './http.js'

/**
 * The least time between two fetches (ms): without it, each token with an invented key id would cause a fetch. Visage
 * publishes a key ten minutes before it signs with it.
 */
const REFETCH_MS = 10_000

/** Bounds of the time for which keys are cached (ms), whatever `max-age` says. */
const LEAST_AGE_MS = 10_000
const GREATEST_AGE_MS = 3_600_000

/** How much longer keys are used while Visage cannot be reached (ms). A key that was retired stays valid that long. */
const STALE_MS = 600_000

const LEAST_RSA_BITS = 2048

const IMPORTS = {
  OKP: { alg: 'EdDSA', algorithm: { name: 'Ed25519' } },
  RSA: { alg: 'RS256', algorithm: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } },
}

/** The public keys at one address: fetched when needed, cached, and fetched again when a key is unknown. */
export class KeySet {
  #fetch
  #clock
  #keys = new Map()
  #freshUntil = -Infinity
  #triedAt = -Infinity
  #fetching = null

  /** `fetch` returns the reply with the key set (RFC 7517); `clock` returns milliseconds and never goes back. */
  constructor(fetch, clock = () => performance.now()) {
    this.#fetch = fetch
    this.#clock = clock
  }

  /** Returns `{ alg, key }`. Throws TokenInvalidError for an unknown key, or UnavailableError. */
  async find(keyId) {
    if (!this.#has(keyId)) {
      if (!this.#fetching && this.#clock() - this.#triedAt >= REFETCH_MS) this.#fetching = this.#refresh()
      await this.#fetching
    }
    if (this.#clock() >= this.#freshUntil + STALE_MS) throw new UnavailableError('the keys of Visage cannot be fetched')
    const found = this.#keys.get(keyId)
    if (!found) throw new TokenInvalidError('the token names no key of Visage')
    return found
  }

  #has(keyId) {
    return this.#keys.has(keyId) && this.#clock() < this.#freshUntil
  }

  async #refresh() {
    const now = this.#clock()
    this.#triedAt = now
    try {
      const { maxAge, body } = await this.#fetch()
      const keys = await usable(body)
      if (keys.size === 0) return
      this.#keys = keys
      this.#freshUntil = now + Math.min(Math.max(maxAge * 1000, LEAST_AGE_MS), GREATEST_AGE_MS)
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error // the known keys stay in use for a while
    } finally {
      this.#fetching = null
    }
  }
}

/** The keys of a set by id, without those for encryption, of unknown kinds, and too short. */
const usable = async ({ keys }) => {
  const found = new Map()
  for (const jwk of Array.isArray(keys) ? keys.filter(isObject) : []) {
    const kind = IMPORTS[jwk.kty]
    if (!kind || typeof jwk.kid !== 'string' || (jwk.use ?? 'sig') !== 'sig' || (jwk.alg ?? kind.alg) !== kind.alg) continue
    try {
      const { kty, crv, x, n, e } = jwk
      const key = await crypto.subtle.importKey('jwk', { kty, crv, x, n, e }, kind.algorithm, false, ['verify'])
      if ((key.algorithm.modulusLength ?? LEAST_RSA_BITS) >= LEAST_RSA_BITS) found.set(jwk.kid, { alg: kind.alg, key })
    } catch {
      continue // a key that this browser cannot use
    }
  }
  return found
}
