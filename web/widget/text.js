/** The languages the widget speaks; each is loaded when it is first asked for. */
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

const RIGHT_TO_LEFT = new Set(['ar'])

let sentences = {}
/** What was asked for last, by the languages it is of: an earlier one that arrives later must not undo it. */
const latest = new Map()

/**
 * Load a language and speak it from now on: one page, one language. A second call with other `languages` adds their
 * sentences, as the account page does. Rejects where the file cannot be had.
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
 * The language to speak to a reader of this element: that of the page around it, as `lang` attributes say, or else the
 * browser's; English where we do not speak it.
 * @param {Element} element
 */
export function languageFor(element) {
  const wished = languageAround(element)
  return (wished ? [wished] : navigator.languages).map(known).find(Boolean) ?? 'en'
}

/** @param {string} language */
export function directionOf(language) {
  return RIGHT_TO_LEFT.has(language) ? 'rtl' : 'ltr'
}

/** Say of an element in which of our languages it is, and which way that is written. */
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
 * The language of ours that a tag such as `de-CH` means, or null where we do not speak it.
 * @param {string} tag
 */
export function known(tag) {
  const primary = tag.toLowerCase().split('-')[0]
  return Object.hasOwn(LANGUAGES, primary) ? primary : null
}

/**
 * The sentence for a key, with `{placeholders}` filled in.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function text(key, values = {}) {
  const sentence = sentences[key]
  if (sentence === undefined) throw new Error(`no translation for ${key}`)
  return sentence.replace(/\{(\w+)\}/g, (_, name) => String(values[name]))
}

/** Whether there is a sentence for a key. */
export function hasText(key) {
  return Object.hasOwn(sentences, key)
}
