import { text } from '../../widget/text.js'
import { button, definitions, h } from '../../widget/views/dom.js'
import { namePoses } from '../poses.js'
import { dateAndTime } from './dates.js'

/** The view before the user has entered the password. */
export function locked(face, { show, renew, erase }) {
  return [
    h('p', {}, text('account.pictures_locked')),
    face === 'outdated' && outdated(),
    row(
      button(text('account.pictures_show'), show, 'primary'),
      button(text('account.renew'), renew),
      button(text('account.erase_face'), erase, 'plain danger'),
    ),
  ]
}

/** The view without stored pictures. */
export function none({ renew }) {
  return [h('p', {}, text('account.pictures_none')), row(button(text('account.first'), renew, 'primary'))]
}

/** The view of all stored face data, from `GET /user/facial`. */
export function stored({ facial_data, images }, face, language, { renew, save, erase }) {
  const { captures, consent, enrolled_at } = facial_data
  const when = iso => dateAndTime(new Date(iso), language)
  return [
    face === 'outdated' && outdated(),
    images.length > 0 ? grid(captures, images) : h('p', {}, text('account.pictures_vectors')),
    definitions([
      [text('account.stored'), when(enrolled_at)],
      [text('account.consent'), text('account.consent_given', { version: consent.version, when: when(consent.at) })],
    ]),
    row(
      button(text('account.renew'), renew, face === 'outdated' ? 'primary' : 'plain'),
      button(text('account.download'), save),
      button(text('account.erase_face'), erase, 'plain danger'),
    ),
  ]
}

function grid(captures, images) {
  const sources = new Map(images.map(({ name, base64 }) => [name, `data:${typeOf(name)};base64,${base64}`]))
  const poses = namePoses(captures.map(({ pose }) => pose))
  const items = captures.map(({ image }, index) => {
    const [number, pose] = [index + 1, poses[index]]
    const words = pose ? text(`pose.${pose}`) : String(number)
    const alt = text('account.picture', { number, pose: words })
    const picture = h('img', { src: sources.get(image), alt })
    return h('li', {}, h('div', { class: 'frame' }, picture, h('span', { class: 'pose', 'aria-hidden': 'true' }, words)))
  })
  return h('ul', { class: 'pictures' }, ...items)
}

/** The media type of a picture: pictures are stored as sent, with a matching extension. */
function typeOf(name) {
  return `image/${name.endsWith('.jpg') ? 'jpeg' : name.split('.').pop()}`
}

function outdated() {
  return h('p', { class: 'urgent' }, text('account.pictures_outdated'))
}

function row(...buttons) {
  return h('div', { class: 'row' }, ...buttons)
}
