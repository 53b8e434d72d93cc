import { VisageElement } from './element.js'

const POSES = ['front', 'left', 'right', 'up', 'down']
/** The minimum number of captures that the service accepts. */
const FEWEST = 3

/** The attributes of `<visage-signup>` and the properties that reflect them. */
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

  /** The token of a one-time invitation, if sign-up requires one. */
  get invitation() {
    return this.getAttribute('invitation')
  }

  set invitation(token) {
    this.reflect('invitation', token)
  }

  /** The access token for a new enrolment, from a password login a few minutes ago; null to sign up. */
  get accessToken() {
    return this.#accessToken
  }

  set accessToken(token) {
    const before = this.#accessToken
    this.#accessToken = token ?? null
    const otherKind = (before === null) !== (this.#accessToken === null) // a new token of this kind keeps the pictures
    if (otherKind && this.step !== null) this.reopen()
  }
}
