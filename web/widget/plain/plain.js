/**
 * What takes the place of the elements in a browser in which they do not run: a password form for `<visage-login>` and
 * `<visage-authorize>`, a sentence for the others. It needs only ECMAScript 2015 and `XMLHttpRequest`.
 */
import { PlainAuthorize } from './plain-authorize.js'
import { PlainLogin } from './plain-login.js'
import { paragraph } from './nodes.js'
import { choose } from './texts.js'

const OTHERS = 'visage-signup, visage-account, visage-reset, visage-logout'

for (const element of list('visage-login')) new PlainLogin(element, choose(element))
for (const element of list('visage-authorize')) new PlainAuthorize(element, choose(element))
for (const element of list(OTHERS)) {
  const { text, declare } = choose(element)
  element.textContent = ''
  const words = paragraph(`${text('plain.other')} ${text('advice.camera_unsupported')}`)
  declare(words)
  words.className = 'visage-plain'
  element.appendChild(words)
}

function list(selector) {
  return Array.prototype.slice.call(document.querySelectorAll(selector))
}
