import { Api, ApiError } from 'https://login.example.org/web/dist/visage.js'

class Ours extends Api {
  async login(username, password, options) {
    if (!username.endsWith('@example.org')) throw new ApiError('wrong_credentials')
    return super.login(username, password, options)
  }
}
document.querySelector('visage-login').api = new Ours('https://login.example.org')
