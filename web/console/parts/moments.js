import { h } from '../../widget/views/dom.js'

/** A moment of the service (ISO 8601) in the operator's time zone; null without one. */
export function moment(iso) {
  return iso && h('time', { datetime: iso },
    new Date(iso).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' }))
}

/** A date of the service, such as 2026-12-01, which has no time zone. */
export function day(iso) {
  const words = new Date(`${iso}T00:00Z`).toLocaleDateString('en-GB', { dateStyle: 'medium', timeZone: 'UTC' })
  return h('time', { datetime: iso }, words)
}
