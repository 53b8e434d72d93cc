import { text } from '../../widget/text.js'
import { definitions } from '../../widget/views/dom.js'
import { dateAndTime } from './dates.js'

/** Who is logged in, how and since when, from `GET /user/me`; it has no email address after a login by face alone. */
export function facts({ user, amr, auth_time }, language) {
  const when = dateAndTime(new Date(auth_time * 1000), language)
  const how = text(wayIn(amr), { when })
  return definitions([
    [text('field.username'), user.username],
    ...('email' in user ? [[text('field.email'), user.email ?? text('account.no_email')]] : []),
    [text('account.logged_in'), how],
  ])
}

function wayIn(amr) {
  if (amr.includes('face')) return amr.includes('hwk') ? 'account.by_both' : 'account.by_face'
  return amr.includes('hwk') ? 'account.by_passkey' : 'account.by_password'
}
