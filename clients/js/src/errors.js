/** The base of all errors of this package. None of them contains a token or a secret. */
export class VisageError extends Error {
  name = 'VisageError'
}

/** Visage cannot be reached, or its response cannot be used. The same call may succeed later. */
export class UnavailableError extends VisageError {
  name = 'UnavailableError'
}

/** The token was not issued by this Visage for this application. The message says what is wrong with it. */
export class TokenInvalidError extends VisageError {
  name = 'TokenInvalidError'
}

/** The token was valid and has expired. */
export class TokenExpiredError extends TokenInvalidError {
  name = 'TokenExpiredError'
}

/** The login does not satisfy the required level, or is too long ago: let the user log in again. */
export class LevelTooLowError extends VisageError {
  name = 'LevelTooLowError'

  constructor(required, reached) {
    const words = `the login has the level ${reached ?? 'unknown'}, required is ${required}`
    super(required ? words : 'the login is too long ago')
    this.required = required
    this.reached = reached
  }
}

/** Visage refused a login or a refresh with an error of OAuth 2.0. */
export class LoginRefusedError extends VisageError {
  name = 'LoginRefusedError'

  constructor(error, description) {
    super(description ? `${error}: ${description}` : error)
    this.error = error
    this.description = description
  }
}

/**
 * The response does not belong to the login that this browser started. Start again, and do not trust it. It is old, was
 * sent twice, comes from another provider, or was forged.
 */
export class LoginMismatchError extends VisageError {
  name = 'LoginMismatchError'
}
