// Where a comment that this page does not have yet belongs: the author's own, fetched as a fragment.

import { commentOf, comments, make, thread } from './page.js';
import { page } from './html.js';
import { own } from './marks.js';

// The author's view of one comment: the article, with its links in it.
export async function fragment(url) {
  const found = await page(`${url}?fragment=1`);
  const article = found?.querySelector('article');
  if (!article) return null;
  own(article, found.querySelectorAll('[data-controls] > *'));
  return document.importNode(article, true);
}

const depthOf = (one) => Number(one.dataset.depth);

// The last element of a comment's branch on this page, in document order across the sections.
export function branch(article) {
  const all = [...thread.querySelectorAll('.part > [data-depth]')];
  const start = all.indexOf(article);
  let end = start + 1;
  while (end < all.length && depthOf(all[end]) > depthOf(article)) end += 1;
  return all.slice(start, end);
}

function parentOf(article) {
  const link = article.querySelector('.to a');
  return link && { id: /(\d+)$/.exec(link.getAttribute('href'))[1] };
}

// Puts the article at its place; false when its parent is not on this page.
export function insert(article) {
  const isPlaced = put(article);
  // What waits to be shown is counted anew: one's own comment may have been announced before it stood here.
  if (isPlaced) thread.dispatchEvent(new Event('placed'));
  return isPlaced;
}

function put(article) {
  if (!article || document.getElementById(article.id)) return false;
  const parent = parentOf(article);
  const isFlat = thread.dataset.view !== 'conversation';
  const isLast = thread.dataset.sort === 'oldest' || isFlat;
  if (parent && !isFlat) {
    const above = commentOf(parent.id);
    if (!above) return false;
    article.dataset.depth = depthOf(above) + 1;
    article.querySelector('.to a').href = `#${above.id}`;
    (isLast ? branch(above).at(-1) : above).after(article);
    return true;
  }
  article.dataset.depth = 1;
  const parts = thread.querySelectorAll('.part:not(.above)');
  if (!parts.length) {
    const part = make('div', { class: 'part' }, article);
    const empty = thread.querySelector('.empty');
    if (empty) empty.replaceWith(part);
    else thread.querySelector('[data-live]').after(part);
  } else if (isLast) parts[parts.length - 1].append(article);
  else parts[0].prepend(article);
  return comments().includes(article);
}
