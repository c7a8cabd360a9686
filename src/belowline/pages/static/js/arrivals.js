// New comments, while a discussion is read. They are counted and wait: nothing moves until a reader asks for them. The
// link above the list becomes the button that shows them, with a copy at the lower edge; parents say how many replies
// wait; counts of votes change where they stand.

import { button, commentOf, make, remember, remembered, say, sentences, thread } from './page.js';
import { follow } from './line.js';
import { likewise } from './numbers.js';

const link = thread.querySelector('[data-live] a');
const idle = link.textContent;
const SAY_EVERY = 30_000;
const COUNT_EVERY = 10_000;

const waiting = new Map(); // comment id: id of the one it answers, 0 for none
const votes = new Map(); // comment id: [up, down]
let isBehind = false;
let cursor = thread.dataset.position;
let saidAt = -SAY_EVERY;
let countedAt = -COUNT_EVERY;
let timer = 0;

function take(news) {
  if (!news) return (isBehind = false);
  isBehind ||= Boolean(news.isBehind);
  cursor = news.cursor;
  for (const [id, parent] of news.comments ?? []) waiting.set(id, parent);
  for (const [id, counts] of Object.entries(news.votes ?? {})) votes.set(id, counts);
  if (votes.size && !timer) timer = setTimeout(count, Math.max(0, countedAt + COUNT_EVERY - performance.now()));
  // One's own comment is news, too: it is about to be put in its place.
  if (thread.querySelector('form[data-busy]')) setTimeout(label, 1500);
  else label();
}

// A count changes in place when it takes no more room.
function count() {
  timer = 0;
  countedAt = performance.now();
  for (const [id, counts] of votes) {
    for (const [index, name] of ['up', 'down'].entries()) {
      const shown = commentOf(id)?.querySelector(`button[name=${name}] b`);
      const text = shown && likewise(counts[index], shown.textContent);
      if (shown && text.length <= Math.max(2, shown.textContent.length)) shown.textContent = text;
    }
  }
  votes.clear();
}

async function label() {
  const { words, counted } = await sentences();
  for (const id of waiting.keys()) if (commentOf(id)) waiting.delete(id);
  const number = waiting.size;
  link.toggleAttribute('data-news', number > 0 || isBehind);
  const text = isBehind ? words.behind : number ? `${counted('arrived', number)} – ${words.show}` : idle;
  link.textContent = text;
  copy.textContent = text;
  offer();
  replies(counted);
  if (!number || remembered('mute') || performance.now() - saidAt < SAY_EVERY) return;
  saidAt = performance.now();
  say(counted('arrived', number));
}

thread.addEventListener('placed', () => waiting.size && label());

// The copy of the link, for whoever reads farther down. At one corner, so that a longer number moves nothing.
const copy = button('', () => show(), { class: 'offer', hidden: true });
const seen = new Map();
const offer = () => (copy.hidden = !waiting.size || isBehind || !seen.get(thread) || seen.get(link));
const watch = new IntersectionObserver((entries) => {
  for (const one of entries) seen.set(one.target, one.isIntersecting);
  offer();
});
link.parentElement.append(copy);
watch.observe(link);
watch.observe(thread);

// How many replies wait below each comment that stands here. Over its lower edge, where nothing moves for it.
function replies(counted) {
  const below = new Map();
  for (const parent of waiting.values()) below.set(parent, (below.get(parent) ?? 0) + 1);
  for (const old of thread.querySelectorAll('[data-arrived]')) if (!below.has(Number(old.dataset.arrived))) old.remove();
  for (const [parent, number] of below) {
    const above = commentOf(parent);
    if (!above || above.hidden) continue;
    const text = counted('replies', number);
    const there = above.querySelector(':scope > [data-arrived]');
    if (there) there.textContent = text;
    else above.append(button(text, () => show(parent), { 'data-arrived': parent }));
  }
}

async function show(parent = null) {
  const shown = await (await import('./arrived.js')).show(link.href, waiting, cursor, parent);
  for (const id of shown) waiting.delete(id);
  // What is left stands elsewhere: on another page of this list.
  if (!shown.length) return location.assign(link.href);
  if (!waiting.size) {
    thread.dataset.position = cursor;
    link.href = link.href.replace(/\d+$/, cursor);
  }
  await label();
}

link.addEventListener('click', (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  if (isBehind) {
    event.preventDefault();
    return location.reload();
  }
  if (!waiting.size) return;
  event.preventDefault();
  show().catch(() => location.assign(link.href));
});

// Two switches, remembered: whether to listen at all, and whether to say so.
let stop = null;
function listen() {
  stop?.();
  stop = remembered('quiet') ? null : follow(`d/${thread.dataset.thread}`, thread.dataset.position, take);
}

async function switches() {
  const { words } = await sentences();
  const rows = [
    ['quiet', words.liveOn, listen],
    ['mute', words.liveSay, () => {}],
  ].map(([name, text, act]) => {
    const box = make('input', { type: 'checkbox', id: `live-${name}`, checked: !remembered(name) });
    box.addEventListener('change', () => {
      remember(name, box.checked ? null : true);
      act();
    });
    return make('p', { class: 'check' }, box, make('label', { for: box.id }, text));
  });
  help.append(...rows);
}

// Somebody may have been faster than this script.
const help = thread.querySelector('.help');
if (help?.open) switches();
else help?.addEventListener('toggle', switches, { once: true });
// From where the discussion is one screen away: whoever reads the article alone holds no line.
const near = new IntersectionObserver(
  (entries) => {
    if (!entries.some((one) => one.isIntersecting)) return;
    near.disconnect();
    listen();
  },
  { rootMargin: '100%' },
);
near.observe(thread);
