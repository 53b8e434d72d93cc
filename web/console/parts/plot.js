import { h } from '../../widget/views/dom.js'
import { table } from './table.js'

/** Colours of the series, from the style sheet, so that they follow light and dark. */
const COLOURS = ['--series-1', '--series-2', '--series-3', '--series-4', '--series-5', '--series-6']

const HEIGHT = 220

/** Dash patterns, so that series are told apart without colours. */
const DASHES = [[], [6, 3], [2, 2], [10, 3, 2, 3], [1, 4], [12, 4]]

/**
 * A plot over time or over a number, with the same figures as a table for screen readers and for reading exact values.
 *
 * Drawn by uPlot: 22 kB compressed, without dependencies, and it runs under the content security policy. Chart.js is
 * three times as large, Observable Plot ten times with D3. Without the bundle only the table is shown.
 *
 * @param {string} caption
 * @param {{title: string, values: number[], isTime?: boolean, format?: (x: number) => string}} x seconds since 1970 if
 *   `isTime`, in ascending order
 * @param {{title: string, values: (number | null)[], shape?: 'line' | 'bars', format?: (y: number) => string}[]} series
 * @param {{marks?: {at: number, title: string}[], logarithmic?: boolean, signal?: AbortSignal}} [more] `marks` are
 *   vertical lines; `signal` aborts when the view closes
 */
export function plot(caption, x, series, { marks = [], logarithmic = false, signal } = {}) {
  const box = h('div', { class: 'plot-area', 'aria-hidden': 'true' })
  const details = h('details', {}, h('summary', {}, 'Figures'), figures(caption, x, series))
  const legend = h('ul', { class: 'legend', 'aria-hidden': 'true' }, ...series.map((one, place) =>
    h('li', { class: `series-${place + 1}` }, one.title)))
  const marked = marks.map(({ title }) => h('li', { class: 'mark' }, title))
  legend.append(...marked)
  const node = h('figure', { class: 'plot' }, h('figcaption', {}, caption), legend, box, details)
  draw(box, x, series, { marks, logarithmic, signal }).catch(() => {
    box.remove()
    details.open = true
  })
  return node
}

function figures(caption, x, series) {
  const columns = [{ title: x.title }, ...series.map(one => ({ title: one.title, number: true }))]
  const formatX = x.format ?? (x.isTime ? time : String)
  const rows = x.values.map((at, place) => [
    formatX(at), ...series.map(({ values, format }) => show(values[place], format)),
  ])
  return table(caption, columns, rows, { quiet: true })
}

function show(value, format = number => number.toLocaleString('en')) {
  return value === null || value === undefined ? null : format(value)
}

/** A moment in the operator's time zone. */
export function time(seconds) {
  return new Date(seconds * 1000).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' })
}

async function draw(box, x, series, { marks, logarithmic, signal }) {
  const { default: uPlot } = await import('uplot')
  if (signal?.aborted) return
  const style = name => getComputedStyle(box).getPropertyValue(name).trim()
  const make = width => new uPlot(options(uPlot, { width, x, series, marks, logarithmic, style }),
    [x.values, ...series.map(one => one.values)], box)
  let drawn = null
  const redraw = () => {
    drawn?.destroy()
    drawn = box.clientWidth > 0 ? make(box.clientWidth) : null
  }
  const observer = new ResizeObserver(redraw)
  observer.observe(box)
  const scheme = matchMedia('(prefers-color-scheme: dark)')
  scheme.addEventListener('change', redraw, { signal })
  signal?.addEventListener('abort', () => {
    observer.disconnect()
    drawn?.destroy()
  })
}

function options(uPlot, { width, x, series, marks, logarithmic, style }) {
  const axis = {
    stroke: style('--muted'),
    grid: { stroke: style('--line'), width: 1 },
    ticks: { stroke: style('--line'), width: 1 },
    font: '12px system-ui, sans-serif',
  }
  const y = series[0]?.format ?? (value => value.toLocaleString('en'))
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { drag: { x: false, y: false } },
    scales: { x: { time: Boolean(x.isTime) }, y: { distr: logarithmic ? 3 : 1, range: logarithmic ? null : fromZero } },
    axes: [
      { ...axis, values: x.format && !x.isTime ? (_plot, ticks) => ticks.map(x.format) : null },
      { ...axis, size: 56, values: (_plot, ticks) => ticks.map(tick => (tick === null ? '' : y(tick))) },
    ],
    series: [
      {},
      ...series.map(({ shape = 'line' }, place) => ({
        stroke: style(COLOURS[place % COLOURS.length]),
        fill: shape === 'bars' ? style(COLOURS[place % COLOURS.length]) : null,
        width: 2,
        dash: DASHES[place % DASHES.length],
        paths: shape === 'bars' ? uPlot.paths.bars({ size: [0.9, 40] }) : null,
        points: { show: shape === 'line' && x.values.length < 3 },
      })),
    ],
    hooks: { draw: [plotted => drawMarks(plotted, marks, style)] },
  }
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
