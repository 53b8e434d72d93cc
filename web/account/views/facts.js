import { text } from '../../widget/text.js'
import { definitions } from '../../widget/views/dom.js'
import { dateAndTime } from './dates.js'

/** Who is logged in, how and since when, from `GET /user/me`; it has the email address only after a password login. */
export function facts({ user, amr, auth_time }, language) {
  const when = dateAndTime(new Date(auth_time * 1000), language)
  const how = text(amr.includes('face') ? 'account.by_face' : 'account.by_password', { when })
  return definitions([
    [text('field.username'), user.username],
    ...('email' in user ? [[text('field.email'), user.email ?? text('account.no_email')]] : []),
    [text('account.logged_in'), how],
  ])
}
