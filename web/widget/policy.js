/** The service's requirements for users. Until they are known, or if they cannot be loaded, none are assumed. */
export class Policy {
  /** Whether users have to perform a challenge. */
  challenged = false
  /** Whether signing up needs an invitation. */
  invited = false

  /** @param {import('./api.js').Api} api */
  constructor(api) {
    /** Resolves when the service has answered or failed to. */
    this.known = this.#ask(api)
  }

  /** Learn from a refusal; returns whether it was new, so that another try makes sense. */
  learn({ code }) {
    const challenged = { liveness_required: true, liveness_off: false }[code] ?? this.challenged
    const news = challenged !== this.challenged
    this.challenged = challenged
    return news
  }

  async #ask(api) {
    try {
      const { liveness, signup } = await api.options()
      this.challenged = liveness === 'challenge'
      this.invited = signup === 'invite'
    } catch {
      // a later refusal will tell
    }
  }
}
