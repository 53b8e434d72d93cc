import { h, svg } from '../../widget/views/dom.js'
import { table } from './table.js'

/** Colours of the series, from the style sheet, so that they follow light and dark. */
const COLOURS = ['--series-1', '--series-2', '--series-3', '--series-4', '--series-5', '--series-6']

const HEIGHT = 220

/** Dash patterns, so that lines are told apart without colours. */
const DASHES = [[], [6, 3], [2, 2], [10, 3, 2, 3], [1, 4], [12, 4]]

const DAY = 86_400

/** The steps between the ticks of counts: whole numbers, up to 5 billion. */
const WHOLE_STEPS = Array.from({ length: 10 }, (_, power) => [1, 2, 5].map(one => one * 10 ** power)).flat()

/** Part of its step that a bar takes, and its largest width in pixels. */
const BAR = [0.85, 40]

/**
 * A plot over time or over a number, with the same figures as a table for screen readers and for reading exact values.
 * The pointer shows the values of one place below the plot.
 *
 * Drawn by uPlot: 22 kB compressed, without dependencies, and it runs under the content security policy. Chart.js is
 * three times as large, Observable Plot ten times with D3. Without the bundle only the table is shown.
 *
 * @param {string} caption
 * @param {{title: string, values: number[], isTime?: boolean, format?: (x: number) => string}} x seconds since 1970 if
 *   `isTime`, in ascending order; a bar of time begins at its value, another bar has its value in the middle
 * @param {{title: string, values: (number | null)[], shape?: 'line' | 'bars', format?: (y: number) => string, total?: 'Total' | 'Largest'}[]} series
 *   `total` adds a row to the figures: the sum of the values, or the largest
 * @param {{marks?: {at: number, title: string}[], axisFormat?: (y: number) => string, stacked?: boolean, logarithmic?: boolean, signal?: AbortSignal}} [more]
 *   `marks` are vertical lines; `axisFormat` is for the numbers of the y axis, by default the format of the first
 *   series; `stacked` puts each series on top of those before it; `signal` aborts when the view closes
 */
export function plot(caption, x, series, { marks = [], axisFormat, stacked = false, logarithmic = false, signal } = {}) {
  const box = h('div', { class: 'plot-area', 'aria-hidden': 'true' })
  const said = h('span', {})
  const lines = x.values.map((_, place) => read(place, x, series))
  const longest = lines.reduce((one, other) => (other.length > one.length ? other : one), '')
  const readout = h('p', { class: 'readout', 'aria-hidden': 'true', 'data-longest': longest }, said)
  const details = h('details', {}, h('summary', {}, 'Figures'), figures(caption, x, series))
  const legend = h('ul', { class: 'legend', 'aria-hidden': 'true' },
    ...series.map((one, place) => h('li', {}, swatch(place, one.shape), one.title)),
    ...marks.map(({ title }) => h('li', { class: 'mark' }, title)))
  const node = h('figure', { class: 'plot' }, h('figcaption', {}, caption), legend, box, readout, details)
  const say = place => { said.textContent = place === null ? '' : lines[place] }
  draw(box, x, series, { marks, axisFormat, stacked, logarithmic, signal, say }).catch(() => {
    box.remove()
    details.open = true
  })
  return node
}

function swatch(place, shape = 'line') {
  const dash = shape === 'line' ? DASHES[place % DASHES.length].join(' ') : null
  return svg('svg', { viewBox: '0 0 24 10', class: `swatch series-${place % COLOURS.length + 1}` },
    svg('path', { d: 'M0 5H24', 'stroke-width': shape === 'bars' ? 10 : 3, 'stroke-dasharray': dash || null }))
}

function figures(caption, x, series) {
  const columns = [{ title: x.title }, ...series.map(one => ({ title: one.title, number: true }))]
  const rows = x.values.map((at, place) => [
    formatOf(x)(at), ...series.map(({ values, format }) => show(values[place], format)),
  ])
  const node = table(caption, columns, rows, { quiet: true })
  if (series[0]?.total) node.querySelector('thead').append(totals(series))
  return node
}

