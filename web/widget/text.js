import { directionOf, fill } from './wording.js'

/** The languages of the widget; each is loaded on first use. */
export const LANGUAGES = {
  ar: () => import('../translations/ar.js'),
  de: () => import('../translations/de.js'),
  en: () => import('../translations/en.js'),
  es: () => import('../translations/es.js'),
  fr: () => import('../translations/fr.js'),
  hi: () => import('../translations/hi.js'),
  ja: () => import('../translations/ja.js'),
  zh: () => import('../translations/zh.js'),
}

let sentences = {}
/** The language requested last, by its set of languages: an earlier one that loads later must not replace it. */
const latest = new Map()

/**
 * Load a language and use it from now on; a page has one language. A second call with other `languages` adds their
 * texts, as the account page does. Rejects if the file cannot be loaded.
 * @param {string} language one of the keys of `languages`
 * @param {Record<string, () => Promise<{default: Record<string, string>}>>} [languages]
 */
export async function speak(language, languages = LANGUAGES) {
  const loading = languages[language]()
  latest.set(languages, loading)
  const mine = await loading
  const newest = await latest.get(languages).catch(() => mine)
  sentences = { ...sentences, ...newest.default }
}

/**
 * The language for this element: from the nearest `lang` attribute, else the browser's; English if the widget has
 * neither.
 * @param {Element} element
 */
export function languageFor(element) {
  const wished = languageAround(element)
  return (wished ? [wished] : navigator.languages).map(known).find(Boolean) ?? 'en'
}

/** Set the language and direction of an element. */
export function declareLanguage(element, language) {
  Object.assign(element, { lang: language, dir: directionOf(language) })
}

function languageAround(node) {
  const nearest = node.closest('[lang]')
  if (nearest) return nearest.getAttribute('lang')
  const root = node.getRootNode()
  return root instanceof ShadowRoot ? languageAround(root.host) : null
}

/**
 * The widget's language for a tag such as `de-CH`, or null if it has none.
 * @param {string} tag
 */
export function known(tag) {
  const primary = tag.toLowerCase().split('-')[0]
  return Object.hasOwn(LANGUAGES, primary) ? primary : null
}

/**
 * The text for a key, with `{placeholders}` filled in.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function text(key, values = {}) {
  const sentence = sentences[key]
  if (sentence === undefined) throw new Error(`no translation for ${key}`)
  return fill(sentence, values)
}

/** Whether there is a text for a key. */
export function hasText(key) {
  return Object.hasOwn(sentences, key)
}
