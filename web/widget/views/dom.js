/**
 * Make an element. `on…` properties are listeners; true is an attribute without value; null, undefined and false are
 * left out.
 * @param {string} tag
 * @param {Record<string, unknown>} [properties]
 * @param {...(Node | string | null | false)} children
 */
export function h(tag, properties = {}, ...children) {
  return fill(document.createElement(tag), properties, children)
}

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value)
    else element.setAttribute(name, value === true ? '' : value)
  }
  element.append(...children.flat().filter(child => child !== null && child !== undefined && child !== false))
  return element
}

const PATHS = {
  arrow: 'M5 12h14M13 6l6 6-6 6',
  camera: 'M3 8.5A1.5 1.5 0 0 1 4.5 7H7l1.6-2.4h6.8L17 7h2.5A1.5 1.5 0 0 1 21 8.5v9A1.5 1.5 0 0 1 19.5 19h-15'
    + 'A1.5 1.5 0 0 1 3 17.5zM15.5 12.5a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0z',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  alert: 'M12 7v6M12 16.5v.5M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18z',
  again: 'M19.5 12a7.5 7.5 0 1 1-2.2-5.3L19.5 9M19.5 4v5h-5',
  face: 'M8.5 9.5v1M15.5 9.5v1M8.5 15c1 1 2.2 1.5 3.5 1.5s2.5-.5 3.5-1.5M12 9.5v3.5h-1'
    + 'M3 8V5.5A2.5 2.5 0 0 1 5.5 3H8M16 3h2.5A2.5 2.5 0 0 1 21 5.5V8M21 16v2.5a2.5 2.5 0 0 1-2.5 2.5H16'
    + 'M8 21H5.5A2.5 2.5 0 0 1 3 18.5V16',
}

/** Make an SVG element. It is decorative: everything it shows is also said in words. */
export function svg(tag, properties, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag)
  return fill(element, tag === 'svg' ? { ...properties, 'aria-hidden': 'true' } : properties, children)
}

/** A line drawing next to a text that says the same. */
export function icon(name) {
  return svg('svg', { viewBox: '0 0 24 24', class: `icon ${name}` }, svg('path', { d: PATHS[name] }))
}

/**
 * A button; `look` is `primary`, `plain` or `link`. It ignores the second click of a double click, which was meant for
 * the previous content.
 */
export function button(label, onclick, look = 'plain', more = {}) {
  const onFirst = event => {
    if (event.detail > 1) return
    focusClicked(event)
    onclick(event)
  }
  const properties = { type: 'button', class: look, part: `button ${look}`, onclick: onFirst, ...more }
  return h('button', properties, ...[label].flat())
}

/** Focus a button that was clicked; Safari on macOS does not, and the focus could not follow to the next step. */
export function focusClicked({ currentTarget }) {
  currentTarget.focus({ preventScroll: true })
}

/** A definition list. */
export function definitions(rows) {
  return h('dl', {}, ...rows.map(([term, said]) => h('div', {}, h('dt', {}, term), h('dd', {}, said))))
}

/** A heading that can receive the keyboard focus when a step begins. */
export function title(words) {
  return h('h2', { tabindex: '-1', part: 'title' }, words)
}
