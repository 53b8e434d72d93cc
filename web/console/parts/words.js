/** A share (0 to 1) as a percentage with two significant digits, as the doctor writes it. */
export function percent(share) {
  const value = 100 * share
  if (value > 0 && value < 0.001) return 'less than 0.001\u00a0%'
  return `${Number(value.toPrecision(2))}\u00a0%`
}

/** Both ends of an interval of a share. */
export function interval({ low, high }) {
  const [from, to] = [percent(low), percent(high)]
  return from === to ? from : `${from} to ${to}`
}

/** A score (a cosine) with the three digits that a cut-off has. */
export function score(value) {
  return value.toFixed(3)
}

/** A time in milliseconds. `longest` stands for every longer time, of which no more is known; both in seconds. */
export function milliseconds(seconds, longest = Infinity) {
  return seconds >= longest ? `more than ${longest} s` : `${Math.round(1000 * seconds).toLocaleString('en')} ms`
}

/** A count with its noun. */
export function counted(count, one, many) {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}

/** A day of a moment (ISO 8601) in the operator's time zone. */
export function date(iso) {
  return new Date(iso).toLocaleDateString('en-GB', { dateStyle: 'medium' })
}
