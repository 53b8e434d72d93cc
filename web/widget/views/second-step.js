import { text } from '../text.js'
import { button, h, title } from './dom.js'

/**
 * The browser asks for a passkey. `actions`: again; useFace and usePassword, or false where these are not allowed.
 * @param {string | null} accountUrl where a user without a passkey adds one, if the passkey completes a face login
 * @param {Node | null} box a notice about the last try, after which the browser asks no more
 */
export function passkeyAsked(accountUrl, box, { again, useFace, usePassword }) {
  return [
    title(text('login.passkey_title')),
    box ?? h('p', { class: 'lead' }, text(accountUrl === null ? 'login.passkey' : 'login.passkey_too')),
    box && button(text('action.try_again'), again, 'primary'),
    h('div', { class: 'ways' },
      useFace && button(text('login.use_face'), useFace, 'link'),
      usePassword && button(text('login.use_password'), usePassword, 'link')),
    accountUrl !== null && noPasskey(accountUrl),
  ]
}

/**
 * The login is not enough for applications. `actions`: useFace, usePasskey, usePassword, logOut.
 * @param {string} level the one that they require
 */
export function moreNeeded(level, accountUrl, { useFace, usePasskey, usePassword, logOut }) {
  const [words, label, onclick] = level.includes('face')
    ? ['login.more_face', 'login.start', useFace]
    : level.includes('passkey')
      ? ['login.more_passkey', 'login.use_passkey', usePasskey]
      : ['login.more_password', 'login.password_title', usePassword]
  return [
    title(text('login.more_title')),
    h('p', { class: 'lead' }, text(words)),
    button(text(label), onclick, 'primary'),
    h('div', { class: 'ways' }, button(text('login.log_out'), logOut, 'link')),
    level.includes('passkey') && noPasskey(accountUrl),
  ]
}

function noPasskey(accountUrl) {
  return h('p', { class: 'aside' }, text('login.no_passkey'), ' ', h('a', { href: accountUrl }, text('login.to_account')))
}
