import { VisageConsole } from './visage-console.js'

customElements.define('visage-console', VisageConsole)
