/** The languages of the pages' own texts, including the account page; each is loaded on demand. */
export const PAGE_LANGUAGES = {
  en: () => import('../translations/pages/en.js'),
  es: () => import('../translations/pages/es.js'),
  fr: () => import('../translations/pages/fr.js'),
  de: () => import('../translations/pages/de.js'),
  ar: () => import('../translations/pages/ar.js'),
  hi: () => import('../translations/pages/hi.js'),
  zh: () => import('../translations/pages/zh.js'),
  ja: () => import('../translations/pages/ja.js'),
}
