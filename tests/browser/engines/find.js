/* An expression: functions that find what a visitor sees, in the page and in its open shadow roots. */
(() => {
  const PRESSED = 'button, [role=button]'
  const TYPED = 'input, textarea, select'

  function * everything(root = document) {
    for (const element of root.querySelectorAll('*')) {
      yield element
      if (element.shadowRoot) yield * everything(element.shadowRoot)
    }
  }

  const tidy = words => words.replace(/\s+/g, ' ').trim()
  const visible = element => element.checkVisibility({ visibilityProperty: true })
  const named = element => tidy(element.getAttribute('aria-label') ?? element.textContent)
  const labels = element => [...element.labels ?? []].map(label => tidy(label.textContent))
  const intoView = element => {
    element?.scrollIntoView({ block: 'center', behavior: 'instant' })
    return element
  }

  const first = test => [...everything()].find(element => visible(element) && test(element)) ?? null
  const button = name => first(one => one.matches(PRESSED) && named(one) === name)

  return {
    visible: selector => first(one => one.matches(selector)) !== null,
    offers: name => button(name) !== null,
    button: name => {
      const found = button(name)
      return found?.matches(':disabled, [aria-disabled=true]') ? null : intoView(found)
    },
    link: name => intoView(first(one => one.matches('a[href]') && named(one) === name)),
    field: name => intoView(first(one => one.matches(TYPED) && !one.disabled && labels(one).includes(name))),
    element: selector => intoView(first(one => one.matches(selector) && !one.disabled)),
    text: () => {
      const roots = [...everything()].flatMap(element => element.shadowRoot ?? [])
      const blocks = [document.body, ...roots.flatMap(root => [...root.children])]
      return tidy(blocks.filter(block => block.matches(':not(style, script)')).map(block => block.innerText).join(' '))
    },
  }
})()
