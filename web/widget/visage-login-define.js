import { isAboveFloor } from './floor.js'
import { VisageLogin } from './visage-login.js'

if (isAboveFloor() && !customElements.get('visage-login')) customElements.define('visage-login', VisageLogin)

export { VisageLogin }
