/** The list of days: one card a day, changed in place so that focus and what is open stay. */

import { bytes, createdAt, duration, grouped, plural, Rate, short, took } from './figures.js';
import { batchPlot } from './plot.js';
import { drawTasks } from './tasks.js';

const PAGE = 60;
const ENDED = new Set(['PUBLISHED', 'FAILED']);

export const key = status => `${status.day.dataset}/${status.day.date}`;
export const running = status => !ENDED.has(status.state);

/** Running days first, then the latest date. */
function before(a, b) {
  return Number(running(b.status)) - Number(running(a.status))
    || b.status.day.date.localeCompare(a.status.day.date)
    || a.status.day.dataset.localeCompare(b.status.day.dataset);
}

function show(element, text) {
  element.hidden = !text;
  if (element.textContent !== (text ?? '')) {
    element.textContent = text ?? '';
  }
}

function progress(card, kind, done, all) {
  const bar = card.querySelector(`progress.${kind}`);
  bar.max = Math.max(all, 1);
  bar.value = done;
  card.querySelector(`.${kind}-text`).textContent = all === 0 ? '–' : `${grouped(done)} of ${grouped(all)}`;
}

/** Whether its plan gave tasks out; a naive day has no chunks. */
const hasTasks = status => status.chunks > 0 || status.batches > 0 && status.mode?.mode === 'NAIVE';

/** The tasks done of a day, by its status or by what is told of its tasks: whichever is more. */
function counted(day) {
  const { status, report } = day;
  const of = (kind, told) => Math.max(told, report && report.plan === status.plan ? report[kind].done : 0);
  return { chunks: of('chunks', status.chunksDone), batches: of('batches', status.batchesDone) };
}

/** How long a day took that was run, not found published. */
const length = status => status.plan && hasTasks(status)
  ? [`took ${took(Math.max(0, new Date(status.at).getTime() - createdAt(status.plan)))}`] : [];

function metrics(status) {
  return (status.failedMetrics ?? []).map(failed => `Metric ${failed.metric} failed in batch ${failed.batch}: `
    + [failed.file, failed.line === null ? null : `line ${failed.line}`].filter(Boolean).join(', ') + `: ${failed.reason}`);
}

function figures(day, now) {
  const status = day.status;
  if (status.state === 'PLANNING') {
    return 'reading footers and counting rows';
  }
  if (status.rows === 0) {
    return '';
  }
  const read = status.routed + status.filtered + status.outside;
  if (!running(status)) {
    return [plural(status.rows, 'row', 'rows'), `${grouped(status.routed)} routed`, `${grouped(status.filtered)} filtered`,
      `${grouped(status.outside)} outside the universe`, ...length(status)].join(' · ');
  }
  const parts = [`${short(read)} of ${short(status.rows)} rows`];
  if (status.chunks > 0) {
    parts.push(`${bytes(status.stagedBytes)} staged`);
  }
  const shredding = status.state === 'SHREDDING';
  const rate = (shredding ? day.rows : day.batches).perSecond(now);
  if (rate) {
    const left = shredding ? status.rows - read : status.batches - status.batchesDone;
    parts.push(shredding ? `${short(rate)} rows/s` : `${rate.toPrecision(2)} batches/s`);
    if (left > 0) {
      parts.push(`about ${duration(left / rate)} left${shredding ? ' to shred' : ''}`);
    }
  }
  return parts.join(' · ');
}

function failure(status) {
  if (!status.failure) {
    return null;
  }
  const { reason, object } = status.failure;
  return object && !reason.includes(object) ? `${reason} (${object})` : reason;
}

export class Days {
  #days = new Map();
  #list;
  #template;
  #again;
  #filter = 'all';
  #shown = PAGE;

  /** again: called with the status of a day that a person wants to run again */
  constructor(list, template, again) {
    this.#list = list;
    this.#template = template;
    this.#again = again;
  }

