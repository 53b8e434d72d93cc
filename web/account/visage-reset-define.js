import { VisageReset } from './visage-reset.js'

if (!customElements.get('visage-reset')) customElements.define('visage-reset', VisageReset)

export { VisageReset }
