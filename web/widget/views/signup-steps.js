import { text } from '../text.js'
import { button, h, icon, title } from './dom.js'
import { cameraNotice, waitingButton } from './notice.js'
import { pictureGrid, progressMarks } from './pictures.js'
import { portrait } from './welcome.js'

function logInInstead(loginUrl) {
  const link = h('a', { href: loginUrl }, text('signup.log_in_instead'))
  return h('p', { class: 'aside' }, text('signup.have_account'), ' ', link)
}

/** Who one wants to be. */
export function details(count, loginUrl) {
  return [
    title(text('signup.details_title')),
    h('p', { class: 'lead' }, text('signup.details_lead', { count })),
    h('slot', { name: 'details' }),
    logInInstead(loginUrl),
  ]
}

/** Why the browser is about to ask for the camera, before it does. */
export function ready(count, turnOn, back) {
  const tips = ['alone', 'light', 'face'].map(tip => text(`signup.ready_${tip}`))
  return [
    title(text('signup.ready_title')),
    h('p', { class: 'lead' }, text('signup.ready_why', { count })),
    h('ul', { class: 'tips' }, ...tips.map(tip => h('li', {}, icon('check'), h('span', {}, tip)))),
    button([icon('camera'), text('signup.camera_on')], turnOn, 'primary'),
    button(text('action.back'), back, 'link'),
  ]
}

/** One capture. `actions`: shoot, keep (false when there is no old picture), back. */
export function capturing(captures, index, stage, { shoot, keep, back }) {
  const words = keep
    ? text('signup.retake_title')
    : text('signup.capture_title', { number: index + 1, count: captures.length })
  const pose = text(`pose.${captures[index].pose}`)
  const label = text('signup.shutter', { pose: pose.toLowerCase() })
  const shutter = h('button', {
    type: 'button', class: 'shutter', part: 'shutter', onclick: shoot, 'aria-label': label,
  })
  const heading = title(words)
  const way = keep ? button(text('signup.keep_old'), keep, 'link') : button(text('action.back'), back, 'link')
  const nodes = [heading, progressMarks(captures, index), stage, h('div', { class: 'shutter-row' }, shutter), way]
  return { nodes, shutter, heading }
}

/** All captures before they are sent. `actions`: retake(index), confirm, edit. */
export function review(captures, { retake, confirm, edit }, box, seconds) {
  const wrong = captures.some(capture => capture.reasons.length > 0)
  const send = waitingButton(text('signup.confirm'), seconds, confirm)
  if (wrong) send.disabled = true
  return [
    title(text('signup.review_title')),
    box ?? h('p', { class: 'lead' }, text('signup.review_lead')),
    pictureGrid(captures, retake),
    send,
    button(text('signup.edit_details'), edit, 'link'),
  ]
}

/** What is to be seen while the pictures travel. */
export function sending() {
  const heading = title(text('signup.sending_title'))
  const bar = h('progress', { max: '1', value: '0', 'aria-label': text('signup.sending') })
  const words = h('p', { class: 'lead' }, text('signup.sending'))
  const onProgress = share => {
    if (share < 1) bar.value = share
    else {
      bar.removeAttribute('value')
      words.textContent = text('signup.checking')
      bar.setAttribute('aria-label', text('signup.checking'))
    }
  }
  return { nodes: [heading, words, bar], heading, onProgress }
}

/** The account is there. */
export function done(name, image, tryIt, loginUrl) {
  return [
    portrait(image),
    title(text('signup.done_title', { name })),
    h('p', { class: 'lead' }, text('signup.done_lead')),
    button(text('signup.done_try'), tryIt, 'primary'),
    h('a', { href: loginUrl, class: 'link' }, text('signup.done_stay')),
  ]
}

/** No picture from the camera: what to do about it, and the way to the login. */
export function trouble(outcome, loginUrl, again, back) {
  return [
    title(text('signup.ready_title')),
    cameraNotice(outcome, h('p', {}, text('signup.trouble_needs_face'))),
    button(text('action.try_again'), again, 'primary'),
    button(text('action.back'), back, 'link'),
    logInInstead(loginUrl),
  ]
}
