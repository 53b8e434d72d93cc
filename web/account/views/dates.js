/** A date with its time, for people. */
export function dateAndTime(date, language) {
  const style = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' })
  return style.format(date)
}
