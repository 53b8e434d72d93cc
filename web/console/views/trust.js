import { h } from '../../widget/views/dom.js'
import { explained } from '../parts/explained.js'
import { figures, section } from '../parts/figure.js'
import { problem } from '../parts/messages.js'
import { daysOf, periods } from '../parts/periods.js'
import { plot, time } from '../parts/plot.js'
import { table } from '../parts/table.js'
import { counted, interval, percent, score } from '../parts/words.js'
import { alike, pairsFigure } from './alike.js'

/** The most that the upper end of the FPIR may be, as a multiple of the budget, in an honest budget; as in the service. */
const HONEST_FACTOR = 3

/** The widest bucket of scores: wider ones, at the low end, are drawn as wide as this. */
const STEP = 0.05

export const trust = {
  name: 'trust',
  title: 'Trust',
  async open(page) {
    const days = daysOf(page)
    const found = await page.api.get('/trust', { days }, page)
    return [...found.models.flatMap(model => modelParts(found, model, page)), alike(found, page)]
  },
}

function modelParts(found, model, page) {
  const name = found.models.length > 1 ? ` · ${model.model_id}` : ''
  return [
    section(`At a glance${name}`, ...warnings(found, model), glance(found, model)),
    section(`Scores of logins${name}`, periods('trust', found.days), scores(found, model, page)),
    section(`Scores of strangers${name}`, strangers(found, model, page)),
    section(`Groups of people${name}`, ...groups(model)),
    section(`The people of this gallery${name}`, ...own(model)),
  ]
}

function warnings(found, model) {
  const { fpir } = found.budget
  return [
    !model.is_main && problem(`${model.model_id} is an earlier model: “visage reembed” renews its templates and retires it.`),
    model.is_beyond && problem(`The budget is honest for up to ${counted(model.honest_people, 'person', 'people')}, and `
      + `${found.templates.toLocaleString('en')} are enrolled: the cut-off is extrapolated. Require a second factor, or `
      + 'set a larger VISAGE_FPIR.'),
    model.is_too_alike && problem('People in this gallery are too alike for this budget. Look for accounts that resemble '
      + 'each other (below), require a second factor, or set a larger VISAGE_FPIR.'),
    model.fpir.low > fpir && problem(`More strangers get in than the ${percent(fpir)} allowed: even the lower end of the expected FPIR is above it.`),
  ].filter(Boolean)
}

function glance(found, model) {
  const { budget } = found
  return figures([
    { title: 'Cut-off of a search', value: score(model.cutoff), note: `cosine, among ${counted(found.templates, 'template', 'templates')}` },
    { title: 'Cut-off of one person', value: score(model.verify_cutoff), note: 'cosine, for a login with a username' },
    { title: 'Strangers who get in', value: percent(model.fpir_expected), note: `expected to match somebody (FPIR); ${beside(model.fpir, budget.fpir)}`, tone: model.fpir.high > HONEST_FACTOR * budget.fpir ? 'bad' : null },
    { title: 'Strangers who pass as the user they name', value: percent(model.fmr_expected), note: `expected (FMR); ${beside(model.fmr, budget.fmr)}` },
    { title: 'Users who are not recognised', value: percent(model.fnir), note: 'expected (FNIR), by photographs taken years apart; without strangers and bad pictures, which the tries in the Overview have' },
    { title: 'Honest up to', value: model.honest_people, note: honestNote(found, model), tone: model.is_beyond ? 'bad' : null },
  ])
}

/** An interval of a rate, compared with the allowed rate. */
function beside(found, allowed) {
  const how = found.high <= allowed ? 'within' : found.low > allowed ? 'exceeds' : 'may exceed'
  return `95\u00a0% interval ${interval(found)}: ${how} the ${percent(allowed)} allowed`
}

function honestNote(found, model) {
  const alone = model.honest_by_reference
  const by = alone === null ? '' : `; ${alone.toLocaleString('en')} by the reference alone`
  return `people, for the allowed FPIR of ${percent(found.budget.fpir)}; ${model.people.toLocaleString('en')} enrolled${by}`
}

function scores(found, model, page) {
  const kinds = [
    ['Best scores of logins by face alone', model.scores.gallery, model.cutoff, 'cut-off of a search'],
    ['Scores of logins with a username', model.scores.person, model.verify_cutoff, 'cut-off of one person'],
  ].filter(([, buckets]) => buckets.length > 0)
  if (kinds.length === 0) {
    return h('p', {}, 'No scores are recorded in this period. They appear here from the next login by face on.')
  }
  const plots = kinds.map(([caption, buckets, cutoff, title]) =>
    histogram(`${caption}, last ${found.days} days`, buckets, { at: cutoff, title: `${title}, ${score(cutoff)}` }, page))
  return explained(h('div', { class: 'pair' }, ...plots),
    'How similar the face of each login was to the most similar template. Users who are enrolled are on the right, all '
      + 'others on the left; the cut-off lies between.',
    'a hill that reaches across the cut-off, so users just miss it; or many more logins on the left than usual, which '
      + 'are strangers who try.',
    'have the users who just miss it take new pictures in the light they log in with; look in the Audit for who tries.')
}

