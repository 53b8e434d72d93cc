import { passkeysWork } from './passkeys.js'

/** Uncertain answers after which the user is offered a challenge: one may be bad luck with the light. */
const DOUBTS = 2

/** The service's requirements for users. Until they are known, or if they cannot be loaded, none are assumed. */
export class Policy {
  /** Whether the next face has to come with a challenge. */
  challenged = false
  /** Whether a picture is sent with the frames that the camera showed just before it. */
  passive = false
  /** Whether signing up needs an invitation. */
  invited = false
  /** Whether this page can use passkeys. */
  passkeys = false
  #doubts = 0
  #wanted

  /**
   * @param {import('./api.js').Api} api
   * @param {{challenge?: boolean}} [wanted] `challenge`: the page wants a challenge, unless the service has none
   */
  constructor(api, { challenge = false } = {}) {
    this.#wanted = challenge
    this.challenged = challenge
    /** Resolves when the service has answered or failed to. */
    this.known = this.#ask(api)
  }

  /**
   * Learn from a refusal; returns whether it was a requirement that was not known, so that another try makes sense.
   * After some uncertain answers the next try is a challenge, but that is for the user to begin.
   */
  learn({ code }) {
    if (code === 'liveness_uncertain') {
      this.#doubts += 1
      this.challenged = this.#wanted || this.#doubts >= DOUBTS
      return false
    }
    const challenged = { liveness_required: true, liveness_off: false }[code] ?? this.challenged
    const news = challenged !== this.challenged
    this.challenged = challenged
    return news
  }

  async #ask(api) {
    try {
      const { liveness, signup, passkey_domain: domain } = await api.options()
      this.challenged = liveness === 'challenge' || (this.#wanted && liveness !== 'off')
      this.passive = liveness === 'passive'
      this.invited = signup === 'invite'
      this.passkeys = passkeysWork(domain)
    } catch {
      // a later refusal will tell
    }
  }
}
