// "12 replies" folds the branch. Comments are flat in the document: a branch is what follows until a comment stands as
// high as its own first one. What is folded is remembered while the tab is open.

import { button, commentOf, comments, idOf, remember, remembered, sentences, thread } from './page.js';

const place = `fold:${thread.dataset.thread}`;
const folded = new Set(remembered(place, sessionStorage) ?? []);

export async function show() {
  let limit = Infinity;
  let at = null;
  const hidden = new Map();
  for (const one of thread.querySelectorAll('.part:not(.above) > [data-depth]')) {
    const depth = Number(one.dataset.depth);
    one.hidden = depth > limit;
    if (one.hidden) {
      if (one.matches('article')) hidden.set(at, (hidden.get(at) ?? 0) + 1);
      continue;
    }
    at = one;
    limit = folded.has(idOf(one)) ? depth : Infinity;
  }
  for (const one of thread.querySelectorAll('button[data-fold]')) {
    const article = one.closest('.comment');
    const isFolded = folded.has(idOf(article));
    one.setAttribute('aria-expanded', String(!isFolded));
    if (isFolded && !article.hidden) {
      const { counted } = await sentences();
      one.lastChild.data = counted('hidden', hidden.get(article) ?? 0);
    } else one.lastChild.data = one.dataset.fold;
  }
}

export function toggle(article) {
  const id = idOf(article);
  if (!folded.delete(id)) folded.add(id);
  remember(place, [...folded], sessionStorage);
  return show();
}

// A link to a folded comment opens the branch it is in.
export function reveal(article) {
  if (!article?.hidden) return;
  const all = comments();
  let depth = Number(article.dataset.depth);
  for (let index = all.indexOf(article); index >= 0 && depth > 1; index -= 1) {
    const one = all[index];
    if (Number(one.dataset.depth) >= depth) continue;
    depth = Number(one.dataset.depth);
    folded.delete(idOf(one));
  }
  remember(place, [...folded], sessionStorage);
  show();
  article.scrollIntoView();
}

for (const link of thread.querySelectorAll('.part:not(.above) a[data-fold]')) {
  const article = link.closest('.comment');
  const words = link.textContent;
  const whose = article.querySelector('h3 bdi').cloneNode(true);
  const made = button('', () => toggle(article), { 'data-fold': words, 'aria-expanded': 'true' });
  made.append(whose, ' ', document.createTextNode(words));
  link.replaceWith(made);
}
if (folded.size) show();
const toHash = () => reveal(commentOf(location.hash.slice(3)));
addEventListener('hashchange', toHash);
toHash();
