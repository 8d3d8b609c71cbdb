// The nodes in a ring, and what travels between them.

const NS = 'http://www.w3.org/2000/svg';
const WIDTH = 460;
const HEIGHT = 330;
const RADIUS = 30;
const MOST_ON_THE_WAY = 90;
const TRAVEL_MILLIS = 620;
const LANE = 7;

export const svg = (name, attributes = {}, ...children) => {
  const made = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
};

const kindOf = (type, refused, entries) => {
  if (refused) return 'refused';
  if (type.includes('Vote') || type === 'TimeoutNow') return 'vote';
  if (type.startsWith('Heartbeat')) return 'heartbeat';
  if (entries > 0 || type === 'InstallSnapshot') return 'entries';
  return type === 'AppendEntriesReply' ? 'ack' : 'heartbeat';
};

const shapes = {
  entries: () => svg('rect', { x: -9, y: -3.5, width: 18, height: 7, rx: 3.5 }),
  ack: () => svg('circle', { r: 3.2 }),
  heartbeat: () => svg('circle', { r: 3.4 }),
  vote: () => svg('rect', { x: -4.5, y: -4.5, width: 9, height: 9, rx: 1, transform: 'rotate(45)' }),
  refused: () => svg('rect', { x: -4.5, y: -4.5, width: 9, height: 9, rx: 1, transform: 'rotate(45)' }),
};

export class Ring {
  #root;
  #links = svg('g');
  #travellers = svg('g');
  #nodes = svg('g');
  #places = new Map();
  #drawn = new Map();
  #lines = new Map();
  #still = matchMedia('(prefers-reduced-motion: reduce)');

  constructor(root) {
    this.#root = root;
    root.append(this.#links, this.#travellers, this.#nodes);
  }

  /** Lays the nodes out. */
  place(ids) {
    const count = ids.length;
    ids.forEach((id, i) => {
      const angle = -Math.PI / 2 + (i * 2 * Math.PI) / count;
      const flat = count === 1 ? 0 : 1;
      this.#places.set(id, {
        x: WIDTH / 2 + flat * Math.cos(angle) * 168,
        y: HEIGHT / 2 + flat * Math.sin(angle) * (count === 3 ? 118 : 122) + (count === 3 ? 26 : 0),
      });
    });
    this.#links.replaceChildren();
    this.#nodes.replaceChildren();
    ids.forEach((from, i) => {
      for (const to of ids.slice(i + 1)) {
        const [a, b] = [this.#places.get(from), this.#places.get(to)];
        const line = svg('line', { class: 'link', x1: a.x, y1: a.y, x2: b.x, y2: b.y });
        const cross = svg('path', { class: 'cross', d: 'M-6-6L6 6M6-6L-6 6', transform: `translate(${(a.x + b.x) / 2} ${(a.y + b.y) / 2})`, visibility: 'hidden' });
        this.#lines.set(`${from} ${to}`, { from, to, line, cross });
        this.#links.append(line, cross);
      }
    });
    for (const id of ids) {
      const { x, y } = this.#places.get(id);
      const label = svg('text', { class: 'id', y: 6.5 });
      label.textContent = id.length > 4 ? `${id.slice(0, 3)}…` : id;
      const role = svg('text', { class: 'role', y: y < HEIGHT / 2 ? -RADIUS - 9 : RADIUS + 18 });
      const node = svg('g', { class: 'node', transform: `translate(${x} ${y})` }, svg('circle', { r: RADIUS }), label, role);
      this.#drawn.set(id, { node, role });
      this.#nodes.append(node);
    }
  }

  show(group) {
    const words = [];
    for (const [id, { node, role }] of this.#drawn) {
      const part = group.nodes.get(id);
      const word = wordFor(part.role);
      const text = part.answers && part.status ? `${word} · term ${part.status.term}` : word;
      if (node.dataset.role !== part.role) node.dataset.role = part.role;
      if (role.textContent !== text) role.textContent = text;
      words.push(`${id}: ${text}`);
    }
    for (const { from, to, line, cross } of this.#lines.values()) {
      const broken = group.isBroken(from, to) || group.isBroken(to, from);
      line.classList.toggle('broken', broken);
      cross.setAttribute('visibility', broken ? 'visible' : 'hidden');
      if (broken) words.push(`nothing arrives between ${from} and ${to}`);
    }
    const label = `The nodes. ${words.join('; ')}`;
    if (this.#root.getAttribute('aria-label') !== label) this.#root.setAttribute('aria-label', label);
  }

  /** Lets what a node has sent travel. */
  send(from, messages, group) {
    if (this.#still.matches || document.hidden) return;
    const kinds = new Map();
    for (const [direction, to, type, refused, , entries] of messages) {
      if (direction !== 'sent' || !this.#places.has(to)) continue;
      const kind = kindOf(type, refused, entries);
      // Many heartbeats and answers are one in the picture; entries are as long as there are many.
      const key = `${to} ${kind}`;
      kinds.set(key, { to, kind, entries: (kinds.get(key)?.entries ?? 0) + entries });
    }
    for (const { to, kind, entries } of kinds.values()) {
      if (this.#travellers.childElementCount >= MOST_ON_THE_WAY) return;
      const arrives = group.nodes.get(to)?.answers && !group.isBroken(from, to);
      this.#travel(this.#places.get(from), this.#places.get(to), kind, entries, arrives);
    }
  }

  #travel(a, b, kind, entries, arrives) {
    const length = Math.hypot(b.x - a.x, b.y - a.y);
    const [ux, uy] = [(b.x - a.x) / length, (b.y - a.y) / length];
    const aside = kind === 'heartbeat' || kind === 'ack' ? LANE * 1.6 : LANE * 0.5;
    const at = distance => `translate(${a.x + ux * distance - uy * aside}px, ${a.y + uy * distance + ux * aside}px) rotate(${Math.atan2(uy, ux)}rad)`;
    const end = arrives ? length - RADIUS : length / 2 - 8;
    const shape = shapes[kind]();
    if (kind === 'entries' && entries > 1) {
      const long = Math.min(44, 12 + 5 * Math.log2(entries + 1));
      shape.setAttribute('width', long);
      shape.setAttribute('x', -long / 2);
    }
    shape.setAttribute('class', kind);
    const traveller = svg('g', {}, shape);
    this.#travellers.append(traveller);
    const moves = traveller.animate(
      [{ transform: at(RADIUS), opacity: 1 }, { transform: at(end), opacity: 1, offset: 0.92 }, { transform: at(end), opacity: 0 }],
      { duration: arrives ? TRAVEL_MILLIS : TRAVEL_MILLIS / 2, easing: 'linear' });
    moves.onfinish = moves.oncancel = () => traveller.remove();
  }
}

export const wordFor = role => ({
  leader: 'leader', follower: 'follower', candidate: 'candidate', 'pre-candidate': 'seeks election',
  newcomer: 'newcomer', recovering: 'reads its log', halted: 'takes no part', silent: 'no answer', starting: 'starts',
})[role] ?? role;
