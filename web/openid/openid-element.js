import { sheet as accountSheet } from '../account/styles.js'
import { PAGE_LANGUAGES } from '../pages/languages.js'
import { ApiError } from '../widget/api.js'
import { VisageElement } from '../widget/element.js'
import { speak } from '../widget/text.js'
import { sheet } from './styles.js'
import { leaving, trouble } from './views/outcome.js'

/** Milliseconds until a page that the browser should leave says so: an application of the device may have opened. */
const LEAVING = 1500

/**
 * The base of the elements of the OpenID provider's pages. A subclass shows its first view in `speaking`, which runs
 * when the texts are loaded, and again when the page returns from the browser's back/forward cache.
 */
export class OpenidElement extends VisageElement {
  constructor() {
    super()
    this.shadowRoot.adoptedStyleSheets.push(accountSheet, sheet)
  }

  async opened(signal) {
    addEventListener('pageshow', ({ persisted }) => persisted && this.reopen(), { signal })
    await this.attempt(signal, async () => {
      try {
        await speak(this.language, PAGE_LANGUAGES)
      } catch (cause) {
        throw new ApiError('network', { cause })
      }
      if (!signal.aborted) await this.speaking(signal)
    })
  }

  /** Show a step, with the keyboard focus on its heading if this element had the focus. */
  present(step, nodes) {
    const heading = nodes[0].querySelector('h1')
    this.show(step, nodes, { say: heading.textContent, focus: heading })
  }

  /** Do the work; if it fails, say so and offer another try. */
  async attempt(signal, work) {
    try {
      await work()
    } catch (error) {
      if (signal.aborted || !this.emitError(error)) return
      const again = error.status === 401 ? () => this.reopen() : () => this.attempt(signal, work)
      this.present('trouble', trouble(error, again))
    }
  }

  /** Send the browser to an address, in place of this page. */
  leave(address, signal) {
    if (signal.aborted) return
    location.replace(address)
    setTimeout(() => signal.aborted || this.present('leaving', leaving(address)), LEAVING)
  }
}
