// Curves, bars and logs.

import { MINUTES } from './model.js';
import { svg, wordFor } from './ring.js';

const WINDOW = MINUTES * 60_000;

export const element = (name, attributes = {}, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) made.setAttribute(key, value === true ? '' : value);
  }
  made.append(...children);
  return made;
};

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
export const number = value => whole.format(value);
export const short = value => {
  if (value >= 1e6) return `${(value / 1e6).toFixed(value < 1e7 ? 1 : 0)} M`;
  if (value >= 10_000) return `${(value / 1000).toFixed(value < 1e5 ? 1 : 0)} k`;
  return number(value);
};

/** A curve over the last minutes; each point is {at, value}. */
export function curve(points, { height = 110, calm = false, label }) {
  const now = Date.now();
  const shown = points.filter(point => point.at > now - WINDOW);
  const top = Math.max(1e-9, ...shown.map(point => point.value)) * 1.08;
  const x = at => ((at - now + WINDOW) / WINDOW) * 600;
  const y = value => height - 1 - (value / top) * (height - 6);
  const root = svg('svg', { class: `curve${calm ? ' calm' : ''}`, viewBox: `0 0 600 ${height}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': label });
  root.style.height = `${height}px`;
  root.append(svg('line', { class: 'floor', x1: 0, x2: 600, y1: height - .5, y2: height - .5 }));
  if (shown.length > 1) {
    const line = shown.map(point => `${x(point.at).toFixed(1)} ${y(point.value).toFixed(1)}`).join('L');
    root.append(
      svg('path', { class: 'area', d: `M${x(shown[0].at).toFixed(1)} ${height}L${line}L${x(shown.at(-1).at).toFixed(1)} ${height}Z` }),
      svg('path', { class: 'line', d: `M${line}` }));
  }
  return root;
}

/** What each node was over the last minutes. */
export function lanes(group, width) {
  const ids = [...group.nodes.keys()];
  const left = 34;
  const rowHeight = 30;
  const height = ids.length * rowHeight + 22;
  const now = Date.now();
  const x = at => left + Math.max(0, (at - now + WINDOW) / WINDOW) * (width - left);
  const led = group.elections.list.filter(election => election.leader && election.wonAt > now - WINDOW);
  const label = `Who led when. ${led.length === 0 ? 'No leader was elected in the last three minutes.' : led.map(election => `Term ${election.term}: ${election.leader}`).join(', ')}`;
  const root = svg('svg', { class: 'lanes', viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': label });
  root.append(svg('defs', {}, svg('pattern', { id: 'hatch', width: 6, height: 6, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
    svg('line', { class: 'hatch', x1: 0, y1: 0, x2: 0, y2: 6, 'stroke-width': 1.2 }))));
  for (let minute = 0; minute <= MINUTES; minute++) {
    const at = x(now - minute * 60_000);
    root.append(svg('line', { class: 'tick', x1: at, x2: at, y1: 0, y2: height - 18 }));
    const mark = svg('text', { class: 'quiet', x: at, y: height - 4, 'text-anchor': minute === 0 ? 'end' : minute === MINUTES ? 'start' : 'middle' });
    mark.textContent = minute === 0 ? 'now' : `${minute} min ago`;
    root.append(mark);
  }
  ids.forEach((id, row) => {
    const node = group.nodes.get(id);
    const y = row * rowHeight + 4;
    const name = svg('text', { x: 0, y: y + 15 });
    name.textContent = id.slice(0, 4);
    root.append(name, svg('rect', { class: 'base', x: left, y, width: width - left, height: 20, rx: 5 }));
    const bar = (stay, kind, title) => {
      const [from, to] = [x(stay.from), x(stay.to || now)];
      if (to <= left) return;
      const rect = svg('rect', { class: kind, x: from, y, width: Math.max(kind.includes('candidate') ? 3 : 1, to - from), height: 20, rx: 3 });
      const words = svg('title');
      words.textContent = title;
      rect.append(words);
      root.append(rect);
    };
    for (const silence of node.silences) bar(silence, 'silent', `${id} did not answer`);
    for (const stay of node.stays) bar(stay, stay.role, `${id}: ${wordFor(stay.role)}, term ${stay.term}`);
    for (const stay of node.stays.filter(stay => stay.role === 'leader' && x(stay.to || now) > left + 14)) {
      const text = svg('text', { class: 'begins', x: Math.min(x(stay.from) + 5, width - 30), y: y + 14 });
      text.style.fill = 'var(--surface)';
      const wide = x(stay.to || now) - x(stay.from);
      if (wide > 30) {
        text.textContent = `t${stay.term}`;
        root.append(text);
      }
    }
  });
  return root;
}

const STEPS = [1, 10, 100, 1000, 10_000, 100_000];

/** The ends of all logs, side by side. */
export class Logs {
  #root;
  #why;
  #step = 1;

  constructor(root, why) {
    this.#root = root;
    this.#why = why;
  }

  show(group, rate) {
    const cells = this.#root.clientWidth > 700 ? 32 : 14;
    this.#rescale(rate, cells);
    const step = this.#step;
    const end = Math.max(cells * step, Math.ceil(group.last / step) * step);
    const first = end - cells * step;
    const rows = [...group.nodes.values()].map(node => row(node, node.turns.length ? node : (group.leader ?? node), first, cells, step));
    rows.push(axis(group, first, end));
    this.#root.replaceChildren(...rows);
    const each = step === 1 ? 'Each block is one entry' : `Each block is ${number(step)} entries`;
    const why = `Every node keeps the same entries in the same order. ${each}; a bold edge marks where a new term begins.`;
    if (this.#why.textContent !== why) this.#why.textContent = why;
  }

  /** So that a block stays in sight for some seconds; a finer one only when that is clearly enough. */
  #rescale(rate, cells) {
    const fits = STEPS.find(step => (rate * 6) / step <= cells) ?? STEPS.at(-1);
    if (fits > this.#step || (rate * 12) / fits <= cells) this.#step = fits;
  }
}

function row(node, knowing, first, cells, step) {
  const status = node.status;
  const track = element('div', { class: 'track', role: 'img', 'aria-label': status
    ? `Node ${node.id}: entries to ${number(status.last)}, on disk to ${number(status.durable)}, committed to ${number(status.commit)}`
    : `Node ${node.id}: nothing is known` });
  for (let i = 0; i < cells; i++) {
    const index = first + (i + 1) * step;
    const begins = index - step + 1;
    const made = element('i', { class: `cell ${stateOf(status, begins, index)}` });
    const term = status && begins <= status.last ? knowing.termAt(Math.min(index, status.last)) : 0;
    if (term && begins > 1 && term !== knowing.termAt(begins - 1)) {
      made.classList.add('newterm');
      made.title = `term ${term}`;
    }
    track.append(made);
  }
  return element('div', { class: `row ${node.answers ? '' : 'silent'}` },
    element('div', { class: 'who' }, node.id, element('span', {}, wordFor(node.role))), track);
}

function stateOf(status, begins, index) {
  if (!status || begins > status.last) return 'absent';
  if (index <= status.commit || (begins <= status.commit && status.commit === status.last)) return 'committed';
  return begins <= status.durable ? 'durable' : 'present';
}

function axis(group, first, end) {
  const at = index => `${Math.min(100, Math.max(0, ((index - first) / (end - first)) * 100))}%`;
  const commit = group.commit;
  const left = element('span', {}, number(first + 1));
  const right = element('span', {}, number(end));
  right.style.right = '0';
  const mark = element('span', { class: `commit${commit - first < (end - first) / 3 ? ' left' : ''}` }, `commit ${number(commit)}`);
  mark.style.left = at(commit);
  return element('div', { class: 'row' }, element('div', { class: 'who' }), element('div', { class: 'axis', 'aria-hidden': 'true' }, left, right, mark));
}
