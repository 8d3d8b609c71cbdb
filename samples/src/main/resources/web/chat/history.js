// Shows one room: its messages in their order, days, what is new, and what is on its way.

const TOGETHER_MILLIS = 5 * 60_000;
const KEEP = 1500;

const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });

export const element = (name, attributes = {}, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) made.setAttribute(key, value === true ? '' : value);
  }
  made.append(...children);
  return made;
};

export const face = name => {
  let hue = 0;
  for (const character of name) hue = (hue * 31 + character.codePointAt(0)) % 997;
  const made = element('span', { class: 'face', 'aria-hidden': 'true' }, [...name.trim()].slice(0, 1).join(''));
  made.style.setProperty('--hue', (hue * 137) % 360);
  return made;
};

const startOfDay = millis => new Date(millis).setHours(0, 0, 0, 0);

const dayName = millis => {
  const days = Math.round((startOfDay(millis) - startOfDay(Date.now())) / 86_400_000);
  const name = days > -2 ? relative.format(days, 'day') : day.format(millis);
  return name.charAt(0).toUpperCase() + name.slice(1);
};

export class History {
  #scroll = document.getElementById('scroll');
  #log = document.getElementById('log');
  #held = document.getElementById('held');
  #empty = document.getElementById('empty');
  #older = document.getElementById('older');
  #toEnd = document.getElementById('to-end');
  #messages = [];
  #missed = 0;
  #asksOlder;
  #name = '';
  newFrom = Infinity;

  constructor(asksOlder) {
    this.#asksOlder = asksOlder;
    this.#scroll.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    this.#toEnd.addEventListener('click', () => { this.toEnd(); this.#scroll.focus(); });
    this.#older.addEventListener('click', () => this.#askOlder());
    new ResizeObserver(() => { if (this.#follows) this.toEnd(); }).observe(this.#scroll);
  }

  #follows = true;

  get last() { return this.#messages.at(-1)?.seq ?? 0; }
  get isAtEnd() { return this.#follows; }

  clear(name) {
    this.#name = name;
    this.#messages = [];
    this.#log.replaceChildren();
    this.#held.replaceChildren();
    this.#older.hidden = true;
    this.#empty.hidden = true;
    this.newFrom = Infinity;
    this.#follows = true;
    this.#miss(0);
  }

  /** Messages behind those that are shown. */
  add(list, begins, older) {
    if (begins) {
      this.#messages = [];
      this.#log.replaceChildren();
      this.#older.hidden = !older;
    }
    const fresh = list.filter(message => message.seq > this.last);
    for (const message of fresh) {
      this.#log.append(...this.#rendered(message, this.#messages.at(-1)));
      this.#messages.push(message);
    }
    this.#empty.hidden = this.#messages.length > 0 || this.#held.children.length > 0;
    if (this.#follows || begins) {
      this.#trim();
      this.toEnd();
    } else {
      this.#miss(this.#missed + fresh.length);
    }
  }

  /** Messages before those that are shown; nothing is read out. */
  prepend(list, older) {
    this.#older.hidden = !older;
    const first = this.#messages[0];
    const before = list.filter(message => !first || message.seq < first.seq);
    if (before.length === 0) return;
    const height = this.#scroll.scrollHeight - this.#scroll.scrollTop;
    this.#log.setAttribute('aria-live', 'off');
    this.#messages = [...before, ...this.#messages];
    const nodes = [];
    this.#messages.forEach((message, i) => nodes.push(...this.#rendered(message, this.#messages[i - 1])));
    this.#log.replaceChildren(...nodes);
    this.#scroll.scrollTop = this.#scroll.scrollHeight - height;
    setTimeout(() => this.#log.setAttribute('aria-live', 'polite'), 100);
  }

  /** What is on its way. */
  hold(items, words) {
    this.#held.replaceChildren(...items.map(item => element('li', { class: 'message first' },
      face(this.#name),
      element('p', { class: 'who' }, element('span', { class: 'name' }, this.#name), element('span', { class: 'state' }, ` · ${words}`)),
      element('p', { class: 'text' }, item.text))));
    if (items.length > 0) this.#empty.hidden = true;
    if (this.#follows) this.toEnd();
  }

  toEnd() {
    this.#scroll.scrollTop = this.#scroll.scrollHeight;
    this.#follows = true;
    this.#miss(0);
  }

  #rendered(message, before) {
    const nodes = [];
    const newDay = !before || startOfDay(before.at) !== startOfDay(message.at);
    const isNew = message.seq === this.newFrom;
    if (newDay) nodes.push(element('li', { class: 'mark' }, dayName(message.at)));
    if (isNew) nodes.push(element('li', { class: 'mark new' }, 'New'));
    const first = newDay || isNew || before.who !== message.who || message.at - before.at > TOGETHER_MILLIS;
    const at = new Date(message.at);
    const item = element('li', { class: `message${first ? ' first' : ''}${message.mine ? ' mine' : ''}`, 'data-seq': message.seq });
    if (first) {
      item.append(face(message.who), element('p', { class: 'who' },
        element('span', { class: 'name' }, message.who), element('time', { datetime: at.toISOString() }, time.format(at))));
    } else {
      item.append(element('span', { class: 'unseen' }, message.who));
    }
    item.append(element('p', { class: 'text' }, message.text),
      element('span', { class: 'seq', title: `${at.toLocaleString()}: number ${message.seq} in this room's one order`, 'aria-hidden': 'true' }, `${message.seq}`));
    nodes.push(item);
    return nodes;
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroll;
    this.#follows = scrollHeight - scrollTop - clientHeight < 40;
    if (this.#follows) this.#miss(0);
    if (scrollTop < 120) this.#askOlder();
  }

  #askOlder() {
    const first = this.#messages[0];
    if (first && !this.#older.hidden) this.#asksOlder(first.seq);
  }

  #miss(count) {
    const changed = this.#missed !== count;
    this.#missed = count;
    this.#toEnd.hidden = count === 0;
    this.#toEnd.textContent = count === 1 ? '1 new message ↓' : `${count} new messages ↓`;
    if (changed) this.#scroll.dispatchEvent(new Event('missed'));
  }

  #trim() {
    if (this.#messages.length <= KEEP) return;
    const gone = this.#messages.splice(0, this.#messages.length - KEEP + 100).at(-1).seq;
    while (this.#log.firstChild && !(Number(this.#log.firstChild.dataset.seq) > gone)) this.#log.firstChild.remove();
    this.#older.hidden = false;
  }
}
