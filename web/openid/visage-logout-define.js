import { isAboveFloor } from '../widget/floor.js'
import { VisageLogout } from './visage-logout.js'

if (isAboveFloor() && !customElements.get('visage-logout')) customElements.define('visage-logout', VisageLogout)

export { VisageLogout }