  /** All days at once; those that are not among them are gone. */
  replace(statuses) {
    const keys = new Set(statuses.map(key));
    [...this.#days.keys()].filter(known => !keys.has(known)).forEach(gone => {
      this.#days.get(gone).card?.remove();
      this.#days.delete(gone);
    });
    statuses.forEach(status => this.#put(status));
    this.draw();
  }

  put(status) {
    this.#put(status);
    this.draw();
  }

  #put(status) {
    let day = this.#days.get(key(status));
    if (!day) {
      day = { rows: new Rate(), batches: new Rate(), card: null, plotted: null, batchRows: null };
      this.#days.set(key(status), day);
    }
    day.status = status;
    day.rows.add(status.routed + status.filtered + status.outside, Date.now());
    day.batches.add(status.batchesDone, Date.now());
  }

  filter(wanted) {
    this.#filter = wanted;
    this.#shown = PAGE;
    this.draw();
  }

  /** What became of the tasks of a plan so far. */
  tasks(report) {
    const day = [...this.#days.values()].find(known => known.status.plan === report.plan);
    if (day) {
      day.report = report;
      if (day.card) {
        this.#card(day);
      }
    }
  }

  more() {
    this.#shown += PAGE;
    this.draw();
  }

  get size() {
    return this.#days.size;
  }

  get running() {
    return [...this.#days.values()].filter(day => running(day.status)).length;
  }

  #wanted() {
    return [...this.#days.values()]
      .filter(day => this.#filter === 'all'
        || (this.#filter === 'running' ? running(day.status) : day.status.state === this.#filter))
      .sort(before);
  }

  /** Draws what is wanted; returns how many days are wanted and how many of them are drawn. */
  draw() {
    const wanted = this.#wanted();
    const drawn = wanted.slice(0, this.#shown);
    const cards = new Set(drawn.map(day => this.#card(day)));
    [...this.#list.children].filter(child => !cards.has(child)).forEach(child => child.remove());
    [...cards].forEach((card, index) => {
      if (this.#list.children[index] !== card) {
        this.#list.insertBefore(card, this.#list.children[index] ?? null);
      }
    });
    this.result = { wanted: wanted.length, drawn: drawn.length };
  }

  #card(day) {
    const status = day.status;
    if (!day.card) {
      day.card = this.#template.content.firstElementChild.cloneNode(true);
      day.card.dataset.day = key(status);
      day.card.querySelector('h3').textContent = `${status.day.dataset} ${status.day.date}`;
      day.card.querySelector('.again').addEventListener('click', () => this.#again(day.status));
      day.card.querySelector('details.output').addEventListener('toggle', () => this.#plot(day));
      day.card.querySelector('details.tasks').addEventListener('toggle', () => this.#showTasks(day));
    }
    const card = day.card;
    card.className = `day ${running(status) ? 'running' : status.state.toLowerCase()}`;
    card.querySelector('.state').textContent = status.state.toLowerCase();
    const again = card.querySelector('.again');
    if (running(status) && again === document.activeElement) {
      // The button goes; the keyboard stays with its day.
      card.focus();
    }
    again.hidden = running(status);
    card.querySelector('.again').setAttribute('aria-label', `Run ${key(status)} again`);
    card.querySelector('.progress').hidden = status.chunks === 0 && status.batches === 0;
    const done = counted(day);
    progress(card, 'chunks', done.chunks, status.chunks);
    progress(card, 'batches', done.batches, status.batches);
    show(card.querySelector('.figures'), figures(day, Date.now()));
    show(card.querySelector('.failure'), failure(status));
    show(card.querySelector('.mode'), status.mode?.reads ? `Ran ${status.mode.mode.toLowerCase()}: ${status.mode.reason}` : '');
    show(card.querySelector('.note'), status.note);
    card.classList.toggle('lacking', metrics(status).length > 0);
    if (metrics(status).length > 0) {
      card.querySelector('.state').textContent = `published, without ${plural(metrics(status).length, 'metric', 'metrics')}`;
    }
    show(card.querySelector('.metrics'), metrics(status).join('\n'));
    card.querySelector('details.output').hidden = status.state !== 'PUBLISHED';
    show(card.querySelector('.manifest'), status.manifest);
    if (card.querySelector('details.output').open) {
      this.#plot(day);
    }
    const tasks = card.querySelector('details.tasks');
    tasks.hidden = !hasTasks(status);
    if (day.report && day.report.plan !== status.plan) {
      day.report = null;
      tasks.querySelector('.board').replaceChildren();
    }
    if (running(status) && day.opened !== status.plan && hasTasks(status)) {
      // Once for each plan: a person may close it.
      day.opened = status.plan;
      tasks.open = true;
    } else if (tasks.open && !day.report && !running(status) && day.fetched !== status.plan) {
      // It ended before anything was told of its tasks.
      day.fetched = status.plan;
      this.#showTasks(day);
    }
    this.#drawTasks(day);
    return card;
  }

  /** again: even where the same is drawn already, which a person may be pointing at */
  #drawTasks(day, again) {
    const status = day.status;
    if (!day.card?.querySelector('details.tasks').open || !day.report) {
      return;
    }
    const sign = JSON.stringify([counted(day), status.state, day.card.clientWidth]);
    if (again || day.drawnReport !== day.report || day.drawnSign !== sign) {
      day.drawnReport = day.report;
      day.drawnSign = sign;
      drawTasks(day.card.querySelector('.board'), day.report, counted(day), createdAt(status.plan), running(status) ? null : status.at);
    }
  }

  /** The tasks of a running day come as events; those of a day that has ended are fetched when they are looked at. */
  async #showTasks(day) {
    const status = day.status;
    const place = day.card.querySelector('.board');
    if (!day.card.querySelector('details.tasks').open) {
      return;
    }
    if (day.report) {
      this.#drawTasks(day, true);
      return;
    }
    if (running(status)) {
      place.textContent = 'nothing is done yet';
      return;
    }
    place.textContent = 'reading what became of the tasks …';
    try {
      const answer = await fetch(`days/${status.day.date}/tasks?dataset=${encodeURIComponent(status.day.dataset)}`);
      const body = await answer.json();
      if (!answer.ok) {
        throw new Error(body.error ?? `the planner answered ${answer.status}`);
      }
      day.report = body;
      this.#drawTasks(day, true);
    } catch (failed) {
      place.textContent = failed.message;
    }
  }

  /** Draws what was fetched, anew where there is more or less space than there was. */
  #drawPlot(day, place) {
    const drawn = place.querySelector('svg');
    if (day.batchRows !== null && (drawn === null || Number(drawn.dataset.space) !== place.clientWidth)) {
      const plot = batchPlot(day.batchRows, place.clientWidth);
      plot.dataset.space = place.clientWidth;
      place.replaceChildren(plot);
    }
  }

  /** The plot of a published plan, fetched when it is first looked at. */
  async #plot(day) {
    const status = day.status;
    const place = day.card.querySelector('.plot');
    if (!day.card.querySelector('details.output').open || status.state !== 'PUBLISHED') {
      return;
    }
    if (day.plotted === status.plan) {
      this.#drawPlot(day, place);
      return;
    }
    day.plotted = status.plan;
    day.batchRows = null;
    place.textContent = 'reading the manifest …';
    try {
      const answer = await fetch(
        `days/${status.day.date}/batches?dataset=${encodeURIComponent(status.day.dataset)}`);
      const body = await answer.json();
      if (!answer.ok) {
        throw new Error(body.error ?? `the planner answered ${answer.status}`);
      }
      day.batchRows = body;
      this.#drawPlot(day, place);
    } catch (failed) {
      day.plotted = null;
      place.textContent = failed.message;
    }
  }
}
