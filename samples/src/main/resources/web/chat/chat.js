import { Connection } from './connection.js';
import { Outbox } from './outbox.js';
import { History, element, face } from './history.js';

const $ = id => document.getElementById(id);
const READ = 'uitto-chat-read';
const stored = (key, otherwise) => JSON.parse(localStorage.getItem(key) ?? 'null') ?? otherwise;

const outbox = await Outbox.open();
const connection = new Connection(location.origin);
const history = new History(before => connection.send({ t: 'history', room, before }));
const rooms = new Map();
const leaders = new Map();
const read = stored(READ, {});
let name = sessionStorage.getItem('uitto-chat-name') ?? '';
let room = sessionStorage.getItem('uitto-chat-room') ?? 'lobby';
let node = '';
let nodes = [];
let ready = false;
let newsUntil = 0;

// Joining

$('name').value = localStorage.getItem('uitto-chat-name') ?? '';
$('join').addEventListener('cancel', event => event.preventDefault());
$('join-form').addEventListener('submit', event => {
  event.preventDefault();
  const wanted = $('name').value.trim();
  if (!wanted) return;
  name = wanted;
  $('name-problem').textContent = '';
  if (connection.isOpen) hello();
  else connection.start();
});

const hello = () => connection.send({ t: 'hello', name });

const joined = () => {
  sessionStorage.setItem('uitto-chat-name', name);
  localStorage.setItem('uitto-chat-name', name);
  if ($('join').open) {
    $('join').close();
    $('text').focus();
  }
};

// The connection

connection.addEventListener('connecting', () => { ready = false; showStatus(); });
connection.addEventListener('open', hello);
connection.addEventListener('lost', ({ detail }) => {
  ready = false;
  outbox.disconnected();
  leaders.clear();
  if (detail.node.id && detail.why !== 'leaderless') lostNode = detail.node.id;
  showStatus();
});
let lostNode = '';

connection.addEventListener('message', ({ detail: message }) => {
  const handler = handlers[message.t];
  if (handler) handler(message);
});

const handlers = {
  welcome(message) {
    node = message.node;
    nodes = message.nodes;
    ready = true;
    connection.learn(nodes, node);
    joined();
    if (lostNode && lostNode !== node) news(`Node ${lostNode} does not answer. You are with node ${node} now.`);
    lostNode = '';
    look(history.last || -1);
    outbox.connected(post => connection.send(post));
    showStatus();
  },
  unwelcome({ reason }) {
    $('name-problem').textContent = reason;
    if (!$('join').open) $('join').showModal();
  },
  rooms(message) {
    for (const known of message.rooms) {
      rooms.set(known.id, known);
      read[known.id] ??= known.last;
    }
    if (!rooms.has(room)) room = 'lobby';
    showRooms();
  },
  leader({ room: of, leader, term }) {
    leaders.set(of, { leader, term });
    if (of === room) showStatus();
  },
  messages(message) {
    if (message.room !== room) return;
    if (message.isHistory) {
      history.prepend(message.list, message.older);
      return;
    }
    if (message.begins) read[room] = Math.min(read[room], message.list.at(-1)?.seq ?? 0); // Perhaps of another cluster.
    history.add(message.list, message.begins, message.older);
    const mine = Math.max(0, ...message.list.map(item => item.mine));
    if (mine > 0) outbox.seen(room, mine);
    showHeld();
    markRead();
  },
  present({ room: of, names }) { if (of === room) showPeople(names); },
  posted: message => outbox.settle(message),
  refused: message => outbox.settle(message),
  'out-of-turn': message => outbox.settle(message),
  opened({ room: id, title }) {
    if (!rooms.has(id)) rooms.set(id, { id, title, last: 0 });
    enter(id);
  },
  'not-opened': ({ reason }) => { $('open-problem').textContent = reason; },
  'no-room': () => setTimeout(() => ready && look(history.last || -1), 500),
  goodbye: ({ reason }) => notice(reason, 'trouble', 15_000),
  tick() {},
};

const look = after => connection.send({ t: 'look', room, after, session: outbox.session(room) });

outbox.addEventListener('change', showHeld);
outbox.addEventListener('returned', ({ detail }) => {
  notice(detail.reason, 'trouble', 15_000);
  if (detail.room === room) $('text').value = [...detail.items.map(item => item.text), $('text').value].filter(Boolean).join('\n');
});

// What is shown

function showStatus() {
  const leads = leaders.get(room);
  const waits = outbox.waiting(room).length;
  connection.works(ready && Boolean(leads?.leader) && outbox.age() < 6000);
  let text;
  let state = 'waiting';
  if (!name) {
    text = 'Not connected';
  } else if (!ready) {
    text = connection.node.id ? `Connecting to node ${connection.node.id} …` : 'Connecting …';
  } else if (!leads?.leader) {
    text = `Node ${node} · no leader`;
  } else {
    text = `Node ${node} · ${leads.leader === node ? 'it' : leads.leader} leads term ${leads.term}`;
    state = 'good';
  }
  $('status-text').textContent = text;
  $('status').dataset.state = state;
  if (state === 'good' || !name) {
    if (Date.now() > newsUntil) $('notice').hidden = true;
  } else if (Date.now() > newsUntil || waits > 0) {
    const held = waits > 0 ? (waits === 1 ? 'Your message is' : `Your ${waits} messages are`) : 'What you write is';
    const why = ready ? 'The nodes are electing a leader.' : 'Looking for a node that answers.';
    notice(`${why} ${held} held here, and posted once, in order, when it goes on.`, 'waiting', 0);
  }
}
setInterval(showStatus, 500);

