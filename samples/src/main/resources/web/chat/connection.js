// One connection at a time to one of the nodes. When that is silent, gone, or without a leader for long, the next one's turn is.

const SILENT_AFTER = 3500;
const OPEN_WITHIN = 2500;
const LEADERLESS_AFTER = 4000;
const PAUSES = [0, 100, 400, 1000, 2000];

export class Connection extends EventTarget {
  #nodes;
  #at = 0;
  #socket = null;
  #heardAt = 0;
  #openedAt = 0;
  #failures = 0;
  #stuckSince = 0;
  #retry = 0;

  constructor(url) {
    super();
    this.#nodes = [{ id: '', url }];
    setInterval(() => this.#watch(), 500);
  }

  get node() { return this.#nodes[this.#at]; }
  get isOpen() { return this.#socket?.readyState === WebSocket.OPEN; }

  start() { this.#connect(); }

  /** Where the nodes are, as the one that answers says. */
  learn(nodes, self) {
    if (nodes.length === 0) return;
    this.#nodes = nodes;
    this.#at = Math.max(0, nodes.findIndex(node => node.id === self));
    this.#failures = 0;
  }

  /** Whether what the page is for can be had here at the moment; if not for long, another node may be better off. */
  works(does) {
    if (does) this.#stuckSince = 0;
    else if (this.#stuckSince === 0) this.#stuckSince = Date.now();
  }

  send(message) {
    if (this.isOpen) this.#socket.send(JSON.stringify(message));
  }

  #connect() {
    clearTimeout(this.#retry);
    this.#retry = 0;
    const url = new URL('/chat/socket', this.node.url);
    url.protocol = url.protocol.replace('http', 'ws');
    const socket = new WebSocket(url);
    this.#socket = socket;
    this.#openedAt = this.#heardAt = Date.now();
    this.#stuckSince = 0;
    socket.onopen = () => this.#ifCurrent(socket, () => this.#emit('open'));
    socket.onmessage = event => this.#ifCurrent(socket, () => {
      this.#heardAt = Date.now();
      this.dispatchEvent(new CustomEvent('message', { detail: JSON.parse(event.data) }));
    });
    socket.onclose = () => this.#ifCurrent(socket, () => this.#moveOn('gone'));
    this.#emit('connecting');
  }

  #ifCurrent(socket, action) {
    if (socket === this.#socket) action();
  }

  #watch() {
    if (!this.#socket) return;
    const now = Date.now();
    const isOpen = this.isOpen;
    if (!isOpen && now - this.#openedAt > OPEN_WITHIN) this.#moveOn('silent');
    else if (isOpen && now - this.#heardAt > SILENT_AFTER) this.#moveOn('silent');
    else if (isOpen && this.#stuckSince && now - this.#stuckSince > LEADERLESS_AFTER && this.#nodes.length > 1) this.#moveOn('leaderless');
  }

  #moveOn(why) {
    const left = this.node;
    const socket = this.#socket;
    this.#socket = null;
    socket.close();
    this.#at = (this.#at + 1) % this.#nodes.length;
    this.#failures++;
    this.dispatchEvent(new CustomEvent('lost', { detail: { node: left, why } }));
    // Every node at once at first, then with pauses, each browser with its own.
    const round = Math.floor((this.#failures - 1) / this.#nodes.length);
    const pause = PAUSES[Math.min(round, PAUSES.length - 1)];
    this.#retry = setTimeout(() => this.#connect(), pause * (0.5 + Math.random()));
  }

  #emit(type) { this.dispatchEvent(new Event(type)); }
}
