import { button, h } from '../../widget/views/dom.js'
import { confirm } from '../parts/dialog.js'
import { explained } from '../parts/explained.js'
import { figures, section } from '../parts/figure.js'
import { problem, statusLine } from '../parts/messages.js'
import { daysOf, periods } from '../parts/periods.js'
import { plot } from '../parts/plot.js'
import { table } from '../parts/table.js'
import { counted, date } from '../parts/words.js'
import { pairsFigure } from './alike.js'

/** The recall below which the index should be rebuilt; the same as the doctor's (service/doctor/database.py). */
const LEAST_RECALL = 0.97

/** Milliseconds between two looks at work that is under way: the first, how it grows, and the longest. */
const FIRST_WAIT = 1_000
const GROWTH = 1.4
const LONGEST_WAIT = 15_000

const DUE = {
  missing: 'There are enough people for an index, and none is built yet. The next upkeep builds it, within an hour; or build it now.',
  outgrown: 'The gallery has grown or shrunk fourfold since the index was built. The next upkeep rebuilds it, within an hour.',
  other_form: 'The settings ask for another form of index. The next upkeep rebuilds it, within an hour.',
  not_measured: 'The index is not measured yet, so searches probably examine more than necessary. The next upkeep measures it.',
  measured_long_ago: 'The last measurement is more than a week old. The next upkeep measures it again, within an hour.',
  other_size: 'The gallery has grown or shrunk by a quarter since the last measurement. The next upkeep measures it again.',
}

const DONE = 'The work on the index is done.'
const NO_RESULT = 'The work on the index ended without a result: see the log of the service.'

const REFUSED = {
  too_few: 'There is nothing to do: nobody is enrolled, or there is no index to measure.',
  distributed: 'The templates are distributed by Citus: run “visage distribute”, which works on their indexes.',
}

export const index = {
  name: 'index',
  title: 'Index',
  async open(page) {
    const box = h('div', { class: 'parts' })
    show(box, page, await ask(page), '')
    return [box]
  },
}

function ask(page) {
  return page.api.get('/index', { days: daysOf(page) }, page)
}

/** Show everything; `news` is what became of work on the index. */
function show(box, page, found, news) {
  const [main, ...earlier] = found.indexes
  const work = new Work(page, found, (later, outcome) => show(box, page, later, outcome))
  box.replaceChildren(...[
    section('Now', ...warnings(main), glance(found, main), work.node),
    section('Over time', periods('index', found.days), ...history(main, page)),
    section('Crowding', crowding(main)),
    earlier.length > 0 && section('Earlier models', others(earlier)),
  ].filter(Boolean))
  if (news) work.tell(news)
}

function warnings(main) {
  const recall = main.measured?.recall ?? 1
  return [
    main.due && h('p', { class: 'status' }, DUE[main.due]),
    recall < LEAST_RECALL && problem(`The index finds ${share(recall)} of what an exact search finds. Rebuild it.`),
  ].filter(Boolean)
}

/** A share with the digits that tell a good recall from a very good one. */
function share(value) {
  return `${(100 * value).toFixed(value < 1 ? 2 : 0)} %`
}

function glance(found, main) {
  const { measured } = main
  const people = { title: 'People', value: main.people, note: `with a template of ${main.model_id}` }
  if (!main.name) {
    return h('div', { class: 'part' },
      figures([people, { title: 'Index', value: 'None', note: 'every search is exact' }]),
      h('p', {}, `A search compares with every template, which misses nobody and is fast in a small gallery. The service builds `
        + `an index from ${found.least_people.toLocaleString('en')} people on.`))
  }
  const unit = main.lists === null ? 'candidates (ef_search) in each search' : `of ${main.lists.toLocaleString('en')} lists probed in each search`
  return figures([
    people,
    { title: 'Recall', value: measured ? share(measured.recall) : 'Not measured', note: measured && `of ${measured.searches.toLocaleString('en')} searches on ${date(measured.at)}, with ${counted(measured.rows, 'person', 'people')}`, tone: measured && measured.recall < LEAST_RECALL ? 'bad' : null },
    { title: 'Effort', value: measured ? measured.effort : 'Not measured', note: unit },
    { title: 'Size', value: bytes(main.size), note: main.shards === null ? 'on disk' : `on disk, on ${main.shards} shards` },
    { title: 'Form', value: main.method === 'hnsw' ? 'HNSW' : 'IVFFlat', note: main.form },
    main.trained_at && { title: 'Built', value: date(main.trained_at), note: `with ${counted(main.trained_people, 'person', 'people')}` },
  ].filter(Boolean))
}

function bytes(count) {
  return `${(count / 2 ** 20).toLocaleString('en', { maximumFractionDigits: 1 })} MiB`
}