function notice(text, kind, millis) {
  const shown = $('notice');
  if (shown.hidden || shown.textContent !== text) shown.textContent = text;
  shown.dataset.kind = kind;
  shown.hidden = false;
  newsUntil = Date.now() + millis;
}

function news(text) { notice(text, 'news', 6000); }

const unread = known => Math.max(0, known.last - (read[known.id] ?? known.last));

function showRooms() {
  const list = [...rooms.values()].map(known => {
    const count = known.id === room && isSeen() ? 0 : unread(known);
    const button = element('button', {
      class: `room${count ? ' unread' : ''}`, type: 'button', 'data-room': known.id, 'aria-current': String(known.id === room),
    }, element('span', { class: 'title' }, known.title));
    if (count) button.append(element('span', { class: 'badge' }, count > 99 ? '99+' : `${count}`, element('span', { class: 'unseen' }, ' unread')));
    button.addEventListener('click', () => enter(known.id));
    return element('li', {}, button);
  });
  const focused = document.activeElement?.dataset?.room;
  $('rooms').replaceChildren(...list);
  if (focused) $('rooms').querySelector(`[data-room="${CSS.escape(focused)}"]`)?.focus();
  const others = [...rooms.values()].filter(known => known.id !== room || !isSeen()).reduce((sum, known) => sum + unread(known), 0);
  $('all-unread').textContent = others > 99 ? '99+' : others;
  $('all-unread').hidden = others === 0;
  const title = rooms.get(room)?.title ?? 'Chat';
  $('room-title').textContent = title;
  document.title = `${others ? `(${others}) ` : ''}${title} · Uitto chat`;
}

function showPeople(names) {
  $('people').replaceChildren(...names.map(person => element('li', { class: 'person' }, face(person), element('span', {}, person))));
  $('people-count').textContent = names.length;
}

function showHeld() {
  const isHeld = !ready || !leaders.get(room)?.leader;
  history.hold(outbox.waiting(room), isHeld ? 'held until there is a leader' : 'on its way');
}

const isSeen = () => !document.hidden && history.isAtEnd;

function markRead() {
  if (!isSeen() || !rooms.has(room)) return;
  read[room] = Math.max(read[room] ?? 0, history.last);
  localStorage.setItem(READ, JSON.stringify(read));
  showRooms();
}
document.addEventListener('visibilitychange', markRead);
$('scroll').addEventListener('missed', markRead);

function enter(id) {
  closePanels();
  if (id !== room || history.last === 0) {
    room = id;
    sessionStorage.setItem('uitto-chat-room', room);
    history.clear(name);
    const known = rooms.get(room);
    if (known && unread(known) > 0) history.newFrom = read[room] + 1;
    showPeople([]);
    if (ready) look(-1);
    showHeld();
  }
  showRooms();
  showStatus();
  $('text').focus();
}

// Writing

const post = () => {
  const text = $('text').value.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, ' ').trim();
  if (!text || !name) return;
  outbox.add(room, text, Math.max(history.last, rooms.get(room)?.last ?? 0));
  $('text').value = '';
  history.toEnd();
  showStatus();
};
$('composer').addEventListener('submit', event => { event.preventDefault(); post(); });
$('text').addEventListener('keydown', event => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    post();
  }
});

$('open-room').addEventListener('submit', event => {
  event.preventDefault();
  const title = $('new-title').value.trim();
  $('open-problem').textContent = ready ? '' : 'Not connected at the moment.';
  if (!title || !ready) return;
  connection.send({ t: 'open', title });
  $('new-title').value = '';
});

// Keys, panels, colours

document.addEventListener('keydown', event => {
  if (event.altKey && (event.key === 'ArrowDown' || event.key === 'ArrowUp') && rooms.size > 1) {
    event.preventDefault();
    const ids = [...rooms.keys()];
    const step = event.key === 'ArrowDown' ? 1 : -1;
    enter(ids[(ids.indexOf(room) + step + ids.length) % ids.length]);
  } else if (event.key === 'Escape') {
    closePanels();
  }
});

const panels = [['show-rooms', 'rooms-panel'], ['show-people', 'people-panel']];
function closePanels() {
  for (const [button, panel] of panels) {
    $(panel).classList.remove('open');
    $(button).setAttribute('aria-expanded', 'false');
  }
  $('veil').hidden = true;
}
for (const [button, panel] of panels) {
  $(button).addEventListener('click', () => {
    const opens = !$(panel).classList.contains('open');
    closePanels();
    if (!opens) return;
    $(panel).classList.add('open');
    $(button).setAttribute('aria-expanded', 'true');
    $('veil').hidden = false;
    $(panel).querySelector('button, input')?.focus();
  });
}
$('veil').addEventListener('click', closePanels);

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

history.clear(name);
if (name) connection.start();
else $('join').showModal();
showRooms();
