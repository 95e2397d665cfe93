/** The list of days: one card a day, changed in place so that focus and what is open stay. */

import { bytes, duration, grouped, plural, Rate, short } from './figures.js';
import { batchPlot } from './plot.js';

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
      `${grouped(status.outside)} outside the universe`].join(' · ');
  }
  const parts = [`${short(read)} of ${short(status.rows)} rows`, `${bytes(status.stagedBytes)} staged`];
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
      day = { rows: new Rate(), batches: new Rate(), card: null, plotted: null };
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
      day.card.querySelector('details').addEventListener('toggle', () => this.#plot(day));
    }
    const card = day.card;
    card.className = `day ${running(status) ? 'running' : status.state.toLowerCase()}`;
    card.querySelector('.state').textContent = status.state.toLowerCase();
    card.querySelector('.again').hidden = running(status);
    card.querySelector('.again').setAttribute('aria-label', `Run ${key(status)} again`);
    card.querySelector('.progress').hidden = status.chunks === 0 && status.batches === 0;
    progress(card, 'chunks', status.chunksDone, status.chunks);
    progress(card, 'batches', status.batchesDone, status.batches);
    show(card.querySelector('.figures'), figures(day, Date.now()));
    show(card.querySelector('.failure'), failure(status));
    show(card.querySelector('.mode'), status.mode?.reads ? `Ran ${status.mode.mode.toLowerCase()}: ${status.mode.reason}` : '');
    show(card.querySelector('.note'), status.note);
    card.querySelector('details').hidden = status.state !== 'PUBLISHED';
    show(card.querySelector('.manifest'), status.manifest);
    if (card.querySelector('details').open) {
      this.#plot(day);
    }
    return card;
  }

  /** The plot of a published plan, fetched when it is first looked at. */
  async #plot(day) {
    const status = day.status;
    const place = day.card.querySelector('.plot');
    if (!day.card.querySelector('details').open || status.state !== 'PUBLISHED' || day.plotted === status.plan) {
      return;
    }
    day.plotted = status.plan;
    place.textContent = 'reading the manifest …';
    try {
      const answer = await fetch(
        `days/${status.day.date}/batches?dataset=${encodeURIComponent(status.day.dataset)}`);
      const body = await answer.json();
      if (!answer.ok) {
        throw new Error(body.error ?? `the planner answered ${answer.status}`);
      }
      place.replaceChildren(batchPlot(body));
    } catch (failed) {
      day.plotted = null;
      place.textContent = failed.message;
    }
  }
}
