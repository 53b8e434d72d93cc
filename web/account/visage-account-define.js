import { isAboveFloor } from '../widget/floor.js'
import '../widget/visage-signup-define.js'
import { VisageAccount } from './visage-account.js'

if (isAboveFloor() && !customElements.get('visage-account')) customElements.define('visage-account', VisageAccount)

export { VisageAccount }
