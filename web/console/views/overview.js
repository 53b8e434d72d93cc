import { h } from '../../widget/views/dom.js'

export const overview = {
  name: 'overview',
  title: 'Overview',
  async open() {
    return [h('p', {}, 'Nothing yet.')]
  },
}
