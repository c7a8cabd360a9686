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

const AGAIN_AFTER = 300;
const TIMES = 5;

// The page that lists what waits. A busy site may answer with an older copy for a moment: from one that lacks some of it
// and was made before `position` nothing can be told of them, so it is asked for again.
async function listed(address, waiting, position) {
  for (let time = 1; ; time++) {
    const found = await page(address);
    const lacks = (id) => !found?.getElementById(`c-${id}`);
    const isNew = Number(found?.querySelector('[data-thread]').dataset.position) >= position;
    if (isNew || time === TIMES || ![...waiting.keys()].some(lacks)) return { found, isNew };
    await new Promise((go) => setTimeout(go, AGAIN_AFTER));
  }
}

// The ids of those that have their place on this page now. `position`: of the news that told of the last that waits.
export async function show(address, waiting, position, parent) {
  const { found, isNew } = await listed(address, waiting, Number(position));
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
  const gone = [...waiting.keys()].filter((id) => isNew && !found.getElementById(`c-${id}`));
  return parent === null ? [...shown, ...gone] : shown;
}
