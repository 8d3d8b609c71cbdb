// What is known of one group, gathered from the nodes' streams.

export const MINUTES = 3;
const KEEP_MILLIS = (MINUTES * 60 + 20) * 1000;
const BROKEN_AFTER = 1500;

/** One node's part in the group. */
export class Node {
  constructor(id, url) {
    this.id = id;
    this.url = url;
    this.answers = false;
    this.silentSince = Date.now();
    this.forget();
  }

  /** Begins anew, for another group. */
  forget() {
    this.status = null;
    this.turns = []; // Where a term ends in the log: [index, term].
    this.stays = []; // What it was, and from when to when: {from, to, role, term, leader}.
    this.samples = []; // {at, commit, peers: {id: [match, lag]}}
    this.latency = new Map(); // Of a peer: [{at, stored, heartbeat}], in microseconds.
    this.silences = []; // {from, to}
    this.seen = new Map(); // Of a peer: when messages were last sent to it and received from it.
  }

  get role() { return this.answers ? (this.status?.role ?? 'starting') : 'silent'; }

  reach(answers) {
    this.answers = answers;
    const now = Date.now();
    const last = this.silences.at(-1);
    if (answers) {
      if (last && !last.to) last.to = now;
    } else {
      this.silentSince = now;
      if (!last || last.to) this.silences.push({ from: now, to: 0 });
      this.#endStay(now);
      this.seen.clear();
    }
  }

  take(news, elections) {
    const shift = this.#shift(news);
    for (const happening of news.happenings ?? []) this.#happened(happening, shift, elections);
    if (news.status) this.#is(news.status);
    if (news.log && this.status) this.#logIs(news.log);
    for (const sample of news.samples ?? []) this.#sampled({ ...sample, at: sample.at + shift });
    for (const [peer, latency] of Object.entries(news.latency ?? {})) {
      const list = this.latency.get(peer) ?? [];
      list.push({ at: Date.now(), ...latency });
      this.latency.set(peer, trimmed(list));
    }
    for (const [direction, peer, , , count] of news.messages ?? []) this.#saw(direction, peer, count);
  }

  /** What is to be added to the node's clock to have this browser's. */
  #shift(news) {
    if (news.isFirst || this.clockShift === undefined) this.clockShift = Date.now() - news.at;
    return this.clockShift;
  }

  #happened({ at, term, role, leader, votedFor }, shift, elections) {
    const when = at + shift;
    if (votedFor) {
      elections.voted(term, this.id, votedFor, when);
      return;
    }
    const last = this.stays.at(-1);
    if (last && when <= last.from) return; // Told again, by a stream that began anew.
    this.#endStay(when);
    this.stays.push({ from: when, to: 0, role, term, leader });
    this.stays = this.stays.filter(stay => !stay.to || Date.now() - stay.to < KEEP_MILLIS);
    if (leader) elections.won(term, leader, when);
    if (this.status) Object.assign(this.status, { role, term, leader, votedFor: term === this.status.term ? this.status.votedFor : null });
    if (this.status && role !== 'leader') this.status.peers = [];
  }

  #endStay(when) {
    const last = this.stays.at(-1);
    if (last && !last.to) last.to = when;
  }

  #is(status) {
    this.status = status;
    if (this.turns.length === 0 && status.first > 1) this.turns.push([status.first - 1, status.firstTerm]);
    const last = this.stays.at(-1);
    if (!last || last.to) this.stays.push({ from: Date.now(), to: 0, role: status.role, term: status.term, leader: status.leader });
  }

  #logIs({ last: [index, term], durable, commit, turns }) {
    for (const turn of turns) this.turns.push(turn);
    // What was cut off is not there any more, so no earlier term reaches beyond.
    this.turns = this.turns.map(([end, of]) => [of < term ? Math.min(end, index - 1) : end, of]).slice(-200);
    Object.assign(this.status, { last: index, lastTerm: term, durable, commit });
  }

  #sampled(sample) {
    if (this.samples.length > 0 && sample.at <= this.samples.at(-1).at) return;
    this.samples = trimmed([...this.samples, sample]);
  }

  #saw(direction, peer, count) {
    const now = Date.now();
    const seen = this.seen.get(peer) ?? { sentAt: 0, sendsSince: 0, receivedAt: 0, received: 0 };
    if (direction === 'sent') {
      if (now - seen.sentAt > BROKEN_AFTER) seen.sendsSince = now;
      seen.sentAt = now;
    } else {
      seen.receivedAt = now;
      seen.received += count;
    }
    this.seen.set(peer, seen);
  }

  /** The term of an entry of its log, as far as it can be told. */
  termAt(index) {
    const turn = this.turns.find(([end]) => end >= index);
    return turn ? turn[1] : this.status.lastTerm;
  }
}

