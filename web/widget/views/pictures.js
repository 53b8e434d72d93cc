import { reasonSentence } from '../problems.js'
import { text } from '../text.js'
import { button, h, icon } from './dom.js'

/** The progress of the captures: one mark per pose. */
export function progressMarks(captures, current) {
  const marks = captures.map((capture, index) => {
    const state = index === current ? 'current' : capture.image ? 'done' : 'open'
    const face = capture.image ? h('img', { src: capture.image, alt: '', class: 'mirror' }) : String(index + 1)
    const properties = { class: state, 'data-pose': capture.pose, 'aria-current': index === current && 'step' }
    return h('li', properties, h('span', { class: 'mark' }, face), text(`pose.${capture.pose}`))
  })
  return h('ol', { class: 'marks', part: 'marks' }, ...marks)
}

/** All captures before they are sent, each with its errors and a button to retake it. */
export function pictureGrid(captures, retake) {
  const pictures = captures.map((capture, index) => {
    const pose = text(`pose.${capture.pose}`)
    const image = h('img', { src: capture.image, class: 'mirror', alt: text('signup.picture', { pose }) })
    const reasons = capture.reasons.map(reason => h('p', { class: 'reason' }, reasonSentence(reason)))
    const label = [icon('again'), text('signup.retake')]
    const again = button(label, () => retake(index), 'link', { 'aria-label': text('signup.retake_pose', { pose }) })
    const frame = h('div', { class: 'frame' }, image, h('span', { class: 'pose' }, pose))
    return h('li', { class: reasons.length ? 'bad' : null, 'data-pose': capture.pose }, frame, ...reasons, again)
  })
  return h('ul', { class: 'pictures', part: 'pictures' }, ...pictures)
}
