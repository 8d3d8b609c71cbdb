import { Actions } from './actions.js';
import { Feed } from './feed.js';
import { Group, Node } from './model.js';
import { Ring, wordFor } from './ring.js';
import { Logs, curve, element, lanes, number, short } from './charts.js';

const $ = id => document.getElementById(id);
const SLOW_EVERY = 1000;
const GONE_AFTER = 8000;
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });

const group = new Group();
const ring = new Ring($('ring'));
const logs = new Logs($('logs'), $('log-why'));
const summaries = new Map(); // Of a node: its groups.
const feeds = [];
let wanted = new URLSearchParams(location.search).get('group') ?? localStorage.getItem('uitto-cluster-group') ?? '';
let changed = true;
let missingSince = 0;

// The nodes' streams

/** Where the nodes are, as soon as whoever served this page answers. */
async function whatThereIs() {
  for (;;) {
    try {
      return await (await fetch('nodes')).json();
    } catch {
      await new Promise(resolve => setTimeout(resolve, 1000));
    }
  }
}

async function start() {
  const { nodes, hasActions } = await whatThereIs();
  for (const { id, url } of nodes) {
    group.nodes.set(id, new Node(id, url));
    const feed = new Feed(id, url);
    feed.addEventListener('news', ({ detail }) => onNews(id, detail));
    feed.addEventListener('reach', () => onReach(feed));
    feeds.push(feed);
  }
  if (wanted) choose(wanted, false);
  ring.place([...group.nodes.keys()]);
  for (const feed of feeds) feed.watch(wanted);
  if (hasActions) new Actions(group);
}

function onNews(id, news) {
  if (news.groups) {
    summaries.set(id, news.groups);
    showGroupChoice();
    settle();
  }
  if (news.group !== group.name) return;
  const node = group.nodes.get(id);
  node.take(news, group.elections);
  if (news.messages) ring.send(id, news.messages, group);
  changed = true;
}

function onReach(feed) {
  group.nodes.get(feed.id).reach(feed.answers);
  if (!feed.answers) summaries.delete(feed.id);
  changed = true;
}

function choose(name, watch = true) {
  wanted = name;
  group.forget(name);
  localStorage.setItem('uitto-cluster-group', name);
  if (watch) for (const feed of feeds) feed.watch(name);
  showGroupChoice();
  changed = true;
}

/** Without a group, or with one that no node has any more, it is the first one's turn. */
function settle() {
  const names = allGroups().map(one => one.name);
  if (names.length === 0 || names.includes(group.name)) {
    missingSince = 0;
    return;
  }
  missingSince ||= Date.now();
  if (!group.name || Date.now() - missingSince > GONE_AFTER) choose(names[0]);
}

$('group').addEventListener('change', event => choose(event.target.value));

// What is shown: what moves as it moves, the rest each second

function showNow() {
  if (changed && !document.hidden) {
    changed = false;
    ring.show(group);
    logs.show(group, rate());
    showStatus();
  }
  requestAnimationFrame(() => setTimeout(showNow, 80));
}

function showSlowly() {
  if (!document.hidden) {
    changed = true; // Links break by silence, which is no news.
    settle();
    showElections();
    $('timeline').replaceChildren(lanes(group, Math.max(320, $('timeline').clientWidth)));
    showRate();
    showPeers();
    showDetails();
    showGroups();
  }
}

const rate = () => group.rates.slice(-3).reduce((sum, point, i, all) => sum + point.rate / all.length, 0);

function showStatus() {
  const answering = [...group.nodes.values()].filter(node => node.answers).length;
  const leader = group.leader;
  const total = group.nodes.size;
  const leads = leader ? `${leader.id} leads term ${leader.status.term}` : 'no leader';
  $('status').dataset.state = leader ? 'good' : 'waiting';
  setText($('status-text'), `${leads} · ${answering} of ${total} nodes answer`);
  document.title = `${leader ? leader.id : 'no leader'} · Uitto cluster`;
  tellStory(leader, answering, total);
}

