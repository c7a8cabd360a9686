// Single keys, only for those who switched them on (WCAG 2.1.4), and never while somebody writes.

import { comments, focusOnComment, make, remember, remembered, sentences, thread } from './page.js';
import { step } from './news.js';

let current = null;

function near() {
  const held = document.activeElement?.closest('.comment');
  return held ?? (current?.isConnected ? current : null);
}

function walk(by) {
  const all = comments().filter((one) => !one.hidden);
  const at = near();
  const index = at ? all.indexOf(at) + by : all.findIndex((one) => one.getBoundingClientRect().bottom > 0);
  go(all[index]);
}

function go(article) {
  if (!article) return;
  current = article;
  focusOnComment(article);
}

const press = (what) => near()?.querySelector(what)?.click();
const KEYS = {
  j: () => walk(1),
  k: () => walk(-1),
  n: () => step(1),
  p: () => step(-1),
  u: () => {
    const up = near()?.querySelector('.to a');
    // On the page of a branch what it answers may stand on another one.
    if (up?.getAttribute('href').startsWith('#')) go(thread.querySelector(up.hash));
    else up?.click();
  },
  x: () => press('button[data-fold]'),
  r: () => press('footer a[href*="/reply/"]'),
  '?': () => help(),
};

let isListening = false;
export function listen() {
  if (isListening) return;
  isListening = true;
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !remembered('keys')) return;
    if (event.target.closest('input, textarea, select, dialog, [contenteditable]') || !KEYS[event.key]) return;
    event.preventDefault();
    KEYS[event.key]();
  });
}

export async function help() {
  const { words } = await sentences();
  const told = { 'j k': words.keyNext, 'n p': words.keyNew, u: words.keyParent, x: words.keyFold, r: words.keyReply, '?': words.keyHelp };
  const list = make('dl');
  for (const [key, text] of Object.entries(told)) list.append(make('div', {}, make('dt', {}, make('kbd', {}, key)), make('dd', {}, text)));
  const box = make('input', { type: 'checkbox', id: 'keys-on', checked: remembered('keys') === true });
  box.addEventListener('change', () => {
    remember('keys', box.checked || null);
    listen();
  });
  const close = make('button', { class: 'button', 'data-quiet': true }, words.close);
  const dialog = make(
    'dialog',
    { class: 'keys', 'aria-labelledby': 'keys-title' },
    make('h2', { id: 'keys-title' }, words.keys),
    make('p', { class: 'check' }, box, make('label', { for: 'keys-on' }, words.keysOn)),
    list,
    make('form', { method: 'dialog' }, close),
  );
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
