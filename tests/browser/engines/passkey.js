/* Gives a page one passkey, whose user agrees to everything: neither browser has an authenticator for tests. */
{
  const passkey = PASSKEY // {id, userHandle, key}: base64url; the key is RSA, in PKCS #8
  const FLAGS = 0x05 // the user is present and verified (WebAuthn, 6.1)
  const ALGORITHM = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }

  const bytesOf = words => Uint8Array.from(atob(words.replaceAll('-', '+').replaceAll('_', '/')), one => one.charCodeAt(0))
  const textOf = bytes => btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
  const digest = async bytes => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))

  const get = async ({ publicKey }) => {
    const said = { type: 'webauthn.get', challenge: textOf(publicKey.challenge), origin: location.origin, crossOrigin: false }
    const clientDataJSON = new TextEncoder().encode(JSON.stringify(said))
    const domain = await digest(new TextEncoder().encode(publicKey.rpId))
    const authenticatorData = new Uint8Array([...domain, FLAGS, 0, 0, 0, 0])
    const key = await crypto.subtle.importKey('pkcs8', bytesOf(passkey.key), ALGORITHM, false, ['sign'])
    const signed = new Uint8Array([...authenticatorData, ...await digest(clientDataJSON)])
    const signature = await crypto.subtle.sign(ALGORITHM, key, signed)
    const userHandle = bytesOf(passkey.userHandle)
    return { id: passkey.id, type: 'public-key', response: { clientDataJSON, authenticatorData, signature, userHandle } }
  }

  globalThis.PublicKeyCredential ??= class {} // WebKitGTK has none
  Object.defineProperty(Navigator.prototype, 'credentials', { value: { get } })
}