/** Says in words how things stand: for all, and aloud for who does not see it. */
function tellStory(leader, answering, total) {
  const silent = [...group.nodes.values()].filter(node => !node.answers).map(node => node.id);
  const most = Math.floor(total / 2) + 1;
  const away = silent.length === 0 ? '' : ` ${silent.length === 1 ? `Node ${silent[0]} does` : `Nodes ${silent.join(' and ')} do`} not answer`;
  let story;
  if (leader) {
    const votes = [...(group.elections.list.find(election => election.term === leader.status.term)?.votes ?? [])]
      .filter(([, candidate]) => candidate === leader.id).map(([voter]) => voter).sort();
    const by = votes.length > 0 ? `, by the votes of ${inWords(votes)}` : '';
    const rest = away ? `${away}; ${answering} of ${total} are enough to go on.` : ' All nodes are there.';
    story = `Node ${leader.id} leads term ${leader.status.term}${by}.${rest}`;
  } else if (answering < most) {
    story = `There is no leader:${away}, and it takes ${most} of ${total} to go on. Nothing is lost; it waits.`;
  } else {
    story = `There is no leader.${away ? `${away}.` : ''} The others will elect one in about a second.`;
  }
  setText($('story'), story);
}

const inWords = list => (list.length < 2 ? list.join('') : `${list.slice(0, -1).join(', ')} and ${list.at(-1)}`);

function setText(shown, text) {
  if (shown.textContent !== text) shown.textContent = text;
}

function showElections() {
  const list = group.elections.list.slice(0, 20).map(({ term, at, votes, leader, wonAt }) => {
    const given = [...votes].sort().map(([voter, candidate]) => (voter === candidate ? `${voter} for itself` : `${voter} for ${candidate}`));
    const what = leader ? `${leader} was elected` : 'nobody was elected';
    return element('li', {},
      element('span', { class: 'term' }, `term ${term}`),
      element('div', {}, what, element('div', { class: 'votes' }, given.length ? `votes: ${given.join(', ')}` : 'votes not seen')),
      element('time', { datetime: new Date(wonAt ?? at).toISOString() }, clock.format(wonAt ?? at)));
  });
  $('elections').replaceChildren(...(list.length ? list : [element('li', { class: 'nothing' }, 'None seen yet.')]));
}

function showRate() {
  const points = group.rates.map(point => ({ at: point.at, value: point.rate }));
  setText($('rate-now'), short(rate()));
  const most = Math.max(0, ...points.map(point => point.value));
  $('rate').replaceChildren(
    curve(points, { label: `Committed entries a second over the last three minutes, at most ${number(most)}` }),
    element('div', { class: 'range' }, element('span', {}, '3 min ago'), element('span', {}, `at most ${short(most)}/s`), element('span', {}, 'now')));
}

function showPeers() {
  const leader = group.leader;
  const peers = leader?.status.peers ?? [];
  $('peers').replaceChildren(...(peers.length ? peers.map(peer => peerCard(leader, peer)) : [element('p', { class: 'nothing' }, 'Only a leader knows.')]));
}

function peerCard(leader, peer) {
  const own = leader.samples.filter(sample => sample.peers[peer.id]);
  const lag = own.map(sample => ({ at: sample.at, value: sample.peers[peer.id][1] }));
  const through = own.slice(1).map((sample, i) => ({
    at: sample.at,
    value: Math.max(0, sample.peers[peer.id][0] - own[i].peers[peer.id][0]) / Math.max(.2, (sample.at - own[i].at) / 1000),
  }));
  const measured = (leader.latency.get(peer.id) ?? []).map(({ at, stored, heartbeat }) => ({ at, value: (stored ?? heartbeat) / 1000 }));
  const millis = measured.at(-1)?.value;
  const figure = (title, value, unit, points) => element('div', {},
    element('dt', {}, title), element('dd', {}, element('b', {}, value), element('span', {}, ` ${unit}`),
      curve(points, { height: 30, calm: true, label: `${title} of ${peer.id} over the last three minutes: now ${value} ${unit}` })));
  const mode = { probe: 'looks where the logs agree', replicate: 'is sent entries ahead', snapshot: 'fetches a snapshot' }[peer.mode];
  const standing = { counts: '', restarted: ', has started anew', newcomer: ', a newcomer without a vote', forgetful: ', has lost its log' }[peer.standing];
  return element('div', { class: 'peer' },
    element('h3', {}, peer.id, element('span', {}, `${mode}${standing}`)),
    element('dl', {},
      figure('Behind', short(peer.lag), 'entries', lag),
      figure('Latency', millis === undefined ? '–' : millis.toFixed(millis < 10 ? 1 : 0), 'ms', measured),
      figure('Throughput', short(through.at(-1)?.value ?? 0), '/s', through)));
}

