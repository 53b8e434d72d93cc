/**
 * Where the elements do not run, loads what takes their place: a password form (plain.js). They do not run below the
 * floor, or if their script was blocked or could not be loaded.
 *
 * A classic script, so that browsers without modules run it too.
 */
import { isAboveFloor } from '../floor.js'

const ELEMENTS = ['visage-login', 'visage-signup', 'visage-account', 'visage-reset', 'visage-authorize', 'visage-logout']
const own = document.currentScript

if (!isAboveFloor()) whenParsed(loadPlain)
else addEventListener('load', () => ELEMENTS.some(isMissing) && loadPlain()) // modules have run by then

/** Whether the page has an element of this name that is not defined. */
function isMissing(name) {
  return document.querySelector(name) !== null && customElements.get(name) === undefined
}

function loadPlain() {
  const script = document.createElement('script')
  script.src = own.src.replace(/[^/]*$/, 'visage-plain.js')
  document.head.appendChild(script)
}

function whenParsed(then) {
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', then)
  else then()
}
