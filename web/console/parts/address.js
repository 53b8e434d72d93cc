/** The part of the address after `#` for a view and its choices; empty choices are left out. */
export function address(name, choices = {}) {
  const chosen = Object.entries(choices).filter(([, value]) => value !== '' && value !== null && value !== undefined)
  const query = new URLSearchParams(chosen).toString()
  return query ? `${name}?${query}` : name
}
