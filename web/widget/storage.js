/** What this device remembers between pages. Nothing secret: scripts of later pages can read it. */
export const Memory = Object.freeze({
  /** That a refresh cookie may exist, so that a page need not ask the service in vain. */
  SESSION: 'visage-session',
  /** Who uses this device, as JSON of `{username, name}`; only where the person asked for it. */
  PERSON: 'visage-person',
  /** The `deviceId` of the camera that was chosen. */
  CAMERA: 'visage-camera',
  /** That pictures are taken by hand. */
  BY_HAND: 'visage-by-hand',
  /** The language that was chosen on one of our pages. */
  LANGUAGE: 'visage-language',
})

/** What is remembered under a name of `Memory`, or null; null too where storage is switched off. */
export function recall(name) {
  try {
    return localStorage.getItem(name)
  } catch {
    return null
  }
}

/** Remember a text, or forget it (null). Where storage is switched off, every page starts anew. */
export function remember(name, value) {
  try {
    if (value === null) localStorage.removeItem(name)
    else localStorage.setItem(name, value)
  } catch {
    // nothing is remembered, and nothing else is the worse for it
  }
}
