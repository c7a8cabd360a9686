// A live coverage that is read while it happens. The site is asked what changed since the page was made; what is new waits
// behind a button, so that nothing moves under the eyes. What was edited or deleted is replaced where it stands.

import { sentences } from './page.js';
import { parsed } from './html.js';

const live = document.querySelector('[data-coverage]');
const load = live.querySelector('[data-load]');
const pause = live.querySelector('[data-pause]');
const status = live.querySelector('[role=status]');
const list = live.querySelector('[data-entries]');
const say = (key) => (status.textContent = live.dataset[`say${key}`] ?? '');
const idle = load.textContent;

const EVERY = 10_000;
const PAUSED_EVERY = 60_000; // while the newsroom pauses
const LONGEST = 300_000;
let cursor = live.dataset.cursor;
let state = live.dataset.state;
let isHeld = false;
let isOver = false;
let failures = 0;
let timer = 0;
let asking = null;
const waiting = new Map(); // key: what the site said of an entry that is not shown yet

const inList = (key) => [...list.children].find((one) => one.id === key);
const made = (html) => document.importNode(parsed(html).body.firstElementChild, true);

// Whatever `change` does to the page, what a reader looks at stays where it is.
function still(change) {
  const entries = [...live.querySelectorAll('.entry'), ...document.querySelectorAll('.thread .comment')];
  const anchor = entries.find((one) => one.getBoundingClientRect().bottom > 80);
  const isAbove = live.getBoundingClientRect().top >= 0;
  const before = anchor?.getBoundingClientRect().top;
  change();
  // Whoever sees the head of the list wants to see what comes into it.
  if (!anchor?.isConnected || isAbove) return;
  scrollBy({ top: anchor.getBoundingClientRect().top - before, behavior: 'instant' });
}

// The focus stays on what it was on.
function replace(shown, entry) {
  const focusable = (within) => [...within.querySelectorAll('a, button')];
  const at = focusable(shown).indexOf(document.activeElement);
  shown.replaceWith(entry);
  if (at >= 0) focusable(entry)[at]?.focus({ preventScroll: true });
}

function place(key, { order, html }) {
  const entry = made(html);
  list.querySelector('.empty')?.remove();
  const behind = [...list.children].find((one) => one.dataset.order < order);
  if (behind) behind.before(entry);
  else if (!live.querySelector('.pager') || !list.children.length) list.append(entry);
}

function show() {
  still(() => {
    for (const [key, entry] of waiting) place(key, entry);
  });
  if (waiting.size) say('Shown');
  waiting.clear();
  return label();
}

async function label() {
  load.toggleAttribute('data-quiet', !waiting.size);
  load.textContent = waiting.size ? (await sentences()).counted('freshUpdates', waiting.size) : idle;
}

function take({ top, entries }) {
  let isEdited = false;
  const announced = waiting.size;
  still(() => {
    const above = live.querySelector('[data-top]');
    const had = new Set([...above.querySelectorAll('.entry')].map((one) => one.id));
    const next = parsed(top).body;
    if (next.innerHTML.trim() !== above.innerHTML.trim()) {
      above.replaceChildren(...[...next.children].map((one) => document.importNode(one, true)));
    }
    for (const entry of entries) {
      const { key } = entry;
      const shown = inList(key);
      if (entry.isPinned) {
        shown?.remove();
        waiting.delete(key);
      } else if (shown) {
        isEdited = true;
        replace(shown, made(entry.html));
      } else if (had.has(key)) {
        place(key, entry);
      } else if (entry.isGone) {
        waiting.delete(key);
      } else {
        waiting.set(key, entry);
      }
    }
  });
  if (waiting.size > announced) sentences().then(({ counted }) => (status.textContent = counted('freshUpdates', waiting.size)));
  else if (isEdited) say('Edited');
  return label();
}

async function ask() {
  const answer = await fetch(`${live.dataset.coverage}?since=${cursor}`, { headers: { Accept: 'application/json' } });
  if (answer.status === 404 || answer.status === 410) return end('Behind');
  if (!answer.ok) throw answer;
  const news = await answer.json();
  if (news.isBehind) return end('Behind');
  if (news.entries) await take(news);
  cursor = news.cursor;
  state = news.state;
  if (state === 'archived') end('Ended');
}

function end(sentence) {
  isOver = true;
  pause.hidden = true;
  say(sentence);
}

const wait = () => {
  clearTimeout(timer);
  if (isOver || isHeld || document.hidden) return;
  const every = Math.min(LONGEST, (state === 'paused' ? PAUSED_EVERY : EVERY) * 2 ** failures);
  timer = setTimeout(look, every * (0.8 + 0.4 * Math.random()));
};

function look() {
  clearTimeout(timer);
  asking ??= ask()
    .then(() => (failures = 0))
    .catch(() => {
      failures = Math.min(failures + 1, 5);
      if (failures > 1) say('Offline');
    })
    .finally(() => {
      asking = null;
      wait();
    });
  return asking;
}

load.addEventListener('click', (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || (isOver && !waiting.size)) return;
  event.preventDefault();
  if (waiting.size) show();
  else look().then(() => waiting.size && show());
});

pause.addEventListener('click', () => {
  isHeld = !isHeld;
  pause.setAttribute('aria-pressed', isHeld);
  pause.textContent = isHeld ? live.dataset.go : live.dataset.hold;
  say(isHeld ? 'Paused' : 'Resumed');
  if (isHeld) clearTimeout(timer);
  else look();
});

// A key event may be one that is still held back.
live.addEventListener('click', (event) => {
  const key = event.target.closest('a[href^="#e-"]')?.hash.slice(1);
  if (key && waiting.has(key)) show();
});

document.addEventListener('visibilitychange', () => (document.hidden || isOver || isHeld ? clearTimeout(timer) : look()));

document.documentElement.style.overflowAnchor = 'none'; // the browser's own way of the same would count twice
pause.hidden = false;
wait();