const AT_REST = 'Nothing has happened in this group for a while, so its nodes say nothing until something does. They watch each other for all such groups at once.';

function showDetails() {
  const head = ['Node', 'Role', 'Term', 'Voted for', 'Leader', 'Entries', 'On disk', 'Committed', 'Applied', 'Snapshot', 'Disk'];
  const numeric = new Set(['Term', 'On disk', 'Committed', 'Applied', 'Snapshot']);
  const rows = [];
  for (const node of group.nodes.values()) {
    const s = node.status ?? {};
    const value = known => known ?? '–';
    const count = known => (known === undefined ? '–' : number(known));
    const disk = s.writes === undefined ? '–' : s.writes === 0 ? 'idle' : `${s.writes} ${s.writes === 1 ? 'write' : 'writes'}, ${s.writingMillis} ms`;
    const values = [value(s.term), value(s.votedFor), value(s.leader), s.last === undefined ? '–' : `${number(s.first)} – ${number(s.last)}`,
      count(s.durable), count(s.commit), count(s.applied), s.snapshot ? number(s.snapshot) : '–', disk];
    rows.push(element('tr', {},
      element('th', { scope: 'row' }, node.id),
      element('td', {}, element('span', { class: 'role-word', 'data-role': node.role }, wordFor(node.role)),
        ...(s.quiescent ? [element('span', { title: AT_REST }, ' at rest')] : [])),
      ...values.map((text, i) => element('td', { class: numeric.has(head[i + 2]) ? 'number' : '' }, String(text)))));
    if (s.trouble) rows.push(element('tr', { class: 'trouble' }, element('td', { colspan: head.length }, s.trouble)));
  }
  $('details').replaceChildren(
    element('thead', {}, element('tr', {}, ...head.map(title => element('th', { scope: 'col', class: numeric.has(title) ? 'number' : '' }, title)))),
    element('tbody', {}, ...rows));
}

/** Every group that any node has, with the word of the one that leads it. */
function allGroups() {
  const all = new Map();
  for (const list of summaries.values()) {
    for (const one of list) {
      const known = all.get(one.name);
      if (!known || one.term > known.term || (one.term === known.term && one.role === 'leader')) all.set(one.name, one);
    }
  }
  return [...all.values()].sort((a, b) => a.name.localeCompare(b.name));
}

let choices = '';
function showGroupChoice() {
  const names = allGroups().map(one => one.name);
  const key = JSON.stringify([names, group.name]);
  if (key === choices) return;
  choices = key;
  if (group.name && !names.includes(group.name)) names.unshift(group.name);
  $('group').replaceChildren(...names.map(name => element('option', { value: name, selected: name === group.name }, name)));
}

function showGroups() {
  const focused = document.activeElement?.dataset?.group;
  const head = element('thead', {}, element('tr', {},
    ...['Group', 'Leader', 'Term', 'Committed'].map((title, i) => element('th', { scope: 'col', class: i > 1 ? 'number' : '' }, title))));
  const rows = allGroups().map(one => {
    const button = element('button', { class: 'as-link', type: 'button', 'data-group': one.name }, one.name);
    button.addEventListener('click', () => { choose(one.name); scrollTo({ top: 0 }); });
    return element('tr', { 'aria-current': String(one.name === group.name) },
      element('td', {}, button), element('td', {}, one.leader ?? 'none'),
      element('td', { class: 'number' }, number(one.term)), element('td', { class: 'number' }, number(one.commit)));
  });
  $('groups').replaceChildren(head, element('tbody', {}, ...rows));
  if (focused) $('groups').querySelector(`[data-group="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

// Colours

const applyTheme = theme => {
  if (theme) document.documentElement.dataset.theme = theme;
};
applyTheme(localStorage.getItem('uitto-theme'));
$('theme').addEventListener('click', () => {
  const chosen = document.documentElement.dataset.theme;
  const isDark = chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  const next = isDark ? 'light' : 'dark';
  localStorage.setItem('uitto-theme', next);
  applyTheme(next);
});

await start();
showNow();
showSlowly();
setInterval(showSlowly, SLOW_EVERY);
