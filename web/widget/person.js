import { Memory, recall, remember } from './storage.js'
import { nameOf } from './views/welcome.js'

/** The user who said that this device is theirs: `{username, name}`, or null. */
export function rememberedPerson() {
  try {
    const { username, name } = JSON.parse(recall(Memory.PERSON))
    return typeof username === 'string' && typeof name === 'string' ? { username, name } : null
  } catch {
    return null // nothing is stored, or another script wrote there
  }
}

/** Remember the user of this device, or forget them (null). */
export function rememberPerson(user) {
  remember(Memory.PERSON, user && JSON.stringify({ username: user.username, name: nameOf(user) }))
}
