import { ApiError } from './api.js'
import { firstOf } from './signals.js'
import { text } from './text.js'

/** Milliseconds that a challenge is offered in the browser's suggestions; the service's challenges last five minutes. */
const FRESH = 4 * 60_000

/** The codes for what browsers reject with (WebAuthn, 5.1.3 and 5.1.4); any other reason is `passkey_unavailable`. */
const CODES = { NotAllowedError: 'passkey_cancelled', InvalidStateError: 'passkey_exists' }

/**
 * Whether this page can use the service's passkeys: the browser has them, which it hides from insecure pages, and the
 * page is in their domain.
 * @param {string | null | undefined} domain
 */
export function passkeysWork(domain) {
  const host = location.hostname
  return 'PublicKeyCredential' in window && Boolean(domain) && (host === domain || host.endsWith(`.${domain}`))
}

/** Whether the browser can offer passkeys among the suggestions for a username. */
export async function canSuggestPasskeys() {
  return (await PublicKeyCredential.isConditionalMediationAvailable?.()) ?? false
}

/**
 * Let the user make a passkey, and add it to their account; resolves with the service's answer.
 * @param {import('./api.js').Api} api
 * @param {string} token of a recent login
 */
export async function addPasskey(api, token) {
  const { public_key: options } = await api.passkeyOptions(token)
  const publicKey = {
    ...options,
    challenge: bytesOf(options.challenge),
    user: { ...options.user, id: bytesOf(options.user.id) },
    excludeCredentials: options.excludeCredentials.map(described),
  }
  const { id, type, response } = await asked(() => navigator.credentials.create({ publicKey }))
  const said = {
    clientDataJSON: textOf(response.clientDataJSON),
    attestationObject: textOf(response.attestationObject),
    transports: response.getTransports?.() ?? [],
  }
  return api.addPasskey({ id, type, response: said }, text('passkey.name'), token)
}

/**
 * Let the user choose a passkey; resolves with what the service verifies.
 * @param {import('./api.js').Api} api
 * @param {AbortSignal} signal
 */
export async function choosePasskey(api, signal) {
  return signed(await api.passkeyLoginOptions({ signal }), signal)
}

/** As `choosePasskey`, among the browser's suggestions for a username: resolves when the user has chosen one there. */
export async function suggestPasskeys(api, signal) {
  for (;;) {
    const options = await api.passkeyLoginOptions({ signal })
    const { signal: either, release } = firstOf(signal, AbortSignal.timeout(FRESH))
    try {
      return await signed(options, either, 'conditional')
    } catch (error) {
      if (signal.aborted || !either.aborted) throw error
    } finally {
      release()
    }
  }
}

async function signed({ public_key: options }, signal, mediation) {
  const publicKey = {
    ...options,
    challenge: bytesOf(options.challenge),
    allowCredentials: options.allowCredentials.map(described),
  }
  const { id, type, response } = await asked(() => navigator.credentials.get({ publicKey, signal, mediation }), signal)
  const said = {
    clientDataJSON: textOf(response.clientDataJSON),
    authenticatorData: textOf(response.authenticatorData),
    signature: textOf(response.signature),
    userHandle: response.userHandle && textOf(response.userHandle),
  }
  return { id, type, response: said }
}

async function asked(work, signal) {
  try {
    return await work()
  } catch (error) {
    signal?.throwIfAborted()
    throw new ApiError(CODES[error.name] ?? 'passkey_unavailable', { cause: error })
  }
}

function described({ id, ...more }) {
  return { id: bytesOf(id), ...more }
}

/** Decode base64url. */
function bytesOf(words) {
  const binary = atob(words.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, letter => letter.charCodeAt(0))
}

/** Encode as base64url without padding. */
function textOf(buffer) {
  const binary = String.fromCharCode(...new Uint8Array(buffer))
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}
