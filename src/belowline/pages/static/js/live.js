// A live coverage that is read while it happens. The site is asked what changed since the page was made; what is new waits
// behind a button, so that nothing moves under the eyes. What was edited or deleted is replaced where it stands.

import { sentences } from './page.js';
import { parsed } from './html.js';
import { follow } from './line.js';
import { still } from './still.js';

const live = document.querySelector('[data-coverage]');
const load = live.querySelector('[data-load]');
const pause = live.querySelector('[data-pause]');
const status = live.querySelector('[role=status]');
const list = live.querySelector('[data-entries]');
const say = (key) => (status.textContent = live.dataset[`say${key}`] ?? '');
const idle = load.textContent;

let cursor = live.dataset.cursor;
let isHeld = false;
let isOver = false;
let stop = null; // ends the line to the site
const waiting = new Map(); // key: what the site said of an entry that is not shown yet

const inList = (key) => [...list.children].find((one) => one.id === key);
const made = (html) => document.importNode(parsed(html).body.firstElementChild, true);

// Whoever sees the head of the list wants to see what comes into it.
const change = (act) =>
  still(act, [...live.querySelectorAll('.entry'), ...document.querySelectorAll('.thread .comment')], live.getBoundingClientRect().top >= 0);

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
  change(() => {
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
  change(() => {
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

async function hear(news) {
  if (!news || news.isBehind) return end('Behind');
  if (news.entries) await take(news);
  cursor = news.cursor;
  if (news.state === 'archived') end('Ended');
}

// Asked by a press, whether or not the line is open.
async function look() {
  const answer = await fetch(`${live.dataset.coverage}?since=${cursor}`, { headers: { Accept: 'application/json' } }).catch(() => null);
  if (answer?.status === 404 || answer?.status === 410) return hear(null);
  return answer?.ok ? hear(await answer.json()) : say('Offline');
}

function listen() {
  const channel = decodeURI(new URL(live.dataset.coverage, location).pathname).replace(/^\/(.*)\/updates$/, '$1');
  stop = follow(channel, cursor, hear);
}

function end(sentence) {
  isOver = true;
  stop?.();
  pause.hidden = true;
  say(sentence);
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
  if (isHeld) stop();
  else listen();
});

// A key event may be one that is still held back.
live.addEventListener('click', (event) => {
  const key = event.target.closest('a[href^="#e-"]')?.hash.slice(1);
  if (key && waiting.has(key)) show();
});

pause.hidden = false;
listen();
