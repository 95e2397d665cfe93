/** What became of the chunks and batches of a plan: a cell for each, what stood out, and who did it. */

import { bytes, clock, grouped, plural, short, took } from './figures.js';

const SVG = 'http://www.w3.org/2000/svg';
const CELL = 14, GAP = 2, MOST_ACROSS = 60;

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** One cell of a grid: how many of its tasks are done, and whether one is failing. */
function cell(stage, index, count, what, across) {
  const done = stage.doneByCell[index];
  const failing = stage.failingByCell[index];
  const first = index * stage.each;
  const made = document.createElementNS(SVG, 'rect');
  const x = index % across * (CELL + GAP), y = Math.floor(index / across) * (CELL + GAP);
  Object.entries({ x, y, width: CELL, height: CELL, rx: 2 }).forEach(([key, value]) => made.setAttribute(key, value));
  made.setAttribute('class', failing > 0 ? 'failing' : done === 0 ? 'open' : done === count ? 'done' : 'part');
  const title = document.createElementNS(SVG, 'title');
  title.textContent = (count === 1 ? `${what} ${first}` : `${what === 'batch' ? 'batches' : 'chunks'} ${first} to ${first + count - 1}`)
    + (count === 1 ? `: ${done ? 'done' : failing ? 'failed, tried again' : 'not done yet'}`
      : `: ${done} of ${count} done${failing ? `, ${failing} failing` : ''}`);
  made.append(title);
  return made;
}

function grid(stage, done, what, many, across) {
  const all = Math.max(stage.total, stage.doneByCell.length);
  const cells = stage.doneByCell.length;
  const svg = document.createElementNS(SVG, 'svg');
  const rows = Math.max(1, Math.ceil(cells / across));
  const width = Math.min(across, Math.max(cells, 1)) * (CELL + GAP) - GAP;
  const height = rows * (CELL + GAP) - GAP;
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  svg.setAttribute('width', width);
  svg.setAttribute('class', 'grid');
  svg.setAttribute('role', 'img');
  const failing = stage.failingByCell.reduce((a, b) => a + b, 0);
  const text = `${grouped(done)} of ${plural(all, what, many)} done`
    + (failing > 0 ? `, ${grouped(failing)} failing` : '')
    + (stage.failedAttempts > 0 ? `, ${plural(stage.failedAttempts, 'attempt', 'attempts')} failed so far` : '')
    + (stage.each > 1 ? `; a square is ${stage.each}` : '');
  svg.setAttribute('aria-label', text);
  for (let index = 0; index < cells; index++) {
    svg.append(cell(stage, index, Math.min(stage.each, all - index * stage.each), what, across));
  }
  return element('figure', {}, svg, element('figcaption', { textContent: text }));
}

function table(title, heads, rows) {
  const head = element('tr', {}, ...heads.map(([text, right]) =>
    element('th', { textContent: text, scope: 'col', className: right ? 'right' : '' })));
  const body = rows.map(row => element('tr', {}, ...row.map((text, index) =>
    element('td', { textContent: text, className: heads[index][1] ? 'right' : '' }))));
  const region = element('div', { className: 'table', tabIndex: 0 },
    element('table', {}, element('caption', { textContent: title }), element('thead', {}, head),
      element('tbody', {}, ...body)));
  region.setAttribute('role', 'region');
  region.setAttribute('aria-label', title);
  return region;
}

/** Where the time went, in a line. */
function phases(report, begun, ended) {
  const at = instant => new Date(instant).getTime();
  const parts = [];
  if (report.openedAt) {
    parts.push(`planned in ${took(Math.max(0, at(report.openedAt) - begun))}`);
    if (report.fannedOutAt) {
      parts.push(`shredded in ${took(at(report.fannedOutAt) - at(report.openedAt))}`);
      const end = report.publishedAt ? at(report.publishedAt) : null;
      if (end) {
        parts.push(`finalized in ${took(end - at(report.fannedOutAt))}`);
      }
    }
  } else if (report.fannedOutAt && report.chunks.total === 0) {
    // Batches that read the sources are given out by the plan itself.
    parts.push(`planned in ${took(Math.max(0, at(report.fannedOutAt) - begun))}`);
    if (report.publishedAt) {
      parts.push(`finalized in ${took(at(report.publishedAt) - at(report.fannedOutAt))}`);
    }
  }
  if (ended) {
    parts.push(`${took(at(ended) - begun)} in all`);
  }
  return parts.join(' · ');
}

/** Draws a report into a place that may hold an older one; counted: how many chunks and batches are done. */
export function drawTasks(place, report, counted, begun, ended) {
  const parts = [];
  // Squares keep their size on a phone and take more lines.
  const across = Math.max(8, Math.min(MOST_ACROSS, Math.floor((place.clientWidth || 960) / (CELL + GAP))));
  const line = phases(report, begun, ended);
  if (line) {
    parts.push(element('p', { className: 'phases', textContent: line }));
  }
  if (report.chunks.total > 0 || report.chunks.done > 0 || !report.fannedOutAt) {
    parts.push(grid(report.chunks, counted.chunks, 'chunk', 'chunks', across));
  }
  if (report.fannedOutAt || report.batches.done > 0) {
    parts.push(grid(report.batches, counted.batches, 'batch', 'batches', across));
  }
  const tables = element('div', { className: 'tables' });
  parts.push(tables);
  if (report.slowestChunks.length > 0) {
    tables.append(table('Slowest chunks', [['Chunk', true], ['Table'], ['Took', true], ['Rows', true], ['Staged', true],
      ['Worker']], report.slowestChunks.slice(0, 5).map(task => [task.number, task.table, took(task.tookMillis),
      short(task.rows), bytes(task.bytes), task.worker])));
  }
  if (report.workers.length > 0) {
    tables.append(table('Who did it', [['Worker'], ['Chunks', true], ['Batches', true], ['Failed', true], ['Rows', true],
      ['Busy', true], ['Last heard of']], report.workers.slice(0, 12).map(worker => [worker.name,
      grouped(worker.chunks), grouped(worker.batches), grouped(worker.failedAttempts), short(worker.rows),
      took(worker.busyMillis), clock(worker.lastAt)])));
    if (report.workers.length > 12) {
      parts.push(element('p', { textContent: `and ${report.workers.length - 12} more` }));
    }
  }
  // A table that a person scrolled or reads with the keyboard keeps its place.
  const focused = place.contains(document.activeElement) ? document.activeElement.getAttribute('aria-label') : null;
  place.replaceChildren(...parts);
  if (focused) {
    place.querySelector(`[aria-label="${focused}"]`)?.focus();
  }
}
