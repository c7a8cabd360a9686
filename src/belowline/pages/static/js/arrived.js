// Puts new comments into the page when a reader asks for them, from the page that lists them: one for everybody.

import { commentOf, idOf, thread } from './page.js';
import { page } from './html.js';
import { insert } from './place.js';
import { still } from './still.js';
import { add } from './news.js';

// Where a comment that answers none belongs: at one end of the list, which may be on another page.
const hasEnd = () => {
  const isLast = thread.dataset.sort === 'oldest' || thread.dataset.view !== 'conversation';
  return !thread.querySelector(isLast ? '.pager a[rel=next]' : '.pager li:first-child > a:not([rel])');
};

// The ids of those that have their place on this page now.
export async function show(address, waiting, parent) {
  const found = await page(address);
  const wanted = [...(found?.querySelectorAll('.part .comment') ?? [])].filter((one) => {
    const id = Number(idOf(one));
    return waiting.has(id) && (parent === null || waiting.get(id) === parent);
  });
  const top = thread.querySelector('[data-live]').getBoundingClientRect().top;
  const isFlat = thread.dataset.view !== 'conversation';
  const shown = [];
  still(
    () => {
      for (const one of wanted) {
        const id = Number(idOf(one));
        if ((isFlat || !waiting.get(id)) && !hasEnd()) continue;
        if (insert(document.importNode(one, true))) shown.push(id);
      }
    },
    [...thread.querySelectorAll('.part:not(.above) .comment')],
    parent !== null || top >= 0,
  );
  if (thread.querySelector('[data-fold]')) (await import('./fold.js')).show();
  await add(shown.map((id) => commentOf(id)));
  // One that was taken away meanwhile is counted no longer.
  const gone = [...waiting.keys()].filter((id) => found && !found.getElementById(`c-${id}`));
  return parent === null ? [...shown, ...gone] : shown;
}
