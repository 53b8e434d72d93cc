import {
  Level, LevelTooLowError, LoginMismatchError, LoginRefusedError, OpenIDClient, TokenExpiredError, TokenVerifier,
  UnavailableError, VisageError, satisfies,
} from 'visage-client'
import type { AccessToken, Identity, Scope, StartedLogin, Tokens } from 'visage-client'

const verifier = new TokenVerifier('https://login.example.org', { issuer: 'faces', audience: 'shop', leeway: 5, fetch })

export async function verify(text: string): Promise<Level | null> {
  const token: AccessToken = await verifier.verify(text, { require: Level.CHALLENGED_FACE, maxAge: 300 })
  const ends: number = token.expiresAt.getTime()
  return ends > 0 && satisfies(token.level, Level.FACE) ? token.level : null
}

const shop = new OpenIDClient({
  issuer: 'https://login.example.org',
  clientId: 'shop',
  redirectUri: 'https://shop.example.org/callback',
})

export async function flow(kept: Map<string, string>): Promise<string> {
  const scope: Scope[] = ['openid', 'offline_access']
  const started: StartedLogin = await shop.start({ scope, essential: true, require: 'urn:visage:passkey', maxAge: 0 })
  await shop.start({ parameters: { prompt: 'login', login_hint: 'ada', ui_locales: 'de' } })
  const tokens: Tokens = await shop.finish(started.url, kept.get(started.state))
  const identity: Identity = (await shop.refresh(tokens)).identity
  const name: unknown = (await shop.userInfo(tokens))['name']
  return `${identity.subject} ${String(name)} ${await shop.logoutUrl(tokens.idToken, 'https://shop.example.org/')}`
}

export function told(error: unknown): string {
  if (error instanceof LevelTooLowError) return error.required ?? 'again'
  if (error instanceof LoginRefusedError) return `${error.error}: ${error.description}`
  if (error instanceof LoginMismatchError || error instanceof TokenExpiredError) return error.message
  return error instanceof UnavailableError || error instanceof VisageError ? error.name : 'unknown'
}
