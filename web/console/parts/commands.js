import { h } from '../../widget/views/dom.js'

/** Words of the service, in which commands stand between backticks, as nodes. */
export function withCommands(words) {
  return words.split('`').map((part, place) => (place % 2 === 1 ? h('code', {}, part) : part))
}
