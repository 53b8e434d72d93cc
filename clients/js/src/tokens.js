import { LevelTooLowError, TokenExpiredError, TokenInvalidError } from './errors.js'
import { isObject } from './http.js'
import { satisfies } from './levels.js'

/** The tolerated difference between the clocks of Visage and the application (seconds); Visage uses the same. */
export const LEEWAY = 10

/** Maximum length of a token (characters). Those of Visage have about 700. */
const MAX_TOKEN = 16 << 10

/** The last time that a `Date` can hold (seconds since 1970). */
const LAST_TIME = 8.64e12

const decoder = new TextDecoder('utf-8', { fatal: true })

/** Bytes of base64url without padding. Throws for anything else. */
const bytesOf = text => {
  if (!/^[\w-]+$/.test(text)) throw new TypeError('not base64url')
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), character => character.charCodeAt(0))
}

/** Base64url without padding, of bytes. */
export const base64url = bytes =>
  btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')

/** Returns the `header` and the `claims` of a token whose signature is valid. */
const opened = async (text, keys, algorithms) => {
  const parts = typeof text === 'string' && text.length <= MAX_TOKEN ? text.split('.') : []
  if (parts.length !== 3) throw new TokenInvalidError('this is no token')
  let header, claims, signature
  try {
    ;[header, claims] = parts.slice(0, 2).map(part => JSON.parse(decoder.decode(bytesOf(part))))
    signature = bytesOf(parts[2])
  } catch {
    throw new TokenInvalidError('the token is malformed')
  }
  if (!isObject(header) || !isObject(claims) || 'crit' in header) throw new TokenInvalidError('the token is malformed')
  if (String(header.typ ?? 'JWT').toUpperCase() !== 'JWT') throw new TokenInvalidError('the token is of another type')
  if (!algorithms.includes(header.alg)) {
    throw new TokenInvalidError('the token is signed by an algorithm that Visage does not use')
  }
  const { alg, key } = await keys.find(header.kid)
  if (alg !== header.alg) throw new TokenInvalidError("the token's key is for another algorithm")
  const signed = new TextEncoder().encode(`${parts[0]}.${parts[1]}`)
  if (!(await crypto.subtle.verify(key.algorithm.name, key, signature, signed))) {
    throw new TokenInvalidError('the signature of the token is wrong')
  }
  return { header, claims }
}

/** Returns the verified `header` and `claims`. Throws TokenExpiredError, TokenInvalidError or UnavailableError. */
export const verified = async (text, keys, { algorithms, issuer, audience, required, leeway }) => {
  const { header, claims } = await opened(text, keys, algorithms)
  const missing = required.filter(name => claims[name] === undefined || claims[name] === null)
  if (missing.length > 0) throw new TokenInvalidError(`the token has no ${missing.join(', ')}`)
  if (claims.iss !== issuer) throw new TokenInvalidError('the token is of another issuer')
  if (![claims.aud].flat().includes(audience)) throw new TokenInvalidError('the token is for another audience')
  if (typeof claims.sub !== 'string') throw new TokenInvalidError('the token has no valid subject')
  const now = Date.now() / 1000
  const [issued, begins, expires] = ['iat', 'nbf', 'exp'].map(name => momentOf(claims[name] ?? 0).getTime() / 1000)
  if (Math.max(issued, begins) > now + leeway) throw new TokenInvalidError('the token is not valid yet: compare the clocks')
  if (expires <= now - leeway) throw new TokenExpiredError('the token has expired')
  return { header, claims }
}

/** Throws LevelTooLowError if a login does not satisfy the required level, or is older than `maxAge` seconds. */
export const checkLevel = ({ level, authenticatedAt }, { require = null, maxAge = null }, leeway) => {
  if (require !== null && !satisfies(level, require)) throw new LevelTooLowError(require, level)
  if (maxAge === null) return
  if (!authenticatedAt || (Date.now() - authenticatedAt.getTime()) / 1000 > maxAge + leeway) {
    throw new LevelTooLowError(null, level)
  }
}

/** Returns a time claim as a Date. Throws TokenInvalidError. */
export const momentOf = seconds => {
  if (typeof seconds !== 'number' || Math.abs(seconds) > LAST_TIME) {
    throw new TokenInvalidError('a time in the token is malformed')
  }
  return new Date(seconds * 1000)
}

/** Returns a claim that is a list of strings. Throws TokenInvalidError. */
export const wordsOf = value => {
  if (Array.isArray(value) && value.every(one => typeof one === 'string')) return value
  throw new TokenInvalidError('a list in the token is malformed')
}
