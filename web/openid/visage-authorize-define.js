import { isAboveFloor } from '../widget/floor.js'
import '../widget/visage-login-define.js'
import { VisageAuthorize } from './visage-authorize.js'

if (isAboveFloor() && !customElements.get('visage-authorize')) {
  customElements.define('visage-authorize', VisageAuthorize)
}

export { VisageAuthorize }
