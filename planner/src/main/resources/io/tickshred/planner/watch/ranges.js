/** The list of ranges: each with a square for each of its days, why days failed, and its aggregates. */

import { grouped, plural } from './figures.js';

const STATES = [['published', 'published'], ['already', 'already published'], ['skipped', 'skipped'], ['failed', 'failed'], ['running', 'running'],
  ['waiting', 'waiting']];
const SHOWN = 12;
const REASONS = 5;

const running = status => !['DONE', 'FAILED', 'STOPPED'].includes(status.state);

function show(element, text) {
  element.hidden = !text;
  element.textContent = text ?? '';
}

/** Days that were published before are told apart, and that none was published now, as the command line does. */
function counts(status) {
  const already = status.days.filter(day => day.state === 'PUBLISHED' && day.reason === 'already published').length;
  const number = { ...status, already, published: status.published - already };
  return STATES.filter(([field]) => number[field] > 0 || (field === 'published' && already > 0))
    .map(([field, text]) => `${grouped(number[field])} ${field === 'waiting' && !running(status) ? 'not run' : text}`)
    .join(', ');
}

function aggregate(status) {
  if (status.state === 'RUNNING') {
    return `metric ${status.metric}: being aggregated`;
  }
  return status.failure ? `metric ${status.metric} was not aggregated: ${status.failure.reason}`
    : `metric ${status.metric}: ${plural(status.rows, 'row', 'rows')} of ${plural(status.days, 'day', 'days')}`
      + (status.missing ? `, ${grouped(status.missing)} missing` : '') + (status.manifest ? `, ${status.manifest}` : '');
}

function line(text, bad) {
  return Object.assign(document.createElement('li'), { textContent: text, className: bad ? 'bad' : '' });
}

export class Ranges {
  #ranges = new Map();
  #list;
  #section;
  #template;
  #stop;

  /** stop: called with a range that a person wants to stop */
  constructor(section, list, template, stop) {
    this.#section = section;
    this.#list = list;
    this.#template = template;
    this.#stop = stop;
  }

  replace(views) {
    this.#ranges.clear();
    this.#list.replaceChildren();
    views.forEach(view => this.#ranges.set(view.status.range, { view, card: null }));
    this.#draw();
  }

  put(view) {
    const known = this.#ranges.get(view.status.range);
    this.#ranges.set(view.status.range, { view, card: known?.card ?? null });
    this.#draw();
  }

  #draw() {
    const shown = [...this.#ranges.values()]
      .sort((a, b) => Number(running(b.view.status)) - Number(running(a.view.status))
        || b.view.status.at.localeCompare(a.view.status.at))
      .slice(0, SHOWN);
    this.#section.hidden = shown.length === 0;
    const cards = shown.map(range => this.#card(range));
    [...this.#list.children].filter(child => !cards.includes(child)).forEach(child => child.remove());
    cards.forEach((card, index) => {
      if (this.#list.children[index] !== card) {
        this.#list.insertBefore(card, this.#list.children[index] ?? null);
      }
    });
  }

  #card(range) {
    const { status, aggregates } = range.view;
    if (!range.card) {
      range.card = this.#template.content.firstElementChild.cloneNode(true);
      range.card.dataset.range = status.range;
      range.card.querySelector('h3').textContent = status.range.replace('/', ' ').replace('..', ' to ');
      range.card.querySelector('.stop').addEventListener('click', () => this.#stop(range.view.status.range));
    }
    const card = range.card;
    const state = status.state.toLowerCase();
    const ended = !running(status);
    card.className = `range ${ended ? (status.state === 'DONE' ? 'published' : 'failed') : 'running'}`;
    card.querySelector('.state').textContent = state;
    card.querySelector('.stop').hidden = ended;
    card.querySelector('.stop').setAttribute('aria-label', `Stop ${status.range}`);
    show(card.querySelector('.figures'), counts(status));
    const strip = card.querySelector('.strip');
    strip.setAttribute('aria-label', `${plural(status.days.length, 'day', 'days')}: ${counts(status)}`);
    strip.replaceChildren(...status.days.map(day => {
      const square = document.createElement('i');
      const of = day.state === 'WAITING' && ended ? 'not run' : day.state.toLowerCase();
      square.className = day.state.toLowerCase();
      square.title = `${day.date} ${of}${day.reason ? `: ${day.reason}` : ''}`;
      return square;
    }));
    show(card.querySelector('.failure'), status.failure?.reason);
    show(card.querySelector('.note'), status.note);
    const failed = status.days.filter(day => day.state === 'FAILED');
    card.querySelector('.lines').replaceChildren(
      ...failed.slice(0, REASONS).map(day => line(`${day.date} failed: ${day.reason ?? 'no reason was given'}`, true)),
      ...(failed.length > REASONS ? [line(`and ${failed.length - REASONS} more days failed`, true)] : []),
      ...aggregates.map(one => line(aggregate(one), one.failure)));
    return card;
  }
}
