/** The levels of logins: the values of `acr` that Visage uses. */
export declare const Level: Readonly<{
  PASSWORD: 'urn:visage:pwd'
  FACE: 'urn:visage:face'
  /** A face that passed the passive liveness check. */
  PASSIVE_FACE: 'urn:visage:face:passive'
  /** A face that performed random movements. */
  CHALLENGED_FACE: 'urn:visage:face:challenge'
  PASSKEY: 'urn:visage:passkey'
  FACE_AND_PASSKEY: 'urn:visage:face+passkey'
  CHALLENGED_FACE_AND_PASSKEY: 'urn:visage:face:challenge+passkey'
}>
export type Level = (typeof Level)[keyof typeof Level]

/** Whether a level includes everything that another one requires; an unknown level (null) includes nothing. */
export declare function satisfies(level: Level | null, required: Level): boolean

/** Seconds. */
type Seconds = number

export interface Requirements {
  /** The level that the login must satisfy. */
  require?: Level | null
  /** The maximum age of the login. A refresh does not make it younger. */
  maxAge?: Seconds | null
}

/** What a verified access token says. */
export interface AccessToken {
  /** The user's id; it never changes. */
  subject: string
  /** The id of the session; a refresh keeps it. */
  sessionId: string
  /** The level of the login; null for one that this version of the package does not know. */
  level: Level | null
  /** How the user logged in: `face`, `pwd`, `hwk` (a passkey). */
  methods: readonly string[]
  /** When the user logged in; a refresh keeps it. */
  authenticatedAt: Date
  expiresAt: Date
}

export interface VerifierOptions {
  /** Visage's setting `VISAGE_ISSUER`; `visage` by default. */
  issuer?: string
  /** Visage's setting `VISAGE_AUDIENCE`; `visage` by default. */
  audience?: string
  /** The tolerated difference between the clocks; 10 by default. */
  leeway?: Seconds
  fetch?: typeof globalThis.fetch
}

/** Verifies the access tokens that Visage's widget and API return. Make one for the whole application. */
export declare class TokenVerifier {
  /** `address` of Visage, such as `https://login.example.org`. Throws TypeError unless it is https, or localhost. */
  constructor(address: string, options?: VerifierOptions)
  /**
   * Returns what a token (without `Bearer`) says. Rejects with TokenExpiredError, TokenInvalidError, LevelTooLowError or
   * UnavailableError.
   */
  verify(token: string, requirements?: Requirements): Promise<AccessToken>
}

export interface ClientOptions {
  /** The address of Visage (its setting `VISAGE_PUBLIC_URL`); https, or http on localhost. */
  issuer: string
  /** The name given to `visage client add`. */
  clientId: string
  /** The secret that it printed; none for a public client, such as a page. */
  clientSecret?: string | null
  /** An address of the application that was given to `visage client add`. */
  redirectUri: string
  /** The tolerated difference between the clocks; 10 by default. */
  leeway?: Seconds
  fetch?: typeof globalThis.fetch
}

export type Scope = 'openid' | 'profile' | 'email' | 'offline_access' | 'face'

export interface StartOptions extends Requirements {
  /** `['openid']` by default. */
  scope?: readonly Scope[]
  /**
   * Whether Visage shall refuse users who cannot reach `require` (`unmet_authentication_requirements`). Otherwise it
   * lets them in, and `finish` refuses them.
   */
  essential?: boolean
  parameters?: { prompt?: string; login_hint?: string; ui_locales?: string }
}

export interface StartedLogin {
  /** Where to send the browser. */
  url: string
  /** Identifies the login; the response contains it. */
  state: string
  /** To keep in the user's session under the state until the response arrives. It contains secrets. */
  memory: string
}

/** What a verified ID token says. */
export interface Identity {
  /** The user's id; it never changes. */
  subject: string
  /** The level of the login; null if the token has none that this version of the package knows. */
  level: Level | null
  /** How the user logged in: `face`, `pwd`, `hwk` (a passkey). */
  methods: readonly string[]
  /** When the user logged in; null if the token does not say. */
  authenticatedAt: Date | null
  /** All claims of the token. */
  claims: Readonly<Record<string, unknown>>
}

export interface Tokens {
  identity: Identity
  /** For `logoutUrl`. */
  idToken: string
  /** For `userInfo` only. */
  accessToken: string
  /** Replaces the earlier one; null if Visage issued none. */
  refreshToken: string | null
}

/** One client that `visage client add` registered. Make one for the whole application. */
export declare class OpenIDClient {
  /** Throws TypeError unless the issuer is https, or localhost. */
  constructor(options: ClientOptions)
  /** Starts a login, or a step-up of a user who is logged in. Rejects with UnavailableError. */
  start(options?: StartOptions): Promise<StartedLogin>
  /**
   * Exchanges the response to a login for tokens. Remove `memory` from the session first, so that it is used once.
   * Rejects with LoginMismatchError, LoginRefusedError, LevelTooLowError, TokenInvalidError or UnavailableError.
   *
   * @param response the address that the browser called, or its query
   */
  finish(response: string, memory: string | null | undefined): Promise<Tokens>
  /**
   * Exchanges the refresh token for new tokens. The earlier refresh token must not be used again. Rejects with
   * LoginRefusedError (`invalid_grant`: the session has ended), LoginMismatchError, TokenInvalidError, UnavailableError,
   * or TypeError without a refresh token.
   */
  refresh(tokens: Tokens): Promise<Tokens>
  /**
   * Returns the claims that the scopes allow, such as `name`. Rejects with TokenExpiredError (refresh first),
   * UnavailableError or LoginMismatchError.
   */
  userInfo(tokens: Tokens): Promise<Readonly<Record<string, unknown>>>
  /** Returns where to send the browser to end the user's session at Visage as well; `back` is where it comes back to. */
  logoutUrl(idToken: string, back?: string): Promise<string>
}

/** The base of all errors of this package. None of them contains a token or a secret. */
export declare class VisageError extends Error {}
/** Visage cannot be reached, or its response cannot be used. The same call may succeed later. */
export declare class UnavailableError extends VisageError {}
/** The token was not issued by this Visage for this application. */
export declare class TokenInvalidError extends VisageError {}
/** The token was valid and has expired. */
export declare class TokenExpiredError extends TokenInvalidError {}
/** The login does not satisfy the required level, or is too long ago (`required` is null): let the user log in again. */
export declare class LevelTooLowError extends VisageError {
  readonly required: Level | null
  readonly reached: Level | null
}
/** Visage refused a login or a refresh with an error of OAuth 2.0, such as `access_denied`. */
export declare class LoginRefusedError extends VisageError {
  readonly error: string
  readonly description: string
}
/**
 * The response does not belong to the login that this browser started. Start again, and do not trust it. It is old, was
 * sent twice, comes from another provider, or was forged.
 */
export declare class LoginMismatchError extends VisageError {}
