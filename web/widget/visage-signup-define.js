import { isAboveFloor } from './floor.js'
import { VisageSignup } from './visage-signup.js'

if (isAboveFloor() && !customElements.get('visage-signup')) customElements.define('visage-signup', VisageSignup)

export { VisageSignup }
