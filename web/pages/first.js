/**
 * The first script of a page, a classic one that runs before the page is shown. Below the floor it loads the password
 * form. Otherwise it hides the page until page.js has translated it, unless it is English or the browser waits for that
 * script by itself (`blocking="render"`: Chrome 105, Safari 18.2, no Firefox). page.css shows the page after two
 * seconds in any case.
 */
import { isAboveFloor } from '../widget/floor.js'
import '../widget/plain/detect.js'
import { Memory, recall } from '../widget/storage.js'
import { askedLanguages } from './asked-languages.js'

const language = recall(Memory.LANGUAGE) || askedLanguages()[0] || navigator.language || 'en'
const waits = 'blocking' in HTMLScriptElement.prototype
if (isAboveFloor() && !waits && !/^en\b/i.test(language)) document.documentElement.className = 'translating'
