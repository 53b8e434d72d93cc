import { text } from '../../widget/text.js'
import { definitions } from '../../widget/views/dom.js'
import { dateAndTime } from './dates.js'

/** Who is logged in, how and since when, as `GET /user/me` says, which tells the address after a password login alone. */
export function facts({ user, amr, auth_time }, language) {
  const when = dateAndTime(new Date(auth_time * 1000), language)
  const how = text(amr.includes('face') ? 'account.by_face' : 'account.by_password', { when })
  return definitions([
    [text('field.username'), user.username],
    ...('email' in user ? [[text('field.email'), user.email ?? text('account.no_email')]] : []),
    [text('account.logged_in'), how],
  ])
}