function histogram(caption, buckets, mark, page) {
  const shown = buckets[0].count > 0 ? buckets : buckets.slice(1)
  const middle = ({ low, high }) => (Math.max(low, high - STEP) + high) / 2
  const ranges = new Map(shown.map(one => [middle(one), `${one.low.toFixed(2)} to ${one.high.toFixed(2)}`]))
  return plot(caption,
    { title: 'Score (cosine)', values: [...ranges.keys()], format: at => ranges.get(at) ?? String(Number(at.toFixed(2))) },
    [{ title: 'logins', values: shown.map(one => one.count), shape: 'bars', total: 'Total' }],
    { marks: [mark], signal: page.signal })
}

function strangers(found, model, page) {
  const { tail } = model
  const people = model.own ? 'people as alike as those of this gallery' : 'the strictest group that was measured'
  const marks = [{ at: model.cutoff, title: `cut-off of a search, ${score(model.cutoff)}` }]
  if (model.verify_cutoff !== model.cutoff) {
    marks.push({ at: model.verify_cutoff, title: `cut-off of one person, ${score(model.verify_cutoff)}` })
  }
  const drawn = plot('How often a stranger reaches a score with one template (FMR)',
    { title: 'Score (cosine)', values: tail.scores, format: at => String(Number(at.toFixed(3))) },
    [
      { title: 'expected', values: tail.expected, format: fraction },
      { title: 'upper end of the 95 % interval', values: tail.highest, format: fraction },
      { title: 'lower end', values: tail.lowest, format: fraction },
    ],
    { marks, logarithmic: true, signal: page.signal })
  return explained(drawn,
    `For ${people}, on ${model.comparisons.toLocaleString('en')} scores of strangers (${model.reference}). The budget allows `
      + `${oneIn(model.fmr_of_search)} for one comparison of a search, so that ${percent(found.budget.fpir)} of whole searches `
      + 'match a stranger.',
    'at the cut-off of a search, an interval that lies wholly above what the budget allows.',
    'set a smaller VISAGE_FPIR, which raises the cut-off; users are then recognised less often (FNIR).')
}

/** A rate as a short fraction, such as 1/20K. */
function fraction(rate) {
  return `1/${(1 / rate).toLocaleString('en', { notation: 'compact', maximumSignificantDigits: 2 })}`
}

/** A rate in words, such as 1 in 20,000. */
function oneIn(rate) {
  return `1 in ${Number((1 / rate).toPrecision(2)).toLocaleString('en')}`
}

function groups(model) {
  const columns = [
    { title: 'Group' }, { title: 'People', number: true }, { title: 'Photographs', number: true },
    { title: 'False matches', number: true }, { title: '95 % interval', number: true },
  ]
  const times = ratio => `${Number(ratio.toPrecision(2)).toLocaleString('en')} ×`
  const rows = model.groups.map(group => [
    group.name, group.people, group.photographs, times(group.fmr_ratio),
    `${times(group.fmr_ratio_low)} to ${times(group.fmr_ratio_high)}`,
  ])
  return [
    table('How often people of a group are taken for each other', columns, rows),
    h('p', { class: 'aside' }, 'As a multiple of those among the people of the reference, at one cut-off. The cut-off includes an allowance '
      + 'for the strictest group, until the scores of this gallery are known.'),
    h('p', {}, h('strong', {}, 'Not measured: '), `${model.not_measured}.`),
  ]
}

function own(model) {
  const raised = score(model.allowance)
  if (!model.own) {
    return [h('p', {}, `Nothing is known yet of how alike these people are, so a stricter cut-off is used, higher by ${raised}. `
      + 'From 10 people on, the service compares them with each other, and again every week.'), pairsFigure(null)]
  }
  const { people, at, suspected_pairs: pairs } = model.own
  return [figures([
    { title: 'People compared', value: people, note: `a sample, ${time(Date.parse(at) / 1000)}; repeated every week` },
    { title: 'Level of their scores', value: score(model.own.level), note: `upper quartile between different people; 95\u00a0% interval ${score(model.own.level_low)} to ${score(model.own.level_high)}` },
    { title: 'Cut-offs raised by', value: raised, note: 'so that the budget holds for people as alike as these' },
  ]), pairsFigure({ people, at, suspected_pairs: pairs }), h('p', { class: 'aside' }, 'A sample can miss a pair. Look below among '
    + 'everybody for accounts that are alike.')]
}
