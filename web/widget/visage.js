export { Api, ApiError } from './api.js'
export { VisageLogin } from './visage-login-define.js'
export { VisageSignup } from './visage-signup-define.js'
