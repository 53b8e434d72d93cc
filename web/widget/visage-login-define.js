import { VisageLogin } from './visage-login.js'

if (!customElements.get('visage-login')) customElements.define('visage-login', VisageLogin)

export { VisageLogin }
