/** Formats a date and time in a language. */
export function dateAndTime(date, language) {
  const style = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' })
  return style.format(date)
}
