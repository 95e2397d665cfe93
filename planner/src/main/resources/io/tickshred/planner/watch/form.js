/** The form that asks for days and ranges, and shows plans before they run. */

import { running } from './days.js';
import { drawPreview } from './preview.js';

const byId = id => document.getElementById(id);

export class PlanForm {
  #form = byId('plan');
  #answer = byId('answer');
  #confirmation = byId('confirm');
  #preview = byId('preview');
  #datasets = [];
  #drawn = null;

  constructor() {
    this.#form.addEventListener('submit', event => this.#submit(event));
    this.#form.elements.dataset.addEventListener('change', () => this.#drawTables());
    byId('dry-run').addEventListener('click', () => this.#dryRun());
    this.#preview.addEventListener('close', () => {
      if (this.#preview.returnValue === 'run') {
        this.#ask(this.#previewed);
      }
    });
  }

  #previewed = null;
  #working = false;

  datasets(known) {
    this.#datasets = known;
    const select = this.#form.elements.dataset;
    const chosen = select.value;
    select.replaceChildren(...known.map(dataset => new Option(dataset.name, dataset.name)));
    if (known.some(dataset => dataset.name === chosen)) {
      select.value = chosen;
    }
    if (known.length === 0) {
      this.#say('this planner knows no dataset: give it one with its setting datasets', true);
    }
    this.#drawTables();
  }

  /** Asks again for a day as it was asked for last, after a word with the person. */
  async again(status) {
    const { dataset, date } = status.day;
    this.#say(`reading how ${dataset}/${date} was asked for …`);
    const got = await this.#fetch(`days/${date}/request?dataset=${encodeURIComponent(dataset)}`);
    if (!got) {
      return;
    }
    if (!got.ok && got.status !== 404) {
      this.#say(got.body.error ?? `the planner answered ${got.status}`, true);
      return;
    }
    this.#say('');
    const last = got.ok ? got.body : { tables: [], exclude: [], mode: null, force: false };
    const request = { dataset, date, force: last.force || status.state !== 'FAILED' || Boolean(status.manifest),
      tables: last.tables, exclude: last.exclude, ...(last.mode ? { mode: last.mode } : {}) };
    this.#confirm('Run again?', 'Run again', `${dataset}/${date} is ${status.state.toLowerCase()}. ${consequence(status)} `
      + (got.ok ? '' : 'How it was asked for is not known any more. ') + runs(request), () => this.#ask(request));
  }

  /** Lets a range begin no further day, after a word with the person. */
  stop(range) {
    this.#confirm('Stop the range?', 'Stop', `${range} will begin no further day. Days that run go on to their ends; `
      + 'asked for again, it goes on where it was.', async () => {
      const got = await this.#fetch(`ranges/${range}`, { method: 'DELETE' });
      if (got) {
        this.#say(got.ok ? `stopping ${range}` : got.body.error, !got.ok);
      }
    });
  }

  #say(text, bad) {
    this.#answer.dataset.kind = bad ? 'bad' : 'good';
    this.#answer.textContent = text;
  }

  /** What the form says, or null and a word to the person. */
  #request() {
    const chosen = [...this.#form.querySelectorAll('[name=table]:checked')].map(box => box.value);
    if (chosen.length === 0) {
      this.#say('choose at least one table', true);
      return null;
    }
    const dataset = this.#form.elements.dataset.value;
    const from = this.#form.elements.date.value;
    const to = this.#form.elements.to.value;
    if (to && to < from) {
      this.#say('the last day is before the first', true);
      return null;
    }
    const mode = this.#form.elements.mode.value;
    const how = { ...(chosen.length === this.#tablesOf(dataset).length ? {} : { tables: chosen }), ...(mode ? { mode } : {}) };
    return to && to !== from ? { dataset, from, to, ...how } : { dataset, date: from, ...how };
  }

  async #submit(event) {
    event.preventDefault();
    const request = this.#request();
    if (request) {
      await this.#busy(() => this.#ask(request));
    }
  }

  async #dryRun() {
    if (!this.#form.reportValidity()) {
      return;
    }
    const request = this.#request();
    if (!request) {
      return;
    }
    if (request.from) {
      this.#say('a plan is shown of one day: leave the last day empty', true);
      return;
    }
    await this.#busy(async () => {
      this.#say(`planning ${request.dataset}/${request.date} without running it …`);
      const got = await this.#fetch('plans?dryRun=true', post(request));
      if (!got) {
        return;
      }
      if (!got.ok) {
        this.#say(got.body.error ?? `the planner answered ${got.status}`, true);
        return;
      }
      this.#say('');
      this.#previewed = request;
      byId('preview-title').textContent = `${request.dataset} ${request.date}, as it would be run`;
      this.#preview.returnValue = 'no';
      // Shown first: a plot is as wide as the place that it is drawn into.
      this.#preview.showModal();
      drawPreview(byId('preview-plan'), got.body);
    });
  }

  /** Once at a time. Buttons are not disabled meanwhile, because a disabled button loses the keyboard's focus. */
  async #busy(work) {
    if (this.#working) {
      return;
    }
    this.#working = true;
    const buttons = this.#form.querySelectorAll('button');
    buttons.forEach(button => button.setAttribute('aria-disabled', 'true'));
    try {
      await work();
    } finally {
      this.#working = false;
      buttons.forEach(button => button.removeAttribute('aria-disabled'));
    }
  }

  /** Asks as anyone does. */
  async #ask(request) {
    const what = request.from ? `${request.dataset}/${request.from}..${request.to}` : `${request.dataset}/${request.date}`;
    this.#say(`asking for ${what} …`);
    const got = await this.#fetch('plans', post(request));
    if (!got) {
      return;
    }
    if (got.status === 409 && !request.from) {
      this.#say('');
      this.#confirm('Run again?', 'Run again', `${got.body.error.replace(/; send .*$/, '.')} `
        + `${consequence(got.body.day)} ${runs(request)}`, () => this.#ask({ ...request, force: true }));
      return;
    }
    this.#say(got.ok ? `asked for ${what}` : got.body.error ?? `the planner answered ${got.status}`, !got.ok);
  }

  async #fetch(uri, options) {
    try {
      const got = await fetch(uri, options);
      const text = await got.text();
      return { ok: got.ok, status: got.status, body: parsed(text) ?? { error: `the answer is no planner's (status ${got.status})` } };
    } catch (failed) {
      this.#say(`the planner cannot be reached: ${failed.message}`, true);
      return null;
    }
  }

  #confirm(title, verb, text, then) {
    byId('confirm-title').textContent = title;
    byId('confirm-text').textContent = text;
    this.#confirmation.querySelector('.danger').textContent = verb;
    this.#confirmation.returnValue = 'no';
    this.#confirmation.showModal();
    this.#confirmation.onclose = () => {
      if (this.#confirmation.returnValue === 'yes') {
        then();
      } else {
        this.#say('');
      }
    };
  }

  #tablesOf(name) {
    return this.#datasets.find(dataset => dataset.name === name)?.tables ?? [];
  }

  /** Tables of the dataset; what was unticked stays so while the dataset is the same. */
  #drawTables() {
    const dataset = this.#form.elements.dataset.value;
    const unticked = dataset === this.#drawn
      ? [...this.#form.querySelectorAll('[name=table]:not(:checked)')].map(box => box.value)
      : [];
    this.#drawn = dataset;
    byId('tables').replaceChildren(...this.#tablesOf(dataset).map(table => {
      const label = document.createElement('label');
      label.append(Object.assign(document.createElement('input'),
        { type: 'checkbox', name: 'table', value: table, checked: !unticked.includes(table) }), table);
      return label;
    }));
  }
}

/** What a text says as JSON; null for what says nothing so, such as a proxy's page. */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What running a day again does to what there is of it. */
function consequence(status) {
  return (running(status) ? 'Running it again makes a new plan, and its running plan is given up;'
    : 'Running it again makes a new plan;') + ' what is published stays until the new plan is published.';
}

/** What a request will run. */
function runs(request) {
  const tables = request.tables?.length ? `tables ${request.tables.join(', ')}` : 'all tables';
  const exclude = request.exclude?.length ? `, without ${request.exclude.join(', ')}` : '';
  return `It runs ${tables}${exclude}${request.mode ? `, mode ${request.mode.toLowerCase()}` : ''}.`;
}

const post = body => ({ method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
