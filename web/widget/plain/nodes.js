/** Makes an element; `properties` are set as they are. */
export function node(tag, properties = {}, children = []) {
  const made = document.createElement(tag)
  Object.keys(properties).forEach(name => { made[name] = properties[name] })
  children.forEach(child => made.appendChild(child))
  return made
}

export function paragraph(words, properties = {}) {
  return node('p', Object.assign({ textContent: words }, properties))
}

/** A field with its label. */
export function field(id, label, properties) {
  const input = node('input', Object.assign({ id, required: true }, properties))
  return { input, row: node('p', {}, [node('label', { htmlFor: id, textContent: label }), input]) }
}
