import { text } from '../../widget/text.js'
import { button, h } from '../../widget/views/dom.js'
import { dateAndTime } from './dates.js'

/**
 * The user's passkeys, from `GET /user/passkeys`.
 * @param {{add: (() => void) | null, rename: (passkey: object) => void, remove: (passkey: object) => void}} actions
 *   `add` is null where passkeys cannot be used
 */
export function passkeyList({ passkeys, max }, language, { add, rename, remove }) {
  const items = passkeys.map((passkey, index) => {
    const name = h('strong', { id: `visage-passkey-${index}` }, passkey.name)
    const about = { 'aria-describedby': name.id }
    return h('li', {},
      h('div', {}, name, h('small', {}, history(passkey, language))),
      h('div', { class: 'row' },
        button(text('account.passkey_rename'), () => rename(passkey), 'plain', about),
        button(text('account.passkey_remove'), () => remove(passkey), 'plain danger', about)))
  })
  const mayAdd = add !== null && passkeys.length < max
  return [
    h('p', {}, text('account.passkeys_lead')),
    items.length > 0 ? h('ul', { class: 'passkeys' }, ...items) : h('p', {}, text('account.passkeys_none')),
    mayAdd && h('div', { class: 'row' }, button(text('account.passkey_add'), add, items.length > 0 ? 'plain' : 'primary')),
  ]
}

function history({ created_at, last_used_at }, language) {
  const when = seconds => dateAndTime(new Date(seconds * 1000), language)
  const added = text('account.passkey_made', { when: when(created_at) })
  const used = last_used_at === null
    ? text('account.passkey_unused')
    : text('account.passkey_used', { when: when(last_used_at) })
  return `${added} ${used}`
}
