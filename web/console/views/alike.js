import { button, h } from '../../widget/views/dom.js'
import { figures, section } from '../parts/figure.js'
import { problem, sentenceOf, statusLine } from '../parts/messages.js'
import { time } from '../parts/plot.js'
import { table } from '../parts/table.js'
import { counted, date, score } from '../parts/words.js'

/** The maximum number of pairs to list; further ones are only counted. */
const LISTED = 500

/** Cosines above the cut-off of a search up to which a pair may be close relatives instead of one person. */
const NEAR = 0.1

/** The last search in this page: when, how many templates, and how many pairs are above the cut-off of a search. */
let latest = null

/** The shown figures of pairs, each with the function that updates it after a search. */
const shown = new Set()

/**
 * How many pairs of accounts look like one person: by the last search in this page, or by the weekly sample.
 * @param {{people: number, at: string, suspected_pairs: number} | null} sample null before the first one
 */
export function pairsFigure(sample) {
  const box = h('div')
  const show = () => {
    const known = latest ? searched() : sample ? sampled(sample) : NOT_EXAMINED
    box.replaceChildren(figures([known]))
  }
  for (const one of shown) if (!one.box.isConnected) shown.delete(one)
  shown.add({ box, show })
  show()
  return box
}

const TITLE = 'Pairs that look like one person'

/** Stands where the number will, so that a search moves nothing below. */
const NOT_EXAMINED = { title: TITLE, value: '–', note: 'not examined yet' }

function searched() {
  const { pairs, templates, at } = latest
  return figure(pairs, `among all ${counted(templates, 'template', 'templates')}, searched ${time(at / 1000)}`)
}

function sampled({ people, at, suspected_pairs: pairs }) {
  const when = time(Date.parse(at) / 1000)
  return figure(pairs, `in a sample of ${counted(people, 'person', 'people')}, ${when}; not examined since`)
}

function figure(pairs, note) {
  return { title: TITLE, value: pairs, note, tone: pairs > 0 ? 'bad' : null }
}

const COLUMNS = [
  { title: 'What it may be' }, { title: 'Earlier account' }, { title: 'Later account' }, { title: 'Score', number: true },
]

/** The part of the view Trust that looks for accounts that are much alike; `found` is what the view shows. */
export function alike(found, page) {
  const expected = Math.round(found.budget.fmr * found.templates * (found.templates - 1) / 2)
  const search = new Search(page, new Map(found.models.map(({ model_id: id, cutoff }) => [id, cutoff])))
  return section('Accounts that are alike',
    h('p', {}, 'Compares each enrolled person with everybody else. “Probably one person twice” is a pair above the cut-off '
      + 'of a search: either of the two may be logged in to the other’s account. Near the cut-off, close relatives are there '
      + 'too. Open both accounts by their names: ask the people, and erase an account that somebody has twice, on its page. '
      + 'If they are two people, applications can ask for a challenge or a passkey beside the face. “Relatives or look-alikes” is a pair between that and the cut-off of one person: each '
      + 'could log in with the other’s username.'),
    expected > 0 && h('p', { class: 'aside' }, `Among ${counted(found.templates, 'template', 'templates')} chance alone makes `
      + `${counted(expected, 'look-alike pair', 'look-alike pairs')} or more, so look at the most similar first.`),
    search.node)
}

class Search {
  #page
  #cutoffs
  #pairs = []
  #count = 0
  #ofOnePerson = 0
  #examined = 0
  #run = null
  #begin = button('Look for accounts that are alike', () => this.#look(), 'primary')
  #stop = button('Stop', () => this.#end('Stopped:'), 'plain', { hidden: true })
  #bar = h('progress', { 'aria-label': 'Templates examined', hidden: true, value: '0', max: '1' })
  #status = statusLine()
  #found = h('div', { class: 'alike', onpointerleave: () => this.#listLate(), onfocusout: event => this.#listLate(event.relatedTarget) })
  #isLate = false

  /** `cutoffs` are those of a search, by model. */
  constructor(page, cutoffs) {
    this.#page = page
    this.#cutoffs = cutoffs
    this.node = h('div', { class: 'part' },
      h('div', { class: 'choices' }, this.#begin, this.#stop), this.#bar, this.#status, this.#found)
  }

  async #look() {
    const run = {}
    this.#pairs = []
    this.#count = this.#ofOnePerson = this.#examined = 0
    this.#found.replaceChildren()
    this.#show(run)
    this.#bar.removeAttribute('value')
    this.#status.textContent = ''
    try {
      await this.#examineAll(run)
    } catch (error) {
      if (this.#page.signal.aborted || this.#run !== run) return
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
    latest = { pairs: this.#ofOnePerson, templates: this.#examined, at: Date.now() }
    for (const { show } of shown) show()
  }

  #add({ pairs, examined, templates }) {
    this.#examined += examined
    this.#count += pairs.length
    this.#ofOnePerson += pairs.filter(({ kind }) => kind === 'one_person').length
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
    this.#stop.hidden = run === null
    this.#bar.hidden = false // at the end it stays, as the pairs below would move
    if (hadFocus) (run === null ? this.#begin : this.#stop).focus()
  }

  #whatItMayBe({ kind, model_id: model, similarity }) {
    if (kind === 'look_alikes') return 'Relatives or look-alikes'
    return similarity < this.#cutoffs.get(model) + NEAR ? 'One person, or close relatives' : 'Probably one person twice'
  }

  /** List the pairs found since, unless the focus stays in the list. */
  #listLate(next = null) {
    if (this.#isLate && !this.#found.contains(next)) this.#list()
  }

  /** List the pairs, but move no row under the pointer or the focus. */
  #list() {
    this.#isLate = this.#found.matches(':hover, :focus-within')
    if (this.#isLate) return
    const rows = this.#pairs.map(one => [this.#whatItMayBe(one), ...one.people.map(account), score(one.similarity)])
    const more = this.#count > LISTED && h('p', { class: 'aside' }, `The ${LISTED} most similar pairs are listed.`)
    this.#found.replaceChildren(...[table('Pairs, the most similar first', COLUMNS, rows), more].filter(Boolean))
  }
}

function account({ id, username, enrolled_at: at }) {
  return h('span', {}, h('a', { href: `#people?id=${id}` }, username), ` enrolled ${date(at)}`)
}
