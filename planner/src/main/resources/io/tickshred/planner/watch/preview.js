/** A plan that was not run, as its dry run answers. */

import { bytes, grouped, plural } from './figures.js';
import { batchPlot } from './plot.js';

function fact(term, text) {
  const row = document.createElement('div');
  row.append(Object.assign(document.createElement('dt'), { textContent: term }),
    Object.assign(document.createElement('dd'), { textContent: text }));
  return row;
}

const percent = part => `${(100 * part).toFixed(1)} %`;

function forecast(expected) {
  const facts = [fact('Requests', `about ${grouped(expected.gets)} reads and ${grouped(expected.puts)} writes, `
    + `${expected.dollars.toFixed(4)} dollars`)];
  if (expected.stagedObjects > 0) {
    facts.push(fact('Staging', plural(expected.stagedObjects, 'object', 'objects')),
      fact('Memory', `${bytes(expected.chunkMemoryBytes)} of a worker's ${bytes(expected.workerMemoryBytes)} for a chunk`));
  } else if (expected.batchReadBytes) {
    facts.push(fact('Scratch', `${bytes(expected.batchDiskBytes)} of a finalizer's for a batch, which reads up to `
      + bytes(expected.batchReadBytes)));
  }
  return facts;
}

/** Draws a plan's preview into a place. */
export function drawPreview(place, plan) {
  const facts = document.createElement('dl');
  const figures = plan.figures;
  facts.append(
    fact('Rows', `${grouped(plan.rows)} in ${plural(plan.sources, 'object', 'objects')}, `
      + plural(plan.listings, 'listing', 'listings')
      + (plan.outside === null ? '' : `, ${grouped(plan.outside)} rows outside the universe`)),
    fact('Batches', `${grouped(plan.rowsOfBatches.length)}, at least ${grouped(figures.lowerBound)}; `
      + `fullest ${percent(figures.fullest)}, waste ${percent(figures.waste)}`
      + (figures.oversized ? `, ${grouped(figures.oversized)} over a cap` : '')),
    fact('Sizes', `by estimator ${figures.estimator.toLowerCase()}, ${figures.exact ? 'every row counted' : 'estimated'}`),
    ...plan.chunks.map(table => fact(`Chunks of ${table.table}`,
      `${grouped(table.chunks)} of ${bytes(table.smallestBytes)} to ${bytes(table.largestBytes)}, `
      + `together ${bytes(table.bytes)}`)),
    ...(figures.mode ? [fact('Mode', `${figures.mode.mode.toLowerCase()}, ${figures.mode.reason}`)] : []),
    ...(figures.forecast ? forecast(figures.forecast) : []));
  const warnings = plan.warnings.map(text =>
    Object.assign(document.createElement('p'), { className: 'warning', textContent: text }));
  const plot = document.createElement('div');
  plot.className = 'plot';
  place.replaceChildren(facts, ...warnings, plot);
  plot.append(batchPlot(plan.rowsOfBatches.map((rows, batch) => ({ batch, rows, plannedRows: null })), plot.clientWidth));
}
