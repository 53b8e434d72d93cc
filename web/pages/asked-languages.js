/** The languages that an application asks for in the page's address (`ui_locales` of OpenID Connect), the best first. */
export function askedLanguages() {
  return (new URLSearchParams(location.search).get('ui_locales') || '').split(' ').filter(Boolean)
}
