import { VisageSignup } from './visage-signup.js'

if (!customElements.get('visage-signup')) customElements.define('visage-signup', VisageSignup)

export { VisageSignup }
