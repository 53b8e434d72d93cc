import '../widget/visage-login-define.js'
import { VisageConsole } from './visage-console.js'

customElements.define('visage-console', VisageConsole)
