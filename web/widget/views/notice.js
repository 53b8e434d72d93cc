import { text } from '../text.js'
import { button, h, icon } from './dom.js'

/** A box that says what went wrong and, if possible, what to do about it. */
export function notice(message, advice = null, ...more) {
  const words = h('div', {}, h('p', { class: 'message' }, message), advice && h('p', {}, advice), ...more)
  return h('div', { class: 'notice', part: 'notice', role: 'alert' }, icon('alert'), words)
}

/** The notice for a camera outcome. */
export function cameraNotice(outcome, ...more) {
  return notice(text(`code.${outcome}`), text(`advice.${outcome}`), ...more)
}

/** A button that is enabled after this many seconds, and shows how many are left. */
export function waitingButton(label, seconds, onclick, look = 'primary') {
  const words = h('span', {}, label)
  const element = button([words], onclick, look)
  const until = performance.now() + seconds * 1000
  const tick = () => {
    const left = Math.ceil((until - performance.now()) / 1000)
    element.disabled = left > 0
    words.textContent = left > 0 ? text('wait.seconds', { seconds: left }) : label
    if (left > 0) setTimeout(tick, 250)
  }
  tick()
  return element
}