function history({ history: moments, method }, page) {
  const has = name => moments.some(one => one[name] !== null)
  const x = { title: 'Time', values: moments.map(one => Date.parse(one.start) / 1000), isTime: true }
  const line = (caption, title, name, { of = value => value, format } = {}) => {
    const values = moments.map(one => (one[name] === null ? null : of(one[name])))
    return plot(caption, x, [{ title, values, format }], { signal: page.signal })
  }
  const missed = { of: recall => 1 - recall, format: value => `${Number((100 * value).toFixed(2))} %` }
  const mebibytes = { of: size => size / 2 ** 20, format: value => value.toLocaleString('en', { maximumFractionDigits: 1 }) }
  const plots = [
    has('recall') && explained(line('People that the index misses', 'missed', 'recall', missed),
      'The share of people whom a search through the index does not rank first, although an exact search does (1 - recall). '
        + 'They are not recognised.',
      'more than 3 %.', 'rebuild the index; it may have been built for other people.'),
    has('effort') && explained(line(method === 'hnsw' ? 'Effort (ef_search)' : 'Effort (lists probed)', 'effort', 'effort'),
      'How much of the index each search examines. The service sets it by the measured recall.',
      'a steady rise while the number of people stays.', 'rebuild the index.'),
    has('size') && explained(line('Size of the index, in MiB', 'MiB', 'size', mebibytes),
      'On disk; it should fit in the memory that the database server caches with.',
      'more than the server’s memory.', 'give the server more memory, or distribute the gallery.'),
    has('people') && explained(line('People', 'people', 'people'),
      'People with a template. The cut-off rises with them.',
      'a jump that you cannot explain.', 'look in the Audit for sign-ups and imports.'),
  ].filter(Boolean)
  if (plots.length === 0) return [h('p', {}, 'Nothing is recorded in this period. The service notes the state of the index every hour.')]
  return [h('div', { class: 'pair' }, ...plots)]
}

function crowding({ crowding: found }) {
  if (!found) {
    return h('div', { class: 'part' }, pairsFigure(null), h('p', {}, 'Not estimated yet. From 10 people on, the service compares '
      + 'a sample of them with each other, every week.'))
  }
  return h('div', { class: 'part' },
    pairsFigure(found),
    h('p', { class: 'aside' }, 'Accounts that are so alike can make a search ambiguous. A sample can miss a pair; the view ',
      h('a', { href: '#trust' }, 'Trust'), ' looks among everybody and names the accounts.'))
}

function others(earlier) {
  const columns = [{ title: 'Model' }, { title: 'People', number: true }, { title: 'Index' }, { title: 'Size', number: true }]
  const rows = earlier.map(one => [one.model_id, one.people, one.form ?? 'none: exact search', one.size === null ? null : bytes(one.size)])
  return h('div', { class: 'part' }, table('Indexes of earlier models', columns, rows),
    h('p', { class: 'aside' }, '“visage reembed” renews these templates; the upkeep keeps only the main index in order.'))
}

/** Starts work on the index, follows it, and has everything shown again when it is done. */
class Work {
  #page
  #onDone
  #state
  #status = statusLine()
  #bar = h('progress', { 'aria-label': 'Progress of the build', hidden: true })
  #buttons

  constructor(page, { work, indexes: [main] }, onDone) {
    this.#page = page
    this.#onDone = onDone
    this.#state = work.state
    this.#buttons = [
      main.people > 0 && button(main.name ? 'Rebuild the index' : 'Build an index', () => this.#rebuild(main), 'plain'),
      main.name && button('Measure the recall', () => this.#measure(), 'plain'),
    ].filter(Boolean)
    this.node = h('div', { class: 'part' }, h('div', { class: 'choices' }, ...this.#buttons), this.#bar, this.#status)
    if (work.is_under_way) this.#follow(work)
  }

  /** Say what became of the work, and put the focus where it was before. */
  tell(news) {
    this.#status.textContent = news
    if (document.activeElement === document.body) this.#buttons[0]?.focus()
  }

  async #rebuild({ people, name }) {
    const heading = name ? 'Rebuild the index?' : 'Build an index?'
    const words = `From the templates of ${counted(people, 'person', 'people')}. Logins continue meanwhile; for a million people it takes minutes and memory.`
    const { done, answer } = await confirm(heading, words, name ? 'Rebuild' : 'Build', () => this.#page.api.post('/index/rebuild'))
    if (done) this.#begun(answer)
  }

  async #measure() {
    const words = 'Searches for a thousand people with and without the index, and sets how much each search examines. If no effort is enough, the index is rebuilt.'
    const { done, answer } = await confirm('Measure the recall?', words, 'Measure', () => this.#page.api.post('/index/measure'))
    if (done) this.#begun(answer)
  }

  #begun({ outcome }) {
    if (outcome in REFUSED) this.#status.textContent = REFUSED[outcome]
    else this.#follow({ phase: null, share: null })
  }

  async #follow(work) {
    const { signal } = this.#page
    for (const one of this.#buttons) one.disabled = true
    this.#show(work)
    let wait = FIRST_WAIT
    while (await rest(wait, signal)) {
      wait = Math.min(LONGEST_WAIT, wait * GROWTH)
      try {
        const now = await this.#page.api.get('/index/work', {}, this.#page)
        if (!now.is_under_way) return await this.#end(now)
        if (!signal.aborted) this.#show(now)
      } catch (error) {
        return this.#page.fail(error)
      }
    }
  }

  async #end({ state }) {
    const found = await ask(this.#page)
    if (!this.#page.signal.aborted) this.#onDone(found, state === this.#state ? NO_RESULT : DONE)
  }

  #show({ phase, share }) {
    const how = phase ? `: ${phase}` : ''
    this.#status.textContent = `Work on the index is under way${how}. Logins continue.`
    this.#bar.hidden = false
    if (share === null) this.#bar.removeAttribute('value')
    else this.#bar.value = share
  }
}

/** Wait; resolves with false when the view closes meanwhile. */
function rest(milliseconds, signal) {
  return new Promise(resolve => {
    const timer = setTimeout(() => resolve(true), milliseconds)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve(false)
    }, { once: true })
  })
}
