import './visage-login-define.js'
import './visage-signup-define.js'
