import { button, h } from '../../widget/views/dom.js'
import { statusLine } from './messages.js'

/**
 * A secret that the service shows once, such as a link, with a button that copies it.
 *
 * @param {string} label
 * @param {string} value
 * @param {...(Node | string)} words what it is for and until when
 */
export function once(label, value, ...words) {
  const field = h('input', { readonly: true, value, spellcheck: 'false', autocomplete: 'off', onfocus: () => field.select() })
  const status = statusLine()
  const copy = async () => {
    const isCopied = await navigator.clipboard.writeText(value).then(() => true, () => false)
    if (!isCopied) field.focus()
    status.textContent = isCopied ? 'Copied.' : 'The browser does not let the page copy it. It is selected: copy it yourself.'
  }
  return h('div', { class: 'once', tabindex: '-1' },
    h('p', {}, h('strong', {}, 'This is shown once. '), ...words),
    h('div', { class: 'choices' }, h('label', {}, label, field), button('Copy', copy, 'plain')), status)
}
