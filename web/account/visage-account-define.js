import '../widget/visage-signup-define.js'
import { VisageAccount } from './visage-account.js'

if (!customElements.get('visage-account')) customElements.define('visage-account', VisageAccount)

export { VisageAccount }
