import { h } from '../../widget/views/dom.js'

/** The heading of the page, below the logo of the application if there is one. */
export function heading(words, application = null) {
  const logo = application?.logo && h('img', { class: 'logo', src: application.logo, alt: '' })
  return h('header', { class: 'heading' }, logo, h('h1', { tabindex: '-1', part: 'title' }, words))
}
