import en from '../translations/en.js'

/**
 * The sentence for a key, with `{placeholders}` filled in.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function text(key, values = {}) {
  const sentence = en[key]
  if (sentence === undefined) throw new Error(`no translation for ${key}`)
  return sentence.replace(/\{(\w+)\}/g, (_, name) => String(values[name]))
}

/** Whether there is a sentence for a key. */
export function hasText(key) {
  return Object.hasOwn(en, key)
}
