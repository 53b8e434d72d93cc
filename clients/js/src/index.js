/**
 * Verifies the tokens of Visage, and logs users in through it by OpenID Connect.
 *
 * `TokenVerifier` is for an application that embeds Visage's widget and receives its access tokens. `OpenIDClient` is
 * for one that sends its users to Visage's login page. The types are in `index.d.ts`.
 */
export {
  LevelTooLowError,
  LoginMismatchError,
  LoginRefusedError,
  TokenExpiredError,
  TokenInvalidError,
  UnavailableError,
  VisageError,
} from './errors.js'
export { Level, satisfies } from './levels.js'
export { OpenIDClient } from './openid.js'
export { TokenVerifier } from './verifier.js'
