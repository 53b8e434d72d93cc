/** Assurance levels of logins: the values of `acr` that Visage uses. */
export const Level = Object.freeze({
  PASSWORD: 'urn:visage:pwd',
  FACE: 'urn:visage:face',
  PASSIVE_FACE: 'urn:visage:face:passive',
  CHALLENGED_FACE: 'urn:visage:face:challenge',
  PASSKEY: 'urn:visage:passkey',
  FACE_AND_PASSKEY: 'urn:visage:face+passkey',
  CHALLENGED_FACE_AND_PASSKEY: 'urn:visage:face:challenge+passkey',
})

/** What each level consists of: a password, how thoroughly the face was checked, a passkey. */
const PARTS = new Map([
  [Level.PASSWORD, [1, 0, 0]],
  [Level.FACE, [0, 1, 0]],
  [Level.PASSIVE_FACE, [0, 2, 0]],
  [Level.CHALLENGED_FACE, [0, 3, 0]],
  [Level.PASSKEY, [0, 0, 1]],
  [Level.FACE_AND_PASSKEY, [0, 1, 1]],
  [Level.CHALLENGED_FACE_AND_PASSKEY, [0, 3, 1]],
])

/** Returns a level of this name; null for one that this version does not know. */
export const knownLevel = name => (PARTS.has(name) ? name : null)

/** Whether a level includes everything that another one requires. */
export const satisfies = (level, required) => {
  const asked = PARTS.get(required)
  if (!asked) throw new RangeError(`${required} is not a level`)
  return (PARTS.get(level) ?? []).filter((part, index) => part >= asked[index]).length === asked.length
}

/** Returns the levels that satisfy a required one, itself first. */
export const enough = required =>
  [required, ...[...PARTS.keys()].filter(level => level !== required && satisfies(level, required))]
