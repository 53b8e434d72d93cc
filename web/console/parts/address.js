/** The part of the address after `#` for a view and its choices; empty choices are left out, lists are repeated. */
export function address(name, choices = {}) {
  const chosen = Object.entries(choices).flatMap(([name, value]) => [value].flat().map(one => [name, one]))
    .filter(([, value]) => value !== '' && value !== null && value !== undefined)
  const query = new URLSearchParams(chosen).toString()
  return query ? `${name}?${query}` : name
}
