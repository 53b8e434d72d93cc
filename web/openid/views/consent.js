import { text } from '../../widget/text.js'
import { button, h, icon } from '../../widget/views/dom.js'
import { heading } from './heading.js'

/** What the scopes mean to users. */
const MEANINGS = {
  openid: 'authorize.openid',
  profile: 'authorize.profile',
  email: 'authorize.email',
  face: 'authorize.face',
  offline_access: 'authorize.offline_access',
}

/** The view that asks the user whether an application may know them. `actions`: allow, refuse. */
export function consent({ application, user, scopes }, { allow, refuse }) {
  const meanings = scopes.filter(scope => Object.hasOwn(MEANINGS, scope)).map(scope => text(MEANINGS[scope]))
  return [
    heading(text('authorize.consent_title', { application: application.name, user }), application),
    h('p', { class: 'lead' }, text('authorize.consent_lead', { application: application.name })),
    h('ul', { class: 'tips' }, ...meanings.map(words => h('li', {}, icon('check'), words))),
    h('div', { class: 'actions' },
      button(text('authorize.allow'), allow, 'primary'),
      button(text('authorize.refuse'), refuse, 'plain')),
  ]
}