const trimmed = list => {
  const oldest = Date.now() - KEEP_MILLIS;
  const first = list.findIndex(item => item.at >= oldest);
  return first > 0 ? list.slice(first) : list;
};

/** Who was elected when, and by whom. */
export class Elections {
  #terms = new Map();

  forget() { this.#terms.clear(); }

  voted(term, voter, candidate, at) { this.#of(term, at).votes.set(voter, candidate); }

  won(term, leader, at) {
    const election = this.#of(term, at);
    election.leader = leader;
    election.wonAt = Math.min(election.wonAt ?? at, at);
  }

  #of(term, at) {
    if (!this.#terms.has(term)) this.#terms.set(term, { term, at, votes: new Map(), leader: null });
    const election = this.#terms.get(term);
    election.at = Math.min(election.at, at);
    if (this.#terms.size > 60) this.#terms.delete(Math.min(...this.#terms.keys()));
    return election;
  }

  /** The newest first. */
  get list() { return [...this.#terms.values()].sort((a, b) => b.term - a.term); }
}

/** One group on all nodes. */
export class Group {
  nodes = new Map();
  elections = new Elections();
  name = '';

  /** The node that leads the highest term that anyone says to lead. */
  get leader() {
    const leaders = [...this.nodes.values()].filter(node => node.role === 'leader');
    return leaders.sort((a, b) => b.status.term - a.status.term)[0] ?? null;
  }

  get term() { return Math.max(0, ...[...this.nodes.values()].map(node => node.status?.term ?? 0)); }
  get last() { return Math.max(0, ...[...this.nodes.values()].map(node => (node.answers && node.status?.last) || 0)); }
  get commit() { return Math.max(0, ...[...this.nodes.values()].map(node => node.status?.commit ?? 0)); }

  /** Whether what one node sends does not arrive at the other, though both are there. */
  isBroken(from, to) {
    const sender = this.nodes.get(from);
    const receiver = this.nodes.get(to);
    if (!sender?.answers || !receiver?.answers) return false;
    const sent = sender.seen.get(to);
    if (!sent || Date.now() - sent.sentAt > BROKEN_AFTER || Date.now() - sent.sendsSince < BROKEN_AFTER) return false;
    return Date.now() - (receiver.seen.get(from)?.receivedAt ?? 0) > BROKEN_AFTER;
  }

  /** Committed entries a second, over the last minutes: [{at, rate}]. */
  get rates() {
    const commits = new Map();
    for (const node of this.nodes.values()) {
      for (const { at, commit } of node.samples) {
        const second = Math.round(at / 1000);
        commits.set(second, Math.max(commits.get(second) ?? 0, commit));
      }
    }
    const seconds = [...commits.keys()].sort((a, b) => a - b);
    let highest = 0;
    let before = 0;
    return seconds.map(second => {
      const commit = Math.max(highest, commits.get(second));
      const rate = before ? (commit - highest) / (second - before) : 0;
      highest = commit;
      before = second;
      return { at: second * 1000, rate };
    }).slice(1);
  }

  forget(name) {
    this.name = name;
    this.elections.forget();
    for (const node of this.nodes.values()) node.forget();
  }
}
