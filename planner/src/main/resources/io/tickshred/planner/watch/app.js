/** Wires the page: events from the planner into the list of days, the form into requests. */

import { grouped } from './figures.js';
import { Days, key } from './days.js';

const byId = id => document.getElementById(id);
const form = byId('plan');
const answer = byId('answer');
const confirmation = byId('confirm');
let datasets = [];

const days = new Days(byId('days'), byId('day'), again);

function redraw() {
  const { wanted, drawn } = days.result ?? { wanted: 0, drawn: 0 };
  byId('running').textContent = grouped(days.running);
  byId('more').hidden = drawn === wanted;
  const empty = byId('empty');
  empty.hidden = wanted > 0;
  empty.textContent = days.size === 0
    ? 'No day was asked for yet. Choose a dataset and a date above, or send a plan message.'
    : 'No day is in this state.';
}

function link(state, text) {
  byId('link').dataset.state = state;
  byId('link').textContent = text;
}

function say(text, bad) {
  answer.dataset.kind = bad ? 'bad' : 'good';
  answer.textContent = text;
}

/** Asks for a day as anyone does; true when the planner took it. */
async function ask(request) {
  const day = `${request.dataset}/${request.date}`;
  say(`asking for ${day} …`);
  try {
    const got = await fetch('plans', { method: 'POST', headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(request) });
    const body = await got.json();
    if (got.status === 409) {
      say('');
      return confirmAgain(request, body.error.replace(/; send .*$/, '.'));
    }
    say(got.ok ? `asked for ${day}` : body.error ?? `the planner answered ${got.status}`, !got.ok);
    return got.ok;
  } catch (failed) {
    say(`the planner cannot be reached: ${failed.message}`, true);
    return false;
  }
}

function confirmAgain(request, why) {
  byId('confirm-text').textContent =
    `${why} Running it again makes a new plan; what is published stays until the new plan is published.`;
  confirmation.returnValue = 'no';
  confirmation.showModal();
  confirmation.onclose = () => {
    if (confirmation.returnValue === 'yes') {
      ask({ ...request, force: true });
    } else {
      say('');
    }
  };
}

function again(status) {
  const request = { dataset: status.day.dataset, date: status.day.date, force: true };
  confirmAgain(request, `${key(status)} is ${status.state.toLowerCase()}.`);
}

function tablesOf(name) {
  return datasets.find(dataset => dataset.name === name)?.tables ?? [];
}

function drawTables() {
  byId('tables').replaceChildren(...tablesOf(form.elements.dataset.value).map(table => {
    const label = document.createElement('label');
    const box = Object.assign(document.createElement('input'),
      { type: 'checkbox', name: 'table', value: table, checked: true });
    label.append(box, table);
    return label;
  }));
}

function drawDatasets() {
  const chosen = form.elements.dataset.value;
  form.elements.dataset.replaceChildren(...datasets.map(dataset => new Option(dataset.name, dataset.name)));
  if (datasets.some(dataset => dataset.name === chosen)) {
    form.elements.dataset.value = chosen;
  }
  drawTables();
}

form.addEventListener('submit', async event => {
  event.preventDefault();
  const chosen = [...form.querySelectorAll('[name=table]:checked')].map(box => box.value);
  if (chosen.length === 0) {
    say('choose at least one table', true);
    return;
  }
  const dataset = form.elements.dataset.value;
  const all = chosen.length === tablesOf(dataset).length;
  form.querySelector('[type=submit]').disabled = true;
  await ask({ dataset, date: form.elements.date.value, ...(all ? {} : { tables: chosen }) });
  form.querySelector('[type=submit]').disabled = false;
});
form.elements.dataset.addEventListener('change', drawTables);
byId('filter').addEventListener('change', event => {
  days.filter(event.target.value);
  redraw();
});
byId('more').addEventListener('click', () => {
  days.more();
  redraw();
});
setInterval(() => {
  if (days.running > 0) {
    days.draw();
    redraw();
  }
}, 1000);

const events = new EventSource('events');
const on = (name, heard) => events.addEventListener(name, event => heard(JSON.parse(event.data)));
events.onopen = () => link('live', 'live');
events.onerror = () => link('lost', 'connection lost, trying again');
on('fleet', fleet => {
  datasets = fleet.datasets;
  drawDatasets();
});
on('days', all => {
  days.replace(all);
  redraw();
});
on('day', status => {
  days.put(status);
  redraw();
});
on('backlog', backlog => {
  link('live', 'live');
  byId('chunk-backlog').textContent = grouped(backlog.chunkTasks);
  byId('batch-backlog').textContent = grouped(backlog.batchTasks);
});
on('trouble', reason => link('lost', `Kafka: ${reason}`));
