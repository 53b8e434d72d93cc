import { button, h } from '../../widget/views/dom.js'
import { section } from '../parts/figure.js'
import { problem, sentenceOf, statusLine } from '../parts/messages.js'
import { table } from '../parts/table.js'
import { counted, date, score } from '../parts/words.js'

/** Pairs that are kept and listed at most; the others are only counted. */
const LISTED = 500

const KINDS = { one_person: 'Probably one person twice', look_alikes: 'Relatives or look-alikes' }

const COLUMNS = [
  { title: 'What it may be' }, { title: 'Earlier account' }, { title: 'Later account' }, { title: 'Score', number: true },
]

/** The part of the view Trust that looks for accounts that are much alike; `found` is what the view shows. */
export function alike(found, page) {
  const expected = Math.round(found.budget.fmr * found.templates * (found.templates - 1) / 2)
  const search = new Search(page)
  return section('Accounts that are alike',
    h('p', {}, 'Compares each enrolled person with everybody else. “Probably one person twice” is a pair above the cut-off '
      + 'of a search: either of the two may be logged in to the other’s account. Look at both accounts, and erase one or '
      + 'ask for a second factor. “Relatives or look-alikes” is a pair between that and the cut-off of one person: each '
      + 'could log in with the other’s username.'),
    expected > 0 && h('p', { class: 'aside' }, `Among ${counted(found.templates, 'template', 'templates')} chance alone makes `
      + `${counted(expected, 'look-alike pair', 'look-alike pairs')} or more, so look at the most similar first.`),
    search.node)
}

class Search {
  #page
  #pairs = []
  #count = 0
  #examined = 0
  #run = null
  #begin = button('Look for accounts that are alike', () => this.#look(), 'primary')
  #stop = button('Stop', () => this.#end('Stopped:'), 'plain', { hidden: true })
  #bar = h('progress', { 'aria-label': 'Templates examined', hidden: true, value: '0', max: '1' })
  #status = statusLine()
  #found = h('div', { class: 'alike' })

  constructor(page) {
    this.#page = page
    this.node = h('div', { class: 'part' },
      h('div', { class: 'choices' }, this.#begin, this.#stop), this.#bar, this.#status, this.#found)
  }

  async #look() {
    const run = {}
    this.#pairs = []
    this.#count = this.#examined = 0
    this.#found.replaceChildren()
    this.#show(run)
    this.#bar.removeAttribute('value')
    this.#status.textContent = ''
    try {
      await this.#examineAll(run)
    } catch (error) {
      if (this.#page.signal.aborted || this.#run !== run) return
      if (error.code === 'console_session_required') return this.#page.fail(error)
      this.#end('Stopped:')
      this.#found.prepend(problem(sentenceOf(error)))
    }
  }

  async #examineAll(run) {
    let after = null
    do {
      const answer = await this.#page.api.post('/trust/alike', { after }, this.#page)
      if (this.#run !== run || this.#page.signal.aborted) return
      after = answer.next
      this.#add(answer)
    } while (after !== null)
    this.#end('All')
  }

  #add({ pairs, examined, templates }) {
    this.#examined += examined
    this.#count += pairs.length
    this.#pairs = [...this.#pairs, ...pairs].sort((one, other) => other.similarity - one.similarity).slice(0, LISTED)
    const all = Math.max(templates, this.#examined, 1)
    this.#bar.max = all
    this.#bar.value = this.#examined
    this.#say(`${this.#examined.toLocaleString('en')} of ${counted(all, 'template', 'templates')} examined`)
    if (pairs.length > 0) this.#list()
  }

  #end(how) {
    this.#show(null)
    this.#say(`${how} ${counted(this.#examined, 'template', 'templates')} examined`)
  }

  #say(words) {
    this.#status.textContent = `${words}, ${this.#count === 0 ? 'no pair' : counted(this.#count, 'pair', 'pairs')} found.`
  }

  /** Show whether a search runs, and keep the focus on the button that can be pressed. */
  #show(run) {
    const hadFocus = this.node.contains(document.activeElement)
    this.#run = run
    this.#begin.disabled = run !== null
    this.#stop.hidden = this.#bar.hidden = run === null
    if (hadFocus) (run === null ? this.#begin : this.#stop).focus()
  }

  #list() {
    const rows = this.#pairs.map(({ kind, people, similarity }) => [KINDS[kind], ...people.map(account), score(similarity)])
    const more = this.#count > LISTED && h('p', { class: 'aside' }, `The ${LISTED} most similar pairs are listed.`)
    this.#found.replaceChildren(...[table('Pairs, the most similar first', COLUMNS, rows), more].filter(Boolean))
  }
}

function account({ id, username, enrolled_at: at }) {
  return h('span', {}, h('a', { href: `#people?id=${id}` }, username), ` enrolled ${date(at)}`)
}
