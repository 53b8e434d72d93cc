/** What this device remembers between pages. No secrets, because scripts of later pages can read it. */
export const Memory = Object.freeze({
  /** That a refresh cookie may exist, so that a page asks the service only then. */
  SESSION: 'visage-session',
  /** Who uses this device, as JSON of `{username, name}`; only if the user agreed. */
  PERSON: 'visage-person',
  /** The `deviceId` of the chosen camera. */
  CAMERA: 'visage-camera',
  /** That the user presses the shutter. */
  BY_HAND: 'visage-by-hand',
  /** The language chosen on one of our pages. */
  LANGUAGE: 'visage-language',
})

/** The stored value for a name of `Memory`, or null, also if storage is disabled. */
export function recall(name) {
  try {
    return localStorage.getItem(name)
  } catch {
    return null
  }
}

/** Store a text, or remove it (null). Does nothing if storage is disabled. */
export function remember(name, value) {
  try {
    if (value === null) localStorage.removeItem(name)
    else localStorage.setItem(name, value)
  } catch {
    // nothing is remembered; everything else works
  }
}