function totals(series) {
  const cells = series.map(({ values, total, format }) => {
    const value = total === 'Largest' ? Math.max(...values) : values.reduce((sum, one) => sum + (one ?? 0), 0)
    return h('td', { class: 'number' }, show(value, format))
  })
  return h('tr', { class: 'totals' }, h('th', { scope: 'row' }, series[0].total), ...cells)
}

/** The values of one place in words. */
function read(place, x, series) {
  const values = series.map(({ title, values, format }) => `${title} ${show(values[place], format) ?? '–'}`)
  return [formatOf(x)(x.values[place]), ...values].join(' · ')
}

function formatOf(x) {
  return x.format ?? (x.isTime ? time : String)
}

function show(value, format = number => number.toLocaleString('en')) {
  return value === null || value === undefined ? null : format(value)
}

/** A moment in the operator's time zone. */
export function time(seconds) {
  return new Date(seconds * 1000).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' })
}

/** uPlot for all plots. WebKit would resolve a second import of a module that has failed, with half of it. */
let loading = null

/**
 * Load uPlot with English numbers, as the console has. It takes the browser's language, and fails if that is none: it is
 * "C" in WebKitGTK on a system without a locale.
 */
async function load() {
  Object.defineProperty(navigator, 'language', { value: 'en', configurable: true })
  try {
    return await import('uplot')
  } finally {
    delete navigator.language
  }
}

async function draw(box, x, series, { marks, axisFormat, stacked, logarithmic, signal, say }) {
  const { default: uPlot } = await (loading ??= load())
  if (signal?.aborted) return
  const style = name => getComputedStyle(box).getPropertyValue(name).trim()
  const tops = stacked ? stack(series) : series.map(one => one.values)
  const make = width => new uPlot(options(uPlot, { width, x, series, marks, axisFormat, stacked, logarithmic, style, say }),
    [x.values, ...(stacked ? tops.slice().reverse() : tops)], box)
  let drawn = null
  let width = 0
  const redraw = () => {
    drawn?.destroy()
    width = box.clientWidth
    drawn = width > 0 ? make(width) : null
  }
  const observer = new ResizeObserver(() => width !== box.clientWidth && redraw())
  observer.observe(box)
  const scheme = matchMedia('(prefers-color-scheme: dark)')
  scheme.addEventListener('change', redraw, { signal })
  signal?.addEventListener('abort', () => {
    observer.disconnect()
    drawn?.destroy()
  })
}

/** The upper end of each series on top of those before it. */
function stack(series) {
  const sums = series[0].values.map(() => 0)
  return series.map(({ values }) => values.map((value, place) => (sums[place] += value ?? 0)))
}

