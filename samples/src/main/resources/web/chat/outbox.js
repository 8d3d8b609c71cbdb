// What was written and is not known to be in its room. Each message has a number in this page's session of the room, so that the
// room takes it once, however often it is sent, and in order. Kept over a reload.

const KEY = 'uitto-chat-outbox';
const WINDOW = 8;

const draw = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(18));
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_');
};

export class Outbox extends EventTarget {
  #rooms;
  #id;
  #sent = new Map();
  #timers = new Map();
  #send = null;

  /** Goes on with what an earlier load of this page has left; not with what a copy of its tab is using. */
  static async open() {
    const stored = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
    if (stored && await Outbox.#claim(stored.id)) return new Outbox(stored);
    const fresh = new Outbox({ id: draw(), rooms: {} });
    await Outbox.#claim(fresh.#id);
    fresh.#save();
    return fresh;
  }

  /** Takes the outbox for this page as long as it is open: two pages with the same numbers would lose messages. */
  static async #claim(id) {
    if (!navigator.locks) return performance.getEntriesByType('navigation')[0]?.type === 'reload';
    for (let tries = 0; tries < 10; tries++) {
      const got = await new Promise(resolve => {
        navigator.locks.request(`uitto-chat-${id}`, { ifAvailable: true }, lock => {
          resolve(lock !== null);
          return lock && new Promise(() => {});
        });
      });
      if (got) return true;
      await new Promise(resolve => setTimeout(resolve, 60)); // The page before a reload may not be quite gone.
    }
    return false;
  }

  constructor({ id, rooms }) {
    super();
    this.#id = id;
    this.#rooms = rooms;
  }

  /** From here on everything that waits is sent, and once more after each connection. */
  connected(send) {
    this.#send = send;
    this.#sent.clear();
    Object.keys(this.#rooms).forEach(room => this.#pump(room));
  }

  disconnected() { this.#send = null; }

  session(room) { return this.#rooms[room]?.session ?? ''; }

  waiting(room) { return this.#rooms[room]?.waiting ?? []; }

  /** How long the oldest message waits already, in milliseconds. */
  age() {
    const oldest = Math.min(...Object.values(this.#rooms).flatMap(room => room.waiting.slice(0, 1)).map(item => item.at));
    return Number.isFinite(oldest) ? Date.now() - oldest : 0;
  }

  /** @param last the last sequence number that is known in the room: the session can't be older than that */
  add(room, text, last) {
    const queue = this.#rooms[room] ??= { session: draw(), since: last, next: 1, waiting: [] };
    queue.waiting.push({ n: queue.next++, text, at: Date.now() });
    this.#save();
    this.#changed(room);
    this.#pump(room);
  }

  /** An answer to what was sent. */
  settle(answer) {
    const queue = this.#rooms[answer.room];
    if (!queue || answer.session !== queue.session) return;
    if (answer.t === 'posted') {
      this.#done(answer.room, answer.n);
    } else if (answer.t === 'out-of-turn') {
      this.#done(answer.room, answer.expected - 1);
      // Numbers that were taken are known no more: the room is another one, of another cluster at this address.
      if (queue.waiting[0]?.n > answer.expected) this.#renumber(queue);
      this.#again(answer.room, 0);
    } else if (answer.retryMillis) {
      this.#again(answer.room, answer.retryMillis);
    } else if (answer.code === 'forgotten') {
      this.#giveBack(answer.room, queue.waiting.splice(0), answer.reason);
    } else if (queue.waiting[0]?.n === answer.n) {
      this.#giveBack(answer.room, queue.waiting.splice(0, 1), answer.reason);
    } else {
      this.#again(answer.room, 300); // Its turn comes when those before it are settled.
    }
  }

  /** A message of this page was seen in its room. */
  seen(room, n) {
    if (this.#rooms[room]) this.#done(room, n);
  }

  #giveBack(room, items, reason) {
    this.#renumber(this.#rooms[room]);
    this.#again(room, 0);
    this.dispatchEvent(new CustomEvent('returned', { detail: { room, items, reason } }));
  }

  /** Numbers have no gaps: what is left, of which nothing can have been taken, goes on in a session of its own. */
  #renumber(queue) {
    queue.session = draw();
    queue.waiting.forEach((item, i) => { item.n = i + 1; });
    queue.next = queue.waiting.length + 1;
    this.#save();
  }

  #done(room, n) {
    const queue = this.#rooms[room];
    const before = queue.waiting.length;
    queue.waiting = queue.waiting.filter(item => item.n > n);
    if (queue.waiting.length !== before) {
      this.#save();
      this.#changed(room);
    }
    this.#pump(room);
  }

  #changed(room) { this.dispatchEvent(new CustomEvent('change', { detail: { room } })); }

  #again(room, millis) {
    this.#sent.set(room, Infinity);
    clearTimeout(this.#timers.get(room));
    this.#timers.set(room, setTimeout(() => {
      this.#sent.delete(room);
      this.#changed(room);
      this.#pump(room);
    }, millis));
  }

  #pump(room) {
    const queue = this.#rooms[room];
    for (const item of queue.waiting.slice(0, WINDOW)) {
      if (this.#send && item.n > (this.#sent.get(room) ?? 0)) {
        this.#sent.set(room, item.n);
        this.#send({ t: 'post', room, session: queue.session, n: item.n, since: queue.since, text: item.text });
      }
    }
  }

  #save() { sessionStorage.setItem(KEY, JSON.stringify({ id: this.#id, rooms: this.#rooms })); }
}
