import { button, h } from '../../widget/views/dom.js'

/** What is around every view: the navigation, who is here, and the heading. */
export function frame(session, views, leave) {
  const links = views.map(({ name, title }) => h('a', { href: `#${name}` }, title))
  const heading = h('h1', { tabindex: '-1' })
  const content = h('div', { class: 'content' })
  const main = h('main', { id: 'content', tabindex: '-1' }, heading, content)
  const who = h('section', { class: 'who', 'aria-label': 'Operator' },
    h('span', {}, session.operator.display_name), button('Leave', leave, 'link'))
  const side = h('div', { class: 'side' }, h('nav', { 'aria-label': 'Views' }, ...links), who)
  const node = h('div', { class: 'console wide' }, side, main)
  let isFirst = true
  return {
    nodes: [node],
    /** Show that a view is being loaded. */
    begin(view) {
      document.title = `${view.title} · Visage console`
      heading.textContent = view.title
      main.setAttribute('aria-busy', 'true')
      for (const link of links) {
        if (link.getAttribute('href') === `#${view.name}`) link.setAttribute('aria-current', 'page')
        else link.removeAttribute('aria-current')
      }
      if (!isFirst) heading.focus()
      isFirst = false
    },
    /** Show the content of the view. */
    show(nodes) {
      main.removeAttribute('aria-busy')
      content.replaceChildren(...nodes.filter(Boolean))
    },
  }
}
