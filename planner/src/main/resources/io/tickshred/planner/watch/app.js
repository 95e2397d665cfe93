/** Wires the page: events from the planner into the lists of days, ranges and queues, the form into requests. */

import { duration, grouped, plural } from './figures.js';
import { Days } from './days.js';
import { PlanForm } from './form.js';
import { Ranges } from './ranges.js';

const byId = id => document.getElementById(id);
const AGAIN_MILLIS = 5000;
const form = new PlanForm();
const days = new Days(byId('days'), byId('day'), status => form.again(status));
const ranges = new Ranges(byId('ranges-section'), byId('ranges'), byId('range'), range => form.stop(range));

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

function drawQueue(queue, id, who) {
  byId(`${id}-backlog`).textContent = grouped(queue.waiting + queue.inFlight);
  byId(`${id}-detail`).textContent = queue.waiting + queue.inFlight === 0 ? ''
    : `${grouped(queue.inFlight)} in flight`
      + (queue.oldestSeconds === null ? '' : `, oldest ${duration(queue.oldestSeconds)}`);
  return queue.waiting > 0 && queue.slots === 0
    ? `${plural(queue.waiting, 'task waits', 'tasks wait')} and nobody works on ${id}s: start ${who}.` : '';
}

/** A line for each process, whatever queues it works on. */
function drawWorkers(queues) {
  byId('workers').textContent = grouped(queues.reduce((sum, queue) => sum + queue.processes, 0));
  byId('slots').textContent = plural(queues.reduce((sum, queue) => sum + queue.slots, 0), 'slot', 'slots');
  byId('worker-list').replaceChildren(...queues.flatMap(queue => [
    ...queue.workers.map(worker => Object.assign(document.createElement('li'), {
      textContent: `${worker.name} at ${worker.host}: ${plural(worker.slots, 'slot', 'slots')} of ${queue.queue}` })),
    ...(queue.processes > queue.workers.length ? [Object.assign(document.createElement('li'), {
      textContent: `and ${queue.processes - queue.workers.length} more of ${queue.queue}` })] : []),
  ]));
  byId('no-workers').hidden = queues.some(queue => queue.processes > 0);
}

/** Records that ledgers have not handled: days stand where they last did while there are some. */
function drawLedgers(ledgers) {
  const behind = ledgers.filter(ledger => ledger.records > 0);
  byId('ledger-lag').textContent = grouped(ledgers.reduce((sum, ledger) => sum + ledger.records, 0));
  byId('ledger-detail').textContent = behind.map(ledger => `${ledger.coordinator} ${grouped(ledger.records)}`
    + (ledger.oldestSeconds === null ? '' : `, oldest ${duration(ledger.oldestSeconds)}`)).join('; ');
}

/** Who looks at a phone watches: what asks for days comes after them, for the eye and for the keyboard alike. */
const phone = matchMedia('(max-width: 620px)');
function arrange() {
  const plan = byId('plan').closest('section');
  if (phone.matches) {
    byId('days').closest('section').after(plan);
  } else {
    byId('ranges-section').before(plan);
  }
}
phone.addEventListener('change', arrange);
addEventListener('resize', () => days.draw());
arrange();

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

/** Hears of the present first, then of each change. */
function listen() {
  const events = new EventSource('events');
  const on = (name, heard) => events.addEventListener(name, event => heard(JSON.parse(event.data)));
  events.onopen = () => link('live', 'live');
  events.onerror = () => {
    link('lost', 'connection lost, trying again');
    // After an answer that is no stream of events the browser itself never tries again.
    if (events.readyState === EventSource.CLOSED) {
      setTimeout(listen, AGAIN_MILLIS);
    }
  };
  on('fleet', fleet => form.datasets(fleet.datasets));
  on('days', all => {
    days.replace(all);
    redraw();
  });
  on('day', status => {
    days.put(status);
    redraw();
  });
  on('tasks', report => days.tasks(report));
  on('ranges', all => ranges.replace(all));
  on('range', view => ranges.put(view));
  on('queues', queues => {
    link('live', 'live');
    const of = name => queues.find(queue => queue.queue === name);
    const chunks = drawQueue(of('chunk-tasks'), 'chunk', 'shred workers');
    const batches = drawQueue(of('batch-tasks'), 'batch', 'finalizers');
    byId('alarm').textContent = [chunks, batches].filter(Boolean).join(' ');
    drawWorkers(queues);
  });
  on('ledgers', drawLedgers);
  on('trouble', reason => link('lost', `Kafka: ${reason}`));
}

listen();
