/**
 * The API's page: Swagger UI with its own layout and search.
 *
 * Of the viewers tried, only Swagger UI runs under the content security policy of all pages; Scalar and RapiDoc need
 * `style-src 'unsafe-inline'`, and Redoc cannot call an operation. Swagger UI is one package and 430 kB compressed,
 * Scalar 290 packages and 1,220 kB.
 */

try {
  show(...await Promise.all([viewer(), openapiDocument()]))
} catch (error) {
  tell(error.message)
}

function show({ default: SwaggerUI }, spec) {
  followColourScheme()
  SwaggerUI({
    spec,
    dom_id: '#viewer',
    layout: 'Page',
    plugins: [page],
    presets: [SwaggerUI.presets.apis],
    filter: '',
    deepLinking: true,
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
  })
}

/** Load Swagger UI, a large file that only the bundle has; the browser caches it. */
async function viewer() {
  try {
    return await import('swagger-ui-dist/swagger-ui-es-bundle.js')
  } catch {
    throw new Error('The viewer could not be loaded. Reload the page; if that does not help, the service was installed '
      + 'without its bundle (“make web/dist/visage.js”).')
  }
}

async function openapiDocument() {
  try {
    const response = await fetch('openapi.json')
    if (response.ok) return await response.json()
  } catch { /* reported below, like an error status */ }
  throw new Error('The document could not be loaded. Reload the page.')
}

function tell(trouble) {
  const place = document.querySelector('#trouble')
  place.textContent = trouble
  place.hidden = false
}

/** Follow the system's colour scheme: Swagger UI is dark below an element with the class `dark-mode`. */
function followColourScheme() {
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches)
  dark.addEventListener('change', follow)
  follow()
}

/** A plugin that changes Swagger UI for this page. */
function page({ React: { createElement: h } }) {
  /** The parts of Swagger UI that the page shows, with a labelled search field. */
  function Page({ getComponent, specSelectors, layoutSelectors, layoutActions }) {
    const part = name => h(getComponent(name, true))
    const found = specSelectors.taggedOperations().reduce((sum, tag) => sum + tag.get('operations').size, 0)
    const search = h('input', {
      id: 'search',
      type: 'search',
      value: layoutSelectors.currentFilter() || '',
      onChange: event => layoutActions.updateFilter(event.target.value),
    })
    return h('div', { className: 'swagger-ui' },
      h('div', { className: 'tools' },
        h('label', { htmlFor: 'search' }, 'Search'), search,
        h('span', { role: 'status' }, found === 1 ? '1 operation' : `${found} operations`),
        part('AuthorizeBtnContainer')),
      part('errors'),
      h('h2', {}, 'Operations'),
      found ? part('operations') : h('p', {}, 'No operation has all of these words.'),
      part('Models'))
  }

  /** The path of an operation. By default it is a link inside a button, a problem for keyboards and screen readers. */
  const DeepLink = ({ text }) => h('span', {}, text)

  /** A text field, which is always a request body here, with a name for screen readers. */
  const TextArea = Original => properties => h(Original, { 'aria-label': 'Request body', ...properties })

  return { components: { Page, DeepLink }, wrapComponents: { TextArea }, fn: { opsFilter } }
}

/** Keep the operations that have every word of a phrase in their method, path, summary or description. */
function opsFilter(tags, phrase) {
  const words = phrase.toLowerCase().split(/\s+/)
  const matches = ({ method, path, operation }) => {
    const text = [method, path, operation.summary, operation.description].join(' ').toLowerCase()
    return words.every(word => text.includes(word))
  }
  return tags
    .map(tag => tag.update('operations', operations => operations.filter(one => matches(one.toJS()))))
    .filter(tag => tag.get('operations').size > 0)
}
