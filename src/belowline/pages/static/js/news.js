// What is new since the last visit. Only this browser knows when that was; it is told to nobody.

import { button, comments, focusOnComment, idOf, make, remember, remembered, say, sentences, thread } from './page.js';

const memory = `seen:${thread.dataset.thread}`;
const seen = remembered(memory);
const IS_READ_AFTER = 2000;

let bar = null;
let fresh = [];
let last = null; // where the bar led to: its own buttons take the focus away from there

function newComments() {
  let position = 0;
  const differences = (thread.dataset.published ?? '').split(' ');
  const listed = [...thread.querySelectorAll('.part:not(.above) .comment:not([data-state])')]
    .sort((one, other) => idOf(one) - idOf(other));
  const isNew = new Set(
    listed.filter((one, index) => (position += Number(differences[index])) > seen.position && !('own' in one.dataset)),
  );
  return comments().filter((one) => isNew.has(one));
}

export function step(by) {
  const shown = fresh.filter((one) => !one.hidden);
  if (!shown.length) return;
  const at = document.activeElement?.closest('.comment') ?? last;
  const behind = (one, other) => one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING;
  const next = by > 0 ? shown.find((one) => !at || behind(at, one)) : shown.findLast((one) => !at || behind(one, at));
  last = next ?? shown.at(by > 0 ? 0 : -1);
  focusOnComment(last);
}

const keep = () => remember(memory, { position: Number(thread.dataset.position), at: Date.now() });

function since(at, locale) {
  const isLately = Date.now() - at < 6 * 86_400_000;
  const day = isLately ? { weekday: 'long' } : { dateStyle: 'medium' };
  const time = isLately ? { hour: '2-digit', minute: '2-digit' } : { timeStyle: 'short' };
  return new Date(at).toLocaleString(locale, { ...day, ...time });
}

// The bar at the lower edge: what is new here, and ways to walk there.
let isOnScreen = false; // the discussion

function show() {
  if (bar) bar.hidden = !isOnScreen || !fresh.length;
}

async function built(text) {
  const { words } = await sentences();
  if (!bar) {
    bar = make('nav', { class: 'news', 'aria-label': words.newComments, hidden: true });
    thread.querySelector('[data-live]').before(bar);
  }
  const done = () => {
    keep();
    for (const badge of thread.querySelectorAll('[data-new]')) badge.remove();
    fresh = [];
    show();
    say(words.allRead);
  };
  bar.replaceChildren(
    make('span', {}, text),
    button('↑', () => step(-1), { 'aria-label': words.previousNew }),
    button('↓', () => step(1), { 'aria-label': words.nextNew }),
    button(words.markRead, done),
  );
  show();
}

async function mark(articles) {
  const { words } = await sentences();
  for (const one of articles) one.querySelector('h3').append(' ', make('span', { class: 'badge', 'data-new': true }, words.new));
}

async function announce() {
  fresh = newComments();
  if (!fresh.length) return;
  const { counted, locale } = await sentences();
  await mark(fresh);
  const text = counted('sinceVisit', fresh.length).replace('%(when)s', since(seen.at, locale));
  await built(text);
  say(text);
}

// Comments that were put into the page now.
export async function add(articles) {
  if (!articles.length) return;
  await mark(articles);
  const all = new Set([...fresh, ...articles]);
  fresh = comments().filter((one) => all.has(one));
  await built((await sentences()).counted('arrived', fresh.length));
}

// Read means: on the screen of a visible tab for two seconds. The bar shows while the discussion does.
let timer = 0;
function watch() {
  const look = () => {
    clearTimeout(timer);
    show();
    if (isOnScreen && !document.hidden) timer = setTimeout(keep, IS_READ_AFTER);
  };
  new IntersectionObserver((entries) => {
    isOnScreen = entries.at(-1).isIntersecting;
    look();
  }).observe(thread.querySelector('.part') ?? thread);
  document.addEventListener('visibilitychange', look);
}

if (seen) await announce();
watch();
