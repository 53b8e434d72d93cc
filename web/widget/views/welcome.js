import { text } from '../text.js'
import { button, definitions, h, icon, title } from './dom.js'
import { notice } from './notice.js'

/** A round picture of the user, or a drawn face if none was taken, with a tick. */
export function portrait(image) {
  const inside = image ? h('img', { src: image, alt: '', class: 'mirror' }) : icon('face')
  return h('div', { class: 'portrait', part: 'portrait' }, inside, h('span', { class: 'badge' }, icon('check')))
}

/** The name to show for a user. */
export function nameOf(user) {
  return user.display_name || user.username
}

/**
 * The view of a logged-in user; `facts` is filled when the service has confirmed who it is.
 * `actions`: remembered (whether this device is said to be theirs), remember(yes), logOut, notYou.
 */
export function welcome(user, image, facts, { remembered, remember, logOut, notYou }) {
  const heading = title(text('login.welcome', { name: nameOf(user) }))
  const box = h('input', { type: 'checkbox', checked: remembered, onchange: () => remember(box.checked) })
  const nodes = [
    portrait(image),
    heading,
    facts,
    h('label', { class: 'remember' }, box,
      h('span', {}, text('login.remember'), h('small', {}, text('login.remember_why')))),
    h('div', { class: 'actions' },
      button(text('login.log_out'), logOut, 'primary'),
      button(text('login.not_you'), notYou, 'link')),
  ]
  return { heading, nodes }
}

function wayIn(amr) {
  if (amr.includes('face')) return text(amr.includes('hwk') ? 'login.by_both' : 'login.by_face')
  return text(amr.includes('hwk') ? 'login.by_passkey' : 'login.by_password')
}

/** Rows about the session and, after a password login, about an outdated face. */
export function factRows({ user, amr }, until, language) {
  const clock = new Intl.DateTimeFormat(language, { hour: 'numeric', minute: '2-digit' })
  const outdated = !amr.includes('face') && user.face === 'outdated'
  return [
    h('p', { class: 'how' }, wayIn(amr)),
    ...(outdated ? [notice(text('login.face_outdated_title'), text('login.face_outdated'))] : []),
    definitions([
      [text('login.account'), user.username],
      [text('login.until'), h('time', { datetime: until.toISOString() }, clock.format(until))],
    ]),
  ]
}
