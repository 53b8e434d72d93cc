/**
 * What the texts of the widget and of the plain form (plain/texts.js) share: ECMAScript 2015, as the form needs.
 */

const RIGHT_TO_LEFT = new Set(['ar'])

/** @param {string} language */
export function directionOf(language) {
  return RIGHT_TO_LEFT.has(language) ? 'rtl' : 'ltr'
}

/**
 * Fills in the `{placeholders}` of a sentence.
 * @param {string} sentence
 * @param {Record<string, string | number>} values
 */
export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (_, name) => String(values[name]))
}
