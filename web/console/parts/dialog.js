import { button, h } from '../../widget/views/dom.js'
import { ENDED } from '../console-api.js'
import { problem, sentenceOf } from './messages.js'

/**
 * Ask for a confirmation, and do the act while the question is open, so that an error appears in it. An act that is under
 * way cannot be cancelled.
 *
 * @param {string} heading
 * @param {string} words what will happen
 * @param {string} yes the label of the button
 * @param {() => Promise<unknown>} act
 * @param {{typed?: string, danger?: boolean, show?: (answer: unknown) => Promise<HTMLElement | void>}} [more] `typed`:
 *   words that the operator must type first; `show` shows what the act has changed, before the question closes: until then
 *   nothing behind it can be clicked, so that no click hits a button that has moved or was replaced. It returns what takes
 *   the focus then, and must not reject
 * @returns {Promise<{done: boolean, answer?: unknown, error?: Error}>} `error` is of the last try, if it failed
 */
export function confirm(heading, words, yes, act, { typed = '', danger = false, show = async () => {} } = {}) {
  const title = h('h2', { id: 'question' }, heading)
  const bad = h('div')
  const field = typed && h('input', { id: 'typed', autocomplete: 'off', spellcheck: 'false' })
  const proof = typed && h('p', {}, h('label', { for: 'typed' }, `Type “${typed}” to confirm`), field)
  const agree = h('button', { type: 'submit', class: danger ? 'primary danger' : 'primary', onclick: onlyOnce }, yes)
  const form = h('form', { novalidate: true }, title, h('p', {}, words), proof, bad,
    h('div', { class: 'answers' }, agree, button('Cancel', () => !agree.disabled && dialog.close(), 'plain', { autofocus: !typed })))
  const dialog = h('dialog', { 'aria-labelledby': 'question' }, form)
  const result = { done: false }
  let running = null
  let shown = null
  form.addEventListener('submit', event => {
    event.preventDefault()
    if (agree.disabled) return
    if (typed && field.value !== typed) return bad.replaceChildren(problem(`Type “${typed}” exactly.`))
    agree.disabled = true
    running = run()
  })
  async function run() {
    try {
      Object.assign(result, { done: true, answer: await act() })
      shown = await show(result.answer)
      dialog.close()
    } catch (error) {
      Object.assign(result, { done: false, error })
      if (error.code === ENDED) return dialog.close() // the login is shown in place of the view
      bad.replaceChildren(problem(sentenceOf(error)))
    } finally {
      agree.disabled = false
    }
  }
  dialog.addEventListener('cancel', event => agree.disabled && event.preventDefault())
  document.body.append(dialog)
  dialog.showModal()
  return new Promise(resolve => {
    dialog.addEventListener('close', async () => {
      dialog.remove()
      await running // a browser may close it all the same, and the answer may be a secret that is shown once
      shown?.focus()
      resolve(result)
    })
  })
}

/** Ignore the second click of a double click, which was meant for the button that asked the question. */
function onlyOnce(event) {
  if (event.detail > 1) event.preventDefault()
}
