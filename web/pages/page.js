/**
 * Sets the language of a page: the visitor's choice, else that of the application that sent them here, else the
 * browser's. The HTML contains the English text, so the page is readable without this script. Where logins need a
 * challenge, the login page says so.
 */
import { Memory, recall, remember } from '../widget/storage.js'
import { declareLanguage, known, speak, text } from '../widget/text.js'
import { askedLanguages } from './asked-languages.js'
import { PAGE_LANGUAGES } from './languages.js'

const ENGLISH = 'en'

/** Where the text of a key goes, by the attribute that holds the key. */
const PLACES = {
  'data-text': (element, words) => { element.textContent = words },
  'data-label': (element, words) => element.setAttribute('aria-label', words),
  'data-content': (element, words) => element.setAttribute('content', words),
}

const wishes = [recall(Memory.LANGUAGE) ?? '', ...askedLanguages(), ...navigator.languages]
const language = wishes.map(known).find(Boolean) ?? ENGLISH
declareLanguage(document.documentElement, language) // before anything is shown in it
offerChoice()
handOnInvitation()
if (language !== ENGLISH) await translate()
document.documentElement.classList.remove('translating') // set by first.js
describeChallenge() // not awaited: the page is shown before the service answers

/** Translate every text of the page; if the language cannot be loaded, the English text stays. */
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

/** Where a face needs a challenge, replace the texts that promise a single picture. */
async function describeChallenge() {
  const described = document.querySelectorAll('[data-challenge]')
  if (described.length === 0) return
  try {
    const { liveness } = await (await fetch('user/facial/options')).json()
    if (liveness !== 'challenge') return
    await speak(document.documentElement.lang, PAGE_LANGUAGES)
  } catch {
    return // the widget reports its own errors
  }
  for (const element of described) element.textContent = text(element.dataset.challenge)
}

/** Show the choice of languages. A new choice reloads the page, because a page's widget has one language. */
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

/** Pass the token of an invitation link `/signup#TOKEN` to the sign-up, and remove it from the address bar. */
function handOnInvitation() {
  const signup = document.querySelector('visage-signup')
  const invitation = location.hash.slice(1)
  if (!signup || !invitation || document.getElementById(invitation)) return // or it names a part of the page
  signup.setAttribute('invitation', invitation)
  history.replaceState(history.state, '', location.pathname + location.search)
}

/** One language as an option, named in that language, with an initial capital. */
function option(tag) {
  const name = new Intl.DisplayNames([tag], { type: 'language' }).of(tag)
  return Object.assign(new Option(name[0].toLocaleUpperCase(tag) + name.slice(1), tag), { lang: tag })
}
