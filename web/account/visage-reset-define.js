import { isAboveFloor } from '../widget/floor.js'
import { VisageReset } from './visage-reset.js'

if (isAboveFloor() && !customElements.get('visage-reset')) customElements.define('visage-reset', VisageReset)

export { VisageReset }
