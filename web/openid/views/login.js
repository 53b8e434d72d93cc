import { text } from '../../widget/text.js'
import { button, h } from '../../widget/views/dom.js'
import { heading } from './heading.js'

/**
 * The view around the login.
 * @param {{name: string, logo: string | null}} application
 * @param {Node | false} box a notice
 * @param {string | null} signupUrl opens in another tab, so that this page stays
 */
export function login(application, box, signupUrl, back) {
  const name = application.name
  const signUp = signupUrl && h('p', { class: 'apart' }, text('authorize.no_account'), ' ',
    h('a', { href: signupUrl, target: '_blank' }, text('authorize.sign_up')))
  return [
    heading(text('authorize.login_title', { application: name }), application),
    box,
    h('slot', { name: 'login' }),
    h('div', { class: 'below' }, signUp, button(text('authorize.back', { application: name }), back, 'link')),
  ]
}
