// The buttons, where the page may do something.

import { element } from './charts.js';

const $ = id => document.getElementById(id);
const POLL_MILLIS = 1000;

export class Actions {
  #group;
  #token = '';
  #shown = '';
  #busy = false;

  /** @param group what the page shows */
  constructor(group) {
    this.#group = group;
    $('actions-card').hidden = false;
    this.#poll();
    setInterval(() => this.#poll(), POLL_MILLIS);
  }

  async #poll() {
    if (document.hidden || this.#busy) return;
    try {
      const offered = await (await fetch('actions')).json();
      this.#token = offered.token;
      this.#show(offered);
    } catch {
      this.#show({ why: 'Whoever served this page is gone, so nothing can be done from here any more.', actions: [] });
    }
  }

  #show(offered) {
    const key = JSON.stringify(offered);
    if (key === this.#shown) return;
    this.#shown = key;
    $('actions-why').textContent = offered.why;
    const focused = document.activeElement?.dataset?.act;
    const targets = [...new Set(offered.actions.flatMap(action => action.targets))].sort((a, b) => a.length - b.length || a.localeCompare(b));
    const row = target => this.#row(target, offered.actions);
    $('actions').replaceChildren(
      ...targets.filter(target => !target.includes(' ')).map(row),
      element('div', { class: 'links' }, ...targets.filter(target => target.includes(' ')).map(row)));
    $('explained').replaceChildren(...offered.actions.flatMap(action => [element('dt', {}, action.label), element('dd', {}, action.explanation)]));
    if (focused) $('actions').querySelector(`[data-act="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }

  #row(target, actions) {
    const name = target.includes(' ') ? target.replace(' ', ' – ') : target;
    const buttons = actions.filter(action => action.targets.includes(target)).map(action => {
      const button = element('button', {
        class: 'button', type: 'button', 'data-act': `${action.id} ${target}`, title: action.explanation,
        'aria-label': `${action.label}: ${target.includes(' ') ? `between ${target.replace(' ', ' and ')}` : `node ${target}`}`,
      }, action.label);
      button.addEventListener('click', () => this.#act(action, target));
      return button;
    });
    const what = target.includes(' ') ? 'Link' : 'Node';
    return element('div', { class: 'action-row', role: 'group', 'aria-label': `${what} ${name}` },
      element('h3', {}, name, element('span', {}, what.toLowerCase())), element('div', { class: 'buttons' }, ...buttons));
  }

  async #act(action, target) {
    if (this.#busy) return;
    this.#busy = true;
    try {
      const answer = await fetch('actions', {
        method: 'POST',
        headers: { 'X-Uitto-Token': this.#token, 'Content-Type': 'application/json' },
        body: JSON.stringify({ action: action.id, target, group: this.#group.name }),
      });
      const { outcome, problem } = await answer.json();
      say(outcome ?? problem, answer.ok ? 'news' : 'trouble');
    } catch {
      say('Nobody answered. Is the process that served this page still there?', 'trouble');
    } finally {
      this.#busy = false;
      this.#poll();
    }
  }
}

function say(text, kind) {
  $('outcome').dataset.kind = kind;
  $('outcome').textContent = text;
}