function options(uPlot, { width, x, series, marks, axisFormat, stacked, logarithmic, style, say }) {
  const axis = {
    stroke: style('--muted'),
    grid: { stroke: style('--line'), width: 1 },
    ticks: { stroke: style('--line'), width: 1 },
    font: '12px system-ui, sans-serif',
  }
  const isCount = series.every(one => !one.format && one.values.every(value => value === null || Number.isInteger(value)))
  const y = axisFormat ?? series[0]?.format ?? (value => value.toLocaleString('en'))
  const drawn = series.map(({ shape = 'line' }, place) => ({
    stroke: style(COLOURS[place % COLOURS.length]),
    fill: shape === 'bars' ? style(COLOURS[place % COLOURS.length]) : null,
    width: shape === 'bars' ? 0 : 2,
    dash: shape === 'bars' ? [] : DASHES[place % DASHES.length],
    paths: shape === 'bars' ? uPlot.paths.bars({ size: BAR, align: x.isTime ? 1 : 0 }) : null,
    points: { show: false, size: 5, filter: shape === 'line' ? alone : null },
  }))
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { show: !stacked } },
    scales: {
      x: { time: Boolean(x.isTime), range: series.some(one => one.shape === 'bars') ? aroundBars(x) : ofLines(x) },
      y: { distr: logarithmic ? 3 : 1, range: logarithmic ? null : fromZero },
    },
    axes: [
      { ...axis, space: 60, values: x.isTime ? dates : x.format ? (_plot, ticks) => ticks.map(x.format) : null },
      {
        ...axis,
        size: roomFor,
        ...(isCount && { incrs: WHOLE_STEPS }),
        ...(logarithmic && { grid: { ...axis.grid, filter: decades }, ticks: { ...axis.ticks, filter: decades } }),
        values: (_plot, ticks) => ticks.map(tick => (tick === null ? '' : y(tick))),
      },
    ],
    series: [{}, ...(stacked ? drawn.slice().reverse() : drawn)],
    hooks: { draw: [plotted => drawMarks(plotted, marks, style)], setCursor: [plotted => say(plotted.cursor.idx ?? null)] },
  }
}

/** The powers of ten among the steps of a logarithmic axis; the others would be too many lines. */
function decades(_plot, steps) {
  return steps.map(step => (step > 0 && Math.abs(Math.log10(step) - Math.round(Math.log10(step))) < 1e-9 ? step : null))
}

/** The places of a line's values without neighbours, which the line alone would not show. */
function alone(plotted, number) {
  const values = plotted.data[number]
  return values.flatMap((value, place) =>
    (value !== null && (values[place - 1] ?? null) === null && (values[place + 1] ?? null) === null ? [place] : []))
}

/** The range of the x axis that leaves room for whole bars. */
function aroundBars({ values, isTime }) {
  const steps = values.slice(1).map((value, place) => value - values[place])
  const step = steps.length > 0 ? Math.min(...steps) : isTime ? DAY : 1
  return (_plot, low, high) => (isTime ? [low, high + step] : [low - step / 2, high + step / 2])
}

/** The range of the x axis of lines: that of the values. A single value is in the middle of two days, or of 2. */
function ofLines({ values: [only, ...others], isTime }) {
  const half = isTime ? DAY : 1
  return others.length > 0 ? null : () => [only - half, only + half]
}

/** The labels of a time axis: hours, and the date at each midnight or for longer steps. */
function dates(_plot, ticks, _axis, _space, increment) {
  return ticks.map(tick => {
    const moment = new Date(tick * 1000)
    const isDate = increment >= DAY || (moment.getHours() === 0 && moment.getMinutes() === 0)
    const format = isDate ? { day: 'numeric', month: 'short' } : { hour: '2-digit', minute: '2-digit' }
    return isDate ? moment.toLocaleDateString('en-GB', format) : moment.toLocaleTimeString('en-GB', format)
  })
}

/** The width of the y axis in pixels: as much as its longest label needs, at 12 pixels a letter's height. */
function roomFor(_plot, labels) {
  return 22 + 7 * Math.max(3, ...(labels ?? []).map(label => label.length))
}

/** The range of the y axis: from 0 to the largest value, or to 1 where nothing was counted. */
function fromZero(_plot, _low, high) {
  return [0, high > 0 ? high * 1.08 : 1]
}

function drawMarks(plotted, marks, style) {
  const { ctx, bbox } = plotted
  ctx.save()
  ctx.strokeStyle = style('--ink')
  ctx.lineWidth = devicePixelRatio
  ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio])
  for (const { at } of marks) {
    const left = plotted.valToPos(at, 'x', true)
    if (left < bbox.left || left > bbox.left + bbox.width) continue
    ctx.beginPath()
    ctx.moveTo(left, bbox.top)
    ctx.lineTo(left, bbox.top + bbox.height)
    ctx.stroke()
  }
  ctx.restore()
}
