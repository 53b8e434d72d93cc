/**
 * The language of a page: what the visitor chose, or else what their browser asks for. The HTML holds the English, so
 * that a page says what it has to say without this script too.
 */
import { Memory, recall, remember } from '../widget/storage.js'
import { declareLanguage, known, speak, text } from '../widget/text.js'
import { PAGE_LANGUAGES } from './languages.js'

const ENGLISH = 'en'

/** Where the sentence for an element's key goes, by the attribute that holds the key. */
const PLACES = {
  'data-text': (element, words) => { element.textContent = words },
  'data-label': (element, words) => element.setAttribute('aria-label', words),
  'data-content': (element, words) => element.setAttribute('content', words),
}

const language = [recall(Memory.LANGUAGE) ?? '', ...navigator.languages].map(known).find(Boolean) ?? ENGLISH
declareLanguage(document.documentElement, language) // before anything is drawn in it
offerChoice()
handOnInvitation()
if (language !== ENGLISH) await translate()

/** Say every sentence of the page; where the language cannot be had, the English stays. */
async function translate() {
  try {
    await speak(language, PAGE_LANGUAGES)
  } catch {
    return declareLanguage(document.documentElement, ENGLISH)
  }
  for (const [attribute, place] of Object.entries(PLACES)) {
    for (const element of document.querySelectorAll(`[${attribute}]`)) {
      place(element, text(element.getAttribute(attribute)))
    }
  }
}

/** Show the choice of languages; a new one takes effect with the page loaded anew, as the widget on it speaks one. */
function offerChoice() {
  const select = document.querySelector('#language')
  select.append(...Object.keys(PAGE_LANGUAGES).map(option))
  select.value = language
  select.addEventListener('change', () => {
    remember(Memory.LANGUAGE, select.value)
    location.reload()
  })
  select.closest('[hidden]').hidden = false
}

/** Who was invited came by a link that says so, `/signup#TOKEN`, and leaves no copy of it in the address bar. */
function handOnInvitation() {
  const signup = document.querySelector('visage-signup')
  const invitation = location.hash.slice(1)
  if (!signup || !invitation || document.getElementById(invitation)) return // or it leads to a part of the page
  signup.setAttribute('invitation', invitation)
  history.replaceState(history.state, '', location.pathname + location.search)
}

/** One of the languages, by the name that it gives itself, which begins a line here. */
function option(tag) {
  const name = new Intl.DisplayNames([tag], { type: 'language' }).of(tag)
  return Object.assign(new Option(name[0].toLocaleUpperCase(tag) + name.slice(1), tag), { lang: tag })
}
