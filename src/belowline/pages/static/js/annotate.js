// Speaking about words of the article: a selection gets a link to the form, a mark opens what is said beside the text.
// Without this script marks and "Comment on a passage" are links to pages that do the same.

import { button, focusOn, make, sentences, thread } from './page.js';
import { page } from './html.js';
import { chosen, lettersOf, rangeOf } from './letters.js';

const story = document.querySelector('[data-words]');
// While passages wait for the worker, their places are those of an earlier version: nothing is highlighted then.
const [number, placed = number] = story.dataset.words.split(' ');
const form = document.querySelector('[data-write]');
const WAIT_MS = 200;
const DOUBLE_MS = 300;

let letters;
const read = () => (letters ??= lettersOf(story));

// --- highlights -------------------------------------------------------------------------------------------------------

const passages = [];

function readMarks() {
  if (placed !== number) return;
  for (const mark of story.querySelectorAll('.mark')) {
    const own = mark.pathname.split('/').at(-1);
    for (const one of mark.dataset.at.split(' ')) {
      const [id, offset, length, block = own] = one.split('.');
      const found = read().blocks.find((other) => other.id === block);
      const start = found && found.start + Number(offset);
      const range = found && Number(length) ? rangeOf(read(), start, start + Number(length)) : null;
      passages.push({ id, mark, range });
    }
  }
  highlight('said', passages);
}

function highlight(name, ones) {
  const ranges = ones.flatMap((one) => one.range ?? []);
  if (globalThis.CSS?.highlights) CSS.highlights.set(name, new Highlight(...ranges));
}

// Which passages a press between two words means.
function at(event) {
  const { offsetNode, offset } = document.caretPositionFromPoint?.(event.clientX, event.clientY) ?? {};
  return offsetNode ? passages.filter((one) => one.range?.isPointInRange(offsetNode, offset)) : [];
}

// --- the panel --------------------------------------------------------------------------------------------------------

let panel = null;

async function open(opener) {
  shut();
  const { words } = await sentences();
  const head = make('h2', {}, words.inline);
  const close = button(words.close, () => shut(), { class: 'link' });
  panel = make('aside', { class: 'panel', 'data-panel': true, 'aria-label': words.inline }, make('header', {}, head, close));
  panel.opener = opener;
  panel.addEventListener('keydown', (event) => event.key === 'Escape' && !event.defaultPrevented && shut());
  // What was posted stands here at once; in the conversation, too, where it has a place.
  panel.addEventListener('taken', (event) => {
    const article = event.detail.cloneNode(true);
    (event.target.closest('.spoken')?.querySelector('.part') ?? panel).append(unnamed(article));
    focusOn(article.querySelector('h3'));
  });
  // In the order of the page right behind what it is about, so that the keyboard goes there next.
  (opener.closest('.body > *, .story > *') ?? opener).after(panel);
  return panel;
}

function shut() {
  highlight('here', []);
  const opener = panel?.opener;
  panel?.remove();
  panel = null;
  if (opener?.isConnected) opener.focus();
}

// The conversation below may show the same comments: no two things of a page have one name.
function unnamed(part) {
  for (const one of [part, ...part.querySelectorAll('[id]')]) one.removeAttribute('id');
  for (const one of [part, ...part.querySelectorAll('[aria-labelledby]')]) one.removeAttribute('aria-labelledby');
  return part;
}

async function show(mark, wanted = []) {
  const found = await page(mark.href);
  const box = await open(mark);
  const sections = [...(found?.querySelectorAll('.spoken') ?? [])];
  if (!sections.length) return location.assign(mark);
  const ids = new Set(wanted.map((one) => `p-${one.id}`));
  for (const one of sections) if (!ids.size || ids.has(one.id)) box.append(unnamed(document.importNode(one, true)));
  highlight('here', wanted.length ? wanted : passages.filter((one) => one.mark === mark));
  focusOn(box.querySelector('h2'));
}

async function speak(link) {
  const { write } = await import('./write.js');
  const section = link.closest('.panel .spoken');
  const place = section ?? (await open(story.querySelector(`#${CSS.escape(link.dataset.block)}`)));
  if (!section) {
    highlight('here', [{ range: link.range }]);
    hide();
  }
  await write(link, null, place, link.dataset.exact);
}

// A mark, the link beside a selection, or a link of the panel.
export function press(link) {
  return link.matches('.mark') ? show(link) : speak(link);
}

// --- selecting --------------------------------------------------------------------------------------------------------

let offer = null;
let waiting = 0;

function hide() {
  offer?.remove();
  offer = null;
}

async function look() {
  const selection = getSelection();
  const range = selection.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0) : null;
  const inside = range && story.contains(range.startContainer) && story.contains(range.endContainer);
  if (!inside || panel?.contains(range.startContainer)) return offer?.contains(document.activeElement) || hide();
  letters = null;
  const found = chosen(read(), range);
  if (!found) return hide();
  const { words } = await sentences();
  hide();
  const url = new URL(form.href);
  url.searchParams.set('passage', `${number}.${found.address}`);
  offer = make('a', { class: 'button speak', rel: 'nofollow', href: url, 'data-passage': '', 'data-block': found.block.id, 'data-exact': found.exact }, words.commentOn);
  offer.range = range.cloneRange();
  const last = read().blocks.findLast((one) => one.units.length && one.start < found.end).element;
  (last.closest('.body > *, .story > header > *, .story > *') ?? last).after(offer);
  // Below the selection: above it the browsers of phones show menus of their own.
  const box = [...range.getClientRects()].at(-1) ?? range.getBoundingClientRect();
  const from = (offer.offsetParent ?? document.body).getBoundingClientRect();
  const room = document.documentElement.clientWidth - offer.offsetWidth - 8;
  offer.style.left = `${Math.max(8, Math.min(box.right - offer.offsetWidth / 2, room)) - from.left}px`;
  offer.style.top = `${box.bottom + 8 - from.top}px`;
}

if (form) {
  document.addEventListener('selectionchange', () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, WAIT_MS);
  });
  // A press on words puts the focus on the page's main part, far from the link beside them.
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Tab' || event.shiftKey || !offer || document.activeElement.matches('a, button, input, textarea, summary')) return;
    event.preventDefault();
    offer.focus({ preventScroll: true });
  });
  look();
}
story.addEventListener('click', (event) => {
  if (event.detail > 1 || event.target.closest('a, button, summary, .panel')) return;
  const found = at(event);
  // The first half of a double click selects a word.
  if (found.length) setTimeout(() => getSelection().isCollapsed && show(found[0].mark, found), DOUBLE_MS);
});
readMarks();
