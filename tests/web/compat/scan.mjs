// Prints which features of JavaScript and style sheets are newer than some browsers: node scan.mjs <JSON>, with `floor`,
// the versions by MDN's name of the browser; `files`, the bundled files to read; and `features`, paths in MDN's data of
// what the files use without naming it. The output is JSON: by feature, the browsers that lack it.
//
// The type of an object is unknown, so a member counts as known if a browser has it anywhere.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const load = createRequire(`${process.env.NODE_PATH}/`)
const bcd = load('@mdn/browser-compat-data')
const { parse } = load('acorn')
const { full } = load('acorn-walk')
const css = load('css-tree')

const { floor, files, features } = JSON.parse(process.argv[2])
const found = {}

/** The compat entries below a node, by the last part of their path. */
function byName(...nodes) {
  const index = new Map()
  const add = (node, depth) => {
    for (const [key, child] of Object.entries(node)) {
      if (key === '__compat' || typeof child !== 'object') continue
      const name = key.replace(/_(static|event)$/, '')
      if (child.__compat) index.set(name, [...(index.get(name) ?? []), child.__compat])
      if (depth > 0) add(child, depth - 1)
    }
  }
  for (const [node, depth] of nodes) add(node, depth)
  return index
}

const members = byName([bcd.api, 1], [bcd.javascript.builtins, 1], [bcd.javascript.builtins.Intl, 1])
const functions = byName([bcd.css.types, 3], [bcd.css.properties['grid-template-columns'], 2])
const globals = { ...bcd.javascript.builtins, ...bcd.api }

/** Whether a browser has a feature in its version of the floor. */
function has({ support }, browser) {
  const entries = [support[browser]].flat()
  const number = version => Number.parseFloat(String(version).replace('≤', ''))
  return entries.some(({ version_added: added, version_removed: removed, flags }) =>
    added && !flags && number(added) <= floor[browser] && !(removed && number(removed) <= floor[browser]))
}

/** Note a feature that some browsers lack; one of several that share a name is enough. */
function check(name, compats) {
  const known = compats.filter(Boolean)
  if (known.length === 0) return
  const lacking = Object.keys(floor).filter(browser => !known.some(compat => has(compat, browser)))
  if (lacking.length > 0) found[name] = lacking
}

function checkScript(code) {
  full(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }), node => {
    if (node.type === 'MemberExpression' && !node.computed && node.property.type === 'Identifier') {
      checkMember(node.object, node.property.name)
    }
    if (node.type === 'Identifier' && node.name.length > 3) check(node.name, [globals[node.name]?.__compat])
    if (node.type === 'NewExpression') check(`new ${node.callee.name}`, [globals[node.callee.name]?.[node.callee.name]?.__compat])
    if (node.type === 'CallExpression') checkCall(node)
  })
}

function checkMember({ name: owner }, name) {
  const global = globals[owner]
  const exact = global && [global[`${name}_static`]?.__compat, global[name]?.__compat].filter(Boolean)
  if (exact?.length > 0) check(`${owner}.${name}`, exact)
  else if (name.length > 2) check(`.${name}`, members.get(name) ?? [])
}

function checkCall({ callee, arguments: given }) {
  const method = callee.property?.name ?? callee.name
  if (method === 'addEventListener' && given[0]?.type === 'Literal') check(`event ${given[0].value}`, members.get(given[0].value) ?? [])
  if (method === 'replaceSync') checkSheet(given[0].quasis[0].value.cooked)
}

function checkSheet(text) {
  const ast = css.parse(text, { onParseError: error => { throw error } })
  css.walk(ast, function (node) {
    if (node.type === 'Declaration' && !/^-/.test(node.property)) checkDeclaration(node)
    if (node.type === 'Function') check(`${node.name}()`, functions.get(node.name) ?? [])
    if (node.type.startsWith('Pseudo') && !/^-/.test(node.name)) check(`:${node.name}`, [bcd.css.selectors[node.name]?.__compat])
    if (node.type === 'NestingSelector') check('nesting', [bcd.css.selectors.nesting.__compat])
    if (node.type === 'Atrule') check(`@${node.name}`, [bcd.css['at-rules'][node.name]?.__compat])
    if (node.type === 'Feature') check(`@media ${node.name}`, [bcd.css['at-rules'].media[node.name]?.__compat])
    if (node.type === 'FeatureRange') check('@media range', [bcd.css['at-rules'].media.range_syntax.__compat])
  })
}

function checkDeclaration({ property, value }) {
  const known = bcd.css.properties[property]
  check(property, [known?.__compat])
  css.walk(value, node => {
    if (node.type === 'Identifier') check(`${property}: ${node.name}`, [known?.[node.name]?.__compat])
    if (node.type === 'Operator' && node.value === '/' && property === 'content') check('content: /', [known.alt_text.__compat])
    if (node.type === 'Dimension' && property === 'text-decoration') check('text-decoration: thickness', [known.includes_thickness.__compat])
  })
}

for (const path of features) {
  const feature = path.split('.').reduce((node, key) => node?.[key], bcd)
  if (!feature) throw new Error(`MDN has no ${path}`)
  check(path, [feature.__compat])
}
for (const file of files) {
  const text = readFileSync(file, 'utf8')
  if (file.endsWith('.css')) checkSheet(text)
  else checkScript(text)
}
console.log(JSON.stringify(found))
