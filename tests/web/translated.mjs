// Prints the widget's texts in every language, for translated.py.
import { Trouble } from '../../web/widget/camera.js'
import { directionOf } from '../../web/widget/wording.js'
import { LANGUAGES } from '../../web/widget/text.js'

const sentences = Object.entries(LANGUAGES).map(async ([language, load]) => [language, (await load()).default])
const directions = Object.keys(LANGUAGES).map(language => [language, directionOf(language)])
console.log(JSON.stringify({
  sentences: Object.fromEntries(await Promise.all(sentences)),
  directions: Object.fromEntries(directions),
  outcomes: Object.values(Trouble),
}))
