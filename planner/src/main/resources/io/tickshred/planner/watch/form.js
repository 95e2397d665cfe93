/** The form that asks for days and ranges, and shows plans before they run. */

import { drawPreview } from './preview.js';

const byId = id => document.getElementById(id);

export class PlanForm {
  #form = byId('plan');
  #answer = byId('answer');
  #confirmation = byId('confirm');
  #preview = byId('preview');
  #datasets = [];

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

  /** Asks again for a day, after a word with the person. */
  again(status) {
    const request = { dataset: status.day.dataset, date: status.day.date, force: true };
    this.#confirm('Run again?', 'Run again', `${status.day.dataset}/${status.day.date} is ${status.state.toLowerCase()}. `
      + 'Running it again makes a new plan; what is published stays until the new plan is published.',
    () => this.#ask(request));
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
    const tables = chosen.length === this.#tablesOf(dataset).length ? {} : { tables: chosen };
    return to && to !== from ? { dataset, from, to, ...tables } : { dataset, date: from, ...tables };
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
    this.#say(`planning ${request.dataset}/${request.date} without running it …`);
    await this.#busy(async () => {
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
      drawPreview(byId('preview-plan'), got.body);
      this.#preview.returnValue = 'no';
      this.#preview.showModal();
    });
  }

  async #busy(work) {
    const buttons = this.#form.querySelectorAll('button');
    buttons.forEach(button => { button.disabled = true; });
    try {
      await work();
    } finally {
      buttons.forEach(button => { button.disabled = false; });
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
      this.#confirm('Run again?', 'Run again', `${got.body.error.replace(/; send .*$/, '.')} Running it again makes a new`
        + ' plan; what is published stays until the new plan is published.', () => this.#ask({ ...request, force: true }));
      return;
    }
    this.#say(got.ok ? `asked for ${what}` : got.body.error ?? `the planner answered ${got.status}`, !got.ok);
  }

  async #fetch(uri, options) {
    try {
      const got = await fetch(uri, options);
      return { ok: got.ok, status: got.status, body: await got.json() };
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

  #drawTables() {
    byId('tables').replaceChildren(...this.#tablesOf(this.#form.elements.dataset.value).map(table => {
      const label = document.createElement('label');
      label.append(Object.assign(document.createElement('input'),
        { type: 'checkbox', name: 'table', value: table, checked: true }), table);
      return label;
    }));
  }
}

const post = body => ({ method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
