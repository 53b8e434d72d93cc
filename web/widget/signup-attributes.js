import { VisageElement } from './element.js'

const POSES = ['front', 'left', 'right', 'up', 'down']
/** The service wants so many captures at least. */
const FEWEST = 3

/** What a page may wish of `<visage-signup>`: its attributes and the properties that mirror them. */
export class SignupAttributes extends VisageElement {
  static observedAttributes = [...VisageElement.observedAttributes, 'poses', 'invitation']

  #accessToken = null

  /** The poses to take, in order. */
  get poses() {
    const wished = (this.getAttribute('poses') ?? '').split(',').map(pose => pose.trim())
    const known = POSES.filter(pose => wished.includes(pose))
    return known.length >= FEWEST ? known : POSES
  }

  set poses(poses) {
    this.reflect('poses', poses?.join(','))
  }

  get loginUrl() {
    return this.getAttribute('login-url') ?? '/login'
  }

  set loginUrl(address) {
    this.reflect('login-url', address)
  }

  /** The token of a one-time invitation, for where signing up needs one. */
  get invitation() {
    return this.getAttribute('invitation')
  }

  set invitation(token) {
    this.reflect('invitation', token)
  }

  /** The access token of who is to be enrolled anew, from a password login a few minutes old; null to sign up. */
  get accessToken() {
    return this.#accessToken
  }

  set accessToken(token) {
    const before = this.#accessToken
    this.#accessToken = token ?? null
    const otherKind = (before === null) !== (this.#accessToken === null) // a fresh token for the same keeps what is there
    if (otherKind && this.step !== null) this.reopen()
  }
}
