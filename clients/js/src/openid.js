import { LoginMismatchError, LoginRefusedError, TokenInvalidError, UnavailableError } from './errors.js'
import { enough, knownLevel } from './levels.js'
import { Provider } from './provider.js'
import { LEEWAY, base64url, checkLevel, momentOf, verified, wordsOf } from './tokens.js'

/** How long a user may take to log in (seconds). */
const LOGIN_SECONDS = 1800

/** The algorithms of ID tokens, with the hash of `at_hash` (OpenID Connect Core 1.0, section 3.1.3.6). */
const HASHES = { RS256: 'SHA-256', EdDSA: 'SHA-512' }

const REQUIRED = ['iss', 'aud', 'sub', 'iat', 'exp']

/** Logs users in through Visage by OpenID Connect: the authorization code flow with PKCE. */
export class OpenIDClient {
  #provider
  #credentials
  #redirectUri
  #leeway

  constructor({ issuer, clientId, clientSecret = null, redirectUri, leeway = LEEWAY, fetch = globalThis.fetch }) {
    this.#provider = new Provider(issuer, fetch)
    this.#credentials = { clientId, clientSecret }
    this.#redirectUri = redirectUri
    this.#leeway = leeway
  }

  async start({ scope = ['openid'], require = null, maxAge = null, essential = false, parameters = {} } = {}) {
    const [state, nonce, verifier] = [secret(), secret(), secret()]
    const url = withQuery(await this.#provider.endpoint('authorization_endpoint'), {
      ...parameters,
      response_type: 'code',
      client_id: this.#credentials.clientId,
      redirect_uri: this.#redirectUri,
      scope: scope.join(' '),
      state,
      nonce,
      code_challenge: base64url(await digestOf('SHA-256', verifier)),
      code_challenge_method: 'S256',
      ...(maxAge === null ? {} : { max_age: String(maxAge) }),
      ...(require === null ? {} : asked(require, essential)),
    })
    const { issuer } = this.#provider
    const started = { issuer, redirectUri: this.#redirectUri, require, maxAge, state, nonce, verifier }
    return { url, state, memory: JSON.stringify({ ...started, started_at: Date.now() / 1000 }) }
  }

  async finish(response, memory) {
    const started = remembered(memory)
    const tokens = await this.#tokens(
      await this.#provider.tokens(this.#credentials, {
        grant_type: 'authorization_code',
        code: this.#code(response, started),
        code_verifier: started.verifier,
        redirect_uri: started.redirectUri,
      }),
    )
    if (tokens.identity.claims.nonce !== started.nonce) throw new LoginMismatchError('the ID token is for another login')
    checkLevel(tokens.identity, started, this.#leeway)
    return tokens
  }

  async refresh(tokens) {
    if (!tokens.refreshToken) throw new TypeError('Visage issued no refresh token')
    const found = await this.#provider.tokens(this.#credentials, {
      grant_type: 'refresh_token',
      refresh_token: tokens.refreshToken,
    })
    const fresh = await this.#tokens({ refresh_token: tokens.refreshToken, ...found }, tokens)
    const [was, now] = [tokens.identity, fresh.identity]
    if (was.subject !== now.subject || (now.authenticatedAt && +now.authenticatedAt !== +(was.authenticatedAt ?? NaN))) {
      throw new LoginMismatchError('the refreshed token is for another login')
    }
    return fresh
  }

  async userInfo(tokens) {
    const claims = await this.#provider.userInfo(tokens.accessToken)
    if (claims.sub !== tokens.identity.subject) throw new LoginMismatchError('the claims are of another user')
    return claims
  }

  async logoutUrl(idToken, back) {
    return withQuery(await this.#provider.endpoint('end_session_endpoint'), {
      id_token_hint: idToken,
      client_id: this.#credentials.clientId,
      ...(back ? { post_logout_redirect_uri: back } : {}),
    })
  }

  /** Returns the authorization code of a response. Throws LoginMismatchError or LoginRefusedError. */
  #code(response, started) {
    const query = /^(\/|https?:\/\/)/.test(response) ? new URL(response, 'https://localhost').search : response
    const sent = [...new URLSearchParams(query)]
    const values = new Map(sent)
    if (values.size !== sent.length) throw new LoginMismatchError('the response has a parameter twice')
    if (values.get('state') !== started.state) throw new LoginMismatchError('the response is for another login')
    if (started.issuer !== this.#provider.issuer || values.get('iss') !== started.issuer) {
      throw new LoginMismatchError('the response is of another provider') // RFC 9207
    }
    if (values.has('error')) throw new LoginRefusedError(values.get('error'), values.get('error_description') ?? '')
    if (!values.get('code')) throw new LoginMismatchError('the response has no code')
    return values.get('code')
  }

  /** Returns the tokens of a reply, verified. `earlier` are those before a refresh. */
  async #tokens({ id_token: idToken, access_token: accessToken, refresh_token: refreshToken = null }, earlier = null) {
    if (typeof accessToken !== 'string' || !(typeof idToken === 'string' || earlier)) {
      throw new UnavailableError('the token endpoint returned no tokens')
    }
    if (idToken === undefined) return { ...earlier, accessToken, refreshToken }
    return { identity: await this.#identity(idToken, accessToken), idToken, accessToken, refreshToken }
  }

  /** Verifies an ID token (OpenID Connect Core 1.0, section 3.1.3.7). */
  async #identity(idToken, accessToken) {
    const { clientId } = this.#credentials
    const { header, claims } = await verified(idToken, this.#provider.keys, {
      algorithms: Object.keys(HASHES),
      issuer: this.#provider.issuer,
      audience: clientId,
      required: REQUIRED,
      leeway: this.#leeway,
    })
    if (('azp' in claims || [claims.aud].flat().length > 1) && claims.azp !== clientId) {
      throw new TokenInvalidError('the ID token was issued to another client')
    }
    const digest = await digestOf(HASHES[header.alg], accessToken)
    if ('at_hash' in claims && claims.at_hash !== base64url(digest.slice(0, digest.length / 2))) {
      throw new TokenInvalidError('the ID token belongs to another access token')
    }
    return {
      subject: claims.sub,
      level: knownLevel(claims.acr),
      methods: wordsOf(claims.amr ?? []),
      authenticatedAt: claims.auth_time === undefined ? null : momentOf(claims.auth_time),
      claims,
    }
  }
}

/** Returns the parameter that asks for a level: one of two, because both at once would have no defined effect. */
const asked = (level, essential) =>
  essential ? { claims: JSON.stringify({ id_token: { acr: { essential, values: enough(level) } } }) } : { acr_values: level }

/** Reads the memory of a login. Throws LoginMismatchError if there is none, or if it is too old. */
const remembered = memory => {
  if (!memory) throw new LoginMismatchError('this browser has started no such login, or has finished it before')
  let started
  try {
    started = JSON.parse(memory)
  } catch {
    throw new LoginMismatchError('the memory of the login is malformed')
  }
  if (!(Date.now() / 1000 - started?.started_at <= LOGIN_SECONDS)) {
    throw new LoginMismatchError('the login was started too long ago')
  }
  return started
}

const secret = () => base64url(crypto.getRandomValues(new Uint8Array(32)))

const digestOf = async (hash, text) => new Uint8Array(await crypto.subtle.digest(hash, new TextEncoder().encode(text)))

const withQuery = (address, query) => `${address}${address.includes('?') ? '&' : '?'}${new URLSearchParams(query)}`
