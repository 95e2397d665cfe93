/** Rows of each batch as bars, what was planned as outlines around them. */

import { grouped, short } from './figures.js';

const SVG = 'http://www.w3.org/2000/svg';
const WIDEST = 960, NARROWEST = 280, HEIGHT = 170, LEFT = 54, BOTTOM = 20, TOP = 8, MOST = 400;

function element(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  if (text !== undefined) {
    made.textContent = text;
  }
  return made;
}

const sum = rows => rows.reduce((a, b) => a + b, 0);

/** Too many batches for a bar each become bars of several, told by their mean. */
function bars(batches) {
  const each = Math.ceil(batches.length / MOST);
  const made = [];
  for (let at = 0; at < batches.length; at += each) {
    const some = batches.slice(at, at + each);
    const planned = some.filter(b => b.plannedRows !== null);
    made.push({
      name: each === 1 ? `batch ${some[0].batch}` : `batches ${some[0].batch} to ${some.at(-1).batch}`,
      rows: sum(some.map(b => b.rows)) / some.length,
      planned: planned.length === some.length ? sum(planned.map(b => b.plannedRows)) / some.length : null,
    });
  }
  return made;
}

/** batches: [{batch, listings, rows, bytes, plannedRows or null}]; space: pixels across, so that text keeps its size */
export function batchPlot(batches, space) {
  const across = Math.max(NARROWEST, Math.min(WIDEST, space));
  const drawn = bars(batches);
  const top = Math.max(1, ...drawn.map(b => Math.max(b.rows, b.planned ?? 0)));
  const y = rows => TOP + (HEIGHT - TOP - BOTTOM) * (1 - rows / top);
  const step = (across - LEFT) / drawn.length;
  const width = Math.max(1, Math.min(48, step * 0.8));
  const planned = drawn.some(b => b.planned !== null);
  const svg = element('svg', { viewBox: `0 0 ${across} ${HEIGHT}`, width: across, role: 'img' });
  svg.append(element('title', {}, `Rows of ${batches.length} batches; the largest has ${grouped(top)}`
    + (planned ? '; outlines show what was planned' : '')));
  for (const rows of [0, top / 2, top]) {
    svg.append(element('line', { class: 'axis', x1: LEFT, x2: across, y1: y(rows), y2: y(rows) }));
    svg.append(element('text', { x: LEFT - 6, y: y(rows) + 4, 'text-anchor': 'end' }, short(Math.round(rows))));
  }
  drawn.forEach((bar, index) => {
    const x = LEFT + index * step + (step - width) / 2;
    const group = element('g', {});
    group.append(element('title', {}, `${bar.name}: ${grouped(bar.rows)} rows`
      + (bar.planned === null ? '' : `, ${grouped(bar.planned)} planned`)));
    group.append(element('rect', { class: 'actual', x, y: y(bar.rows), width, height: y(0) - y(bar.rows) }));
    if (bar.planned !== null) {
      group.append(element('rect',
        { class: 'planned', x: x - 1.5, y: y(bar.planned), width: width + 3, height: y(0) - y(bar.planned) }));
    }
    svg.append(group);
  });
  svg.append(element('text', { x: LEFT, y: HEIGHT - 4 }, `rows of ${batches.length === 1 ? 'the batch' : 'batches 0 to '
    + (batches.length - 1)}${planned ? '; outlined: planned' : ''}`));
  return svg;
}
