/** The API's page: the OpenAPI document in words, with nothing but text put into the page. */

const METHODS = ['get', 'post', 'put', 'patch', 'delete']

try {
  const answer = await fetch('openapi.json')
  if (!answer.ok) throw new Error(answer.statusText)
  show(await answer.json())
} catch {
  document.querySelector('#trouble').hidden = false
}

/** Fill the page. */
function show({ paths, components }) {
  const calls = Object.entries(paths).flatMap(([path, methods]) =>
    METHODS.filter(method => methods[method]).map(method => ({ path, method, ...methods[method] })))
  document.querySelector('#calls').append(element('ul', {}, ...calls.map(link)))
  document.querySelector('#operations').append(...calls.map(section))
  const schemas = document.querySelector('#schemas')
  schemas.append(...Object.entries(components.schemas).map(shape))
  schemas.hidden = false
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView()
}

/** A call in the list. */
function link(call) {
  return element('li', {}, element('a', { href: `#${call.operationId}` }, ...named(call)), ` ${call.summary}`)
}

/** All about one call. */
function section(call) {
  const title = `${call.operationId}-title`
  return element('section', { id: call.operationId, 'aria-labelledby': title },
    element('h2', { id: title }, ...named(call)),
    element('p', {}, call.summary),
    ...call.description.split('\n\n').map(text => element('p', {}, text)),
    ...parameters(call.parameters),
    ...body(call.requestBody),
    element('h3', {}, 'Answers'),
    element('dl', {}, ...Object.entries(call.responses).flatMap(answer)))
}

/** The method and the path. */
function named({ method, path }) {
  return [element('span', { class: 'method' }, method.toUpperCase()), ' ', element('code', {}, path)]
}

/** The parameters of a call, if it has any. */
function parameters(list) {
  if (!list.length) return []
  const terms = list.flatMap(one => [
    element('dt', {}, element('code', {}, one.name), ` in the ${one.in}`),
    element('dd', {}, ...spans(one.description ?? '')),
  ])
  return [element('h3', {}, 'Parameters'), element('dl', {}, ...terms)]
}

/** What a call takes, if it takes anything. */
function body(request) {
  if (!request) return []
  return [element('h3', {}, 'Takes'), element('p', {}, ...references(request.content['application/json'].schema))]
}

/** One answer of a call: its status, its shape, and what it means. */
function answer([status, { description, content }]) {
  const schema = content?.['application/json']?.schema
  return [
    element('dt', {}, element('strong', {}, status), ' ', ...(schema ? references(schema) : [])),
    ...description.split('\n').map(line => element('dd', {}, ...spans(line.replace(/^- /, '')))),
  ]
}

/** Links to the shapes that a schema names. */
function references(schema) {
  const names = [...JSON.stringify(schema).matchAll(/#\/components\/schemas\/(\w+)/g)].map(found => found[1])
  return names.flatMap((name, index) => [index ? ' or ' : '', element('a', { href: `#${name}` }, name)])
}

/** One shape, closed until somebody looks. */
function shape([name, schema]) {
  return element('details', { id: name },
    element('summary', {}, element('strong', {}, name), schema.description ? `: ${schema.description}` : ''),
    element('pre', { tabindex: '0', role: 'region', 'aria-label': name }, JSON.stringify(schema, null, 2)))
}

/** Text in which what stands between backquotes is code. */
function spans(text) {
  return text.split('`').map((part, index) => (index % 2 ? element('code', {}, part) : part))
}

function element(name, attributes, ...children) {
  const made = document.createElement(name)
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value)
  made.append(...children)
  return made
}
