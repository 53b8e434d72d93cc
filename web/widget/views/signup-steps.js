import { text } from '../text.js'
import { button, h, icon, title } from './dom.js'
import { cameraNotice, waitingButton } from './notice.js'
import { pictureGrid, progressMarks } from './pictures.js'
import { portrait } from './welcome.js'

function logInInstead(loginUrl) {
  const link = h('a', { href: loginUrl }, text('signup.log_in_instead'))
  return h('p', { class: 'aside' }, text('signup.have_account'), ' ', link)
}

/** Advice for good pictures. */
function tips() {
  const sentences = ['alone', 'light', 'face'].map(tip => text(`signup.ready_${tip}`))
  return h('ul', { class: 'tips' }, ...sentences.map(tip => h('li', {}, icon('check'), h('span', {}, tip))))
}

/** The sign-up form. Without `loginUrl`, a user with an account consents to new pictures. */
export function details(count, loginUrl) {
  return [
    title(text(loginUrl ? 'signup.details_title' : 'signup.renewal_title')),
    h('p', { class: 'lead' }, text(loginUrl ? 'signup.details_lead' : 'signup.renewal_lead', { count })),
    h('slot', { name: 'details' }),
    loginUrl && logInInstead(loginUrl),
  ]
}

/** Explains why the browser is about to ask for the camera. */
export function ready(count, turnOn, back) {
  return [
    title(text('signup.ready_title')),
    h('p', { class: 'lead' }, text('signup.ready_why', { count })),
    tips(),
    button([icon('camera'), text('signup.camera_on')], turnOn, 'primary'),
    button(text('action.back'), back, 'link'),
  ]
}

/** One capture. `finder`: the viewfinder's nodes; `actions`: keep (false if there is no earlier picture), back. */
export function capturing(captures, index, finder, { keep, back }) {
  const words = keep
    ? text('signup.retake_title')
    : text('signup.capture_title', { number: index + 1, count: captures.length })
  const heading = title(words)
  const way = keep ? button(text('signup.keep_old'), keep, 'link') : button(text('action.back'), back, 'link')
  return { nodes: [heading, progressMarks(captures, index), ...finder, way], heading }
}

/** The challenge after the captures. `finder`: the viewfinder's nodes that it needs. */
export function proving(finder, back) {
  return [
    title(text('signup.challenge_title')),
    h('p', { class: 'lead' }, text('signup.challenge')),
    ...finder,
    button(text('action.back'), back, 'link'),
  ]
}

/** The view without a required invitation. */
export function uninvited(loginUrl) {
  return [
    title(text('signup.uninvited_title')),
    h('p', { class: 'lead' }, text('signup.uninvited')),
    logInInstead(loginUrl),
  ]
}

/** All captures before they are sent. `actions`: retake(index), confirm, doubt. */
export function review(captures, label, { retake, confirm, doubt }, box, seconds) {
  const wrong = captures.some(capture => capture.reasons.length > 0)
  const send = waitingButton(label, seconds, confirm)
  if (wrong) send.disabled = true
  return [
    title(text('signup.review_title')),
    box ?? h('p', { class: 'lead' }, text('signup.review_lead')),
    pictureGrid(captures, retake),
    send,
    button(text('signup.doubt'), doubt, 'link'),
  ]
}

/** What to do about wrong pictures. `actions`: again, edit (false if there is nothing to edit), leave, back. */
export function doubt({ again, edit, leave, back }) {
  return [
    title(text('signup.doubt_title')),
    tips(),
    button([icon('camera'), text('signup.doubt_again')], again, 'primary'),
    edit && button(text('signup.edit_details'), edit),
    button(text('signup.doubt_leave'), leave),
    button(text('action.back'), back, 'link'),
  ]
}

/** The view during the upload. */
export function sending(words) {
  const heading = title(words)
  const bar = h('progress', { max: '1', value: '0', 'aria-label': text('signup.sending') })
  const state = h('p', { class: 'lead' }, text('signup.sending'))
  const onProgress = share => {
    if (share < 1) bar.value = share
    else {
      bar.removeAttribute('value')
      state.textContent = text('signup.checking')
      bar.setAttribute('aria-label', text('signup.checking'))
    }
  }
  return { nodes: [heading, state, bar], heading, onProgress }
}

/**
 * The offer to add a passkey. A user who does not want one passes over it.
 * @param {() => Promise<true | Node | null>} add resolves with true, or with a notice of why none was added
 */
export function passkeyOffer(add) {
  const box = h('div', {})
  const start = button(text('signup.passkey_add'), async () => {
    start.disabled = true
    const outcome = await add()
    start.disabled = false
    if (outcome !== true) return box.replaceChildren(...[outcome].filter(Boolean))
    const added = h('p', { tabindex: '-1', role: 'status' }, text('signup.passkey_added'))
    node.replaceChildren(added)
    added.focus()
  })
  const node = h('div', { class: 'offer' }, h('p', {}, text('signup.passkey_offer')), start, box)
  return node
}

/** The account was created; without `tryIt`, the face was enrolled again. `offer` is a node, or false. */
export function done({ name, image, leftOut }, tryIt, loginUrl, offer) {
  return [
    portrait(image),
    title(text(tryIt ? 'signup.done_title' : 'signup.renewal_done_title', { name })),
    h('p', { class: 'lead' }, text(tryIt ? 'signup.done_lead' : 'signup.renewal_done_lead')),
    leftOut > 0 && h('p', { class: 'aside' }, text('signup.done_left_out', { count: leftOut })),
    offer,
    tryIt && button(text('signup.done_try'), tryIt, 'primary'),
    tryIt && h('a', { href: loginUrl, class: 'link' }, text('signup.done_stay')),
  ]
}

/** The camera failed: what to do about it, and a link to the login (null if the user has an account). */
export function trouble(outcome, loginUrl, again, back) {
  return [
    title(text('signup.ready_title')),
    cameraNotice(outcome, loginUrl && h('p', {}, text('signup.trouble_needs_face'))),
    button(text('action.try_again'), again, 'primary'),
    button(text('action.back'), back, 'link'),
    loginUrl && logInInstead(loginUrl),
  ]
}
