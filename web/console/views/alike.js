import { button, h } from '../../widget/views/dom.js'
import { section } from '../parts/figure.js'
import { problem, sentenceOf, statusLine } from '../parts/messages.js'
import { table } from '../parts/table.js'
import { date, score } from '../parts/words.js'

/** Pairs that are listed at most; more are counted alone. */
const LISTED = 500

const KINDS = { one_person: 'Probably one person twice', look_alikes: 'Relatives or look-alikes' }

const COLUMNS = [
  { title: 'What it may be' }, { title: 'Earlier account' }, { title: 'Later account' }, { title: 'Score', number: true },
]

/** The part of the view Trust that looks for accounts that are much alike. */
export function alike(page) {
  const search = new Search(page)
  return section('Accounts that are alike',
    h('p', {}, 'Compares each enrolled person with everybody else. “Probably one person twice” is a pair above the cut-off '
      + 'of a search: either of the two may be logged in to the other’s account. “Relatives or look-alikes” is a pair '
      + 'between that and the cut-off of one person: each could log in with the other’s username. Look at both accounts, '
      + 'and erase one or ask for a second factor.'),
    search.node)
}

class Search {
  #page
  #pairs = []
  #examined = 0
  #isRunning = false
  #begin = button('Look for accounts that are alike', () => this.#run(), 'primary')
  #stop = button('Stop', () => this.#end(), 'plain', { hidden: true })
  #bar = h('progress', { 'aria-label': 'Templates examined', hidden: true, value: '0', max: '1' })
  #status = statusLine()
  #found = h('div', { class: 'alike' })

  constructor(page) {
    this.#page = page
    this.node = h('div', { class: 'part' },
      h('div', { class: 'choices' }, this.#begin, this.#stop), this.#bar, this.#status, this.#found)
  }

  async #run() {
    this.#pairs = []
    this.#examined = 0
    this.#show(true)
    this.#found.replaceChildren()
    try {
      await this.#examineAll()
    } catch (error) {
      if (error.code === 'console_session_required') this.#page.fail(error)
      else if (!this.#page.signal.aborted) this.#found.prepend(problem(sentenceOf(error)))
      this.#end()
    }
  }

  async #examineAll() {
    let after = null
    do {
      const answer = await this.#page.api.post('/trust/alike', { after }, this.#page)
      if (!this.#isRunning || this.#page.signal.aborted) return
      after = answer.next
      this.#add(answer)
    } while (after !== null)
    this.#end(true)
  }

  #add({ pairs, examined, templates }) {
    this.#examined += examined
    this.#pairs.push(...pairs)
    const of = Math.max(templates, this.#examined)
    this.#bar.max = of || 1
    this.#bar.value = this.#examined
    this.#status.textContent = `${this.#examined.toLocaleString('en')} of ${of.toLocaleString('en')} templates examined, `
      + `${pairsFound(this.#pairs.length)}.`
    if (pairs.length > 0) this.#list()
  }

  #end(isWhole = false) {
    if (!this.#isRunning) return
    this.#show(false)
    const what = isWhole ? 'All' : 'Stopped:'
    this.#status.textContent = `${what} ${this.#examined.toLocaleString('en')} templates examined, `
      + `${pairsFound(this.#pairs.length)}.`
  }

  #show(isRunning) {
    const hadFocus = this.node.contains(document.activeElement)
    this.#isRunning = isRunning
    this.#begin.disabled = isRunning
    this.#stop.hidden = !isRunning
    this.#bar.hidden = !isRunning
    this.#bar.removeAttribute('value')
    if (hadFocus) (isRunning ? this.#stop : this.#begin).focus()
  }

  #list() {
    const sorted = this.#pairs.toSorted((one, other) => other.similarity - one.similarity).slice(0, LISTED)
    const rows = sorted.map(({ kind, people, similarity }) => [KINDS[kind], ...people.map(account), score(similarity)])
    const more = this.#pairs.length > LISTED && h('p', { class: 'aside' }, `The ${LISTED} most similar pairs are listed.`)
    this.#found.replaceChildren(...[table('Pairs, the most similar first', COLUMNS, rows), more].filter(Boolean))
  }
}

function account({ id, username, enrolled_at: at }) {
  return h('span', {}, h('a', { href: `#people?id=${id}` }, username), ` enrolled ${date(at)}`)
}

function pairsFound(count) {
  if (count === 0) return 'no pair found'
  return count === 1 ? '1 pair found' : `${count.toLocaleString('en')} pairs found`
}
