// The stream of one node: connected again for ever, and known to be silent when it is.

const SILENT_AFTER = 2500;
const GIVE_UP_AFTER = 12_000;
const PAUSE = 700;

export class Feed extends EventTarget {
  #url;
  #group = '';
  #socket = null;
  #heardAt = 0;
  #openedAt = 0;
  #retry = 0;
  #answers = false;

  constructor(id, url) {
    super();
    this.id = id;
    this.#url = url;
    setInterval(() => this.#watch(), 250);
  }

  get answers() { return this.#answers; }

  /** Watches another group: the stream begins anew. */
  watch(group) {
    this.#group = group;
    this.#connect();
  }

  #connect() {
    clearTimeout(this.#retry);
    const old = this.#socket;
    const url = new URL('/cluster/socket', this.#url);
    url.protocol = url.protocol.replace('http', 'ws');
    if (this.#group) url.searchParams.set('group', this.#group);
    const socket = new WebSocket(url);
    this.#socket = socket;
    this.#openedAt = Date.now();
    this.#heardAt = 0;
    old?.close();
    socket.onmessage = event => {
      if (socket !== this.#socket) return;
      const isFirst = this.#heardAt === 0;
      this.#heardAt = Date.now();
      this.#say(true);
      this.dispatchEvent(new CustomEvent('news', { detail: { ...JSON.parse(event.data), isFirst } }));
    };
    socket.onclose = () => {
      if (socket !== this.#socket) return;
      this.#say(false);
      this.#retry = setTimeout(() => this.#connect(), PAUSE * (0.7 + Math.random() * 0.6));
    };
  }

  #watch() {
    if (!this.#socket) return;
    const silentFor = Date.now() - (this.#heardAt || this.#openedAt);
    if (silentFor > SILENT_AFTER) this.#say(false);
    // A node that was only paused goes on where it was, so its connection is kept for a while.
    if (silentFor > GIVE_UP_AFTER) this.#connect();
  }

  #say(answers) {
    if (answers === this.#answers) return;
    this.#answers = answers;
    this.dispatchEvent(new Event('reach'));
  }
}
