/** What the service asks of those who come; nothing special while, and where, that is not known. */
export class Policy {
  /** Whether people show by a challenge that they are there themselves. */
  challenged = false
  /** Whether signing up needs an invitation. */
  invited = false

  /** @param {import('./api.js').Api} api */
  constructor(api) {
    /** Resolves once the service has said it, or could not. */
    this.known = this.#ask(api)
  }

  /** Take note of what a refusal says about it; says whether that is news, so that another try makes sense. */
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
      // a refusal will tell
    }
  }
}
