// A press is a vote, a second press takes it back. Shown at once, put right when the site says no.

import { commentOf, isMarked, make, me, post, say, sentences, signInUrl } from './page.js';
import { press as mark } from './marks.js';
import { likewise, toNumber } from './numbers.js';

const VALUES = { up: 1, down: -1 };
const NAMES = { 1: 'up', '-1': 'down', 0: 'undo' };
const states = new Map(); // comment id: { sure: what the site knows, wish: what the reader wants, isBusy }

function show(article, value, before) {
  mark(article, value);
  for (const [name, one] of Object.entries(VALUES)) {
    const count = article.querySelector(`button[name=${name}] b`);
    const change = (value === one) - (before === one);
    if (count && change) count.textContent = likewise(toNumber(count.textContent) + change, count.textContent);
  }
}

function refuse(article, text, isSignIn, words) {
  article.querySelector('[data-refusal]')?.remove();
  const box = make('p', { class: 'notice', 'data-refusal': true }, text);
  if (isSignIn) box.append(' ', make('a', { href: signInUrl(`#${article.id}`) }, words.signInLink));
  article.append(box);
  say(text);
}

async function send(id, state) {
  const article = commentOf(id);
  const { words } = await sentences();
  state.isBusy = true;
  try {
    const reader = await me();
    while (state.wish !== state.sure) {
      const wish = state.wish;
      const fields = new URLSearchParams({ [NAMES[wish]]: id });
      const answer = reader.reader ? await post(document.getElementById('votes').action, fields, reader.token) : { code: 'members_only' };
      if (answer.code) {
        show(article, state.sure, state.wish);
        state.wish = state.sure;
        const isStranger = answer.code === 'members_only';
        refuse(article, isStranger ? words.signIn : answer.text, isStranger, words);
        return;
      }
      state.sure = wish;
      say(wish ? words.voted : words.unvoted);
    }
    article.querySelector('[data-refusal]')?.remove();
  } catch {
    show(article, state.sure, state.wish);
    state.wish = state.sure;
    refuse(article, words.offline, false, words);
  } finally {
    state.isBusy = false;
  }
}

export async function press(target) {
  const id = target.value;
  const article = target.closest('.comment');
  if (!states.has(id)) {
    const reader = isMarked() ? await me().catch(() => null) : null;
    const sure = reader?.votes[id] ?? 0;
    states.set(id, { sure, wish: sure, isBusy: false });
  }
  const state = states.get(id);
  const value = VALUES[target.name];
  const before = state.wish;
  state.wish = before === value ? 0 : value;
  show(article, state.wish, before);
  if (!state.isBusy) await send(id, state);
}
