/** The widget's texts in all languages at once: without modules no file can be loaded on demand. */
import ar from '../../translations/ar.js'
import de from '../../translations/de.js'
import en from '../../translations/en.js'
import es from '../../translations/es.js'
import fr from '../../translations/fr.js'
import hi from '../../translations/hi.js'
import ja from '../../translations/ja.js'
import zh from '../../translations/zh.js'
import { Memory, recall } from '../storage.js'
import { directionOf, fill } from '../wording.js'

const SENTENCES = { ar, de, en, es, fr, hi, ja, zh }

/**
 * The texts for an element: in the language chosen on one of our pages, else that of the nearest `lang` attribute if it
 * is not English (the pages are English until their script has run), else the browser's.
 * @returns {{text: (key: string, values?: object) => string, declare: (element: Element) => void}}
 */
export function choose(element) {
  const nearest = element.closest('[lang]')
  const around = nearest ? nearest.getAttribute('lang') : ''
  const wished = [recall(Memory.LANGUAGE), around === 'en' ? '' : around, navigator.language, 'en']
  const language = wished.map(tag => (tag || '').toLowerCase().split('-')[0]).filter(tag => tag in SENTENCES)[0]
  return {
    text: (key, values = {}) => fill(SENTENCES[language][key] || SENTENCES[language]['code.internal'], values),
    declare: shown => {
      shown.lang = language
      shown.dir = directionOf(language)
    },
  }
}
