// What this page is for this reader: name, own votes, own comments and what may still be done to them.

import { commentOf, comments, idOf, make, sentences, thread } from './page.js';
import { fold, own, press } from './marks.js';

// Each link says whose comment it belongs to.
function links(article, mine, words, locale) {
  const whose = () => article.querySelector('h3 bdi').cloneNode(true);
  const found = [make('a', { href: `${mine.url}/delete` }, whose(), ` ${words.delete}`)];
  const left = mine.editUntil * 1000 - Date.now();
  if (left <= 0) return found;
  const clock = new Date(mine.editUntil * 1000).toLocaleTimeString(locale, { timeStyle: 'short' });
  const edit = make('a', { href: `${mine.url}/edit` }, whose(), ` ${words.edit} `, make('small', {}, `${words.until} ${clock}`));
  setTimeout(() => edit.remove(), left);
  return [edit, ...found];
}

function masthead(reader, words) {
  const link = document.querySelector('[data-account]');
  if (!link || !reader.reader) return;
  const shown = make('bdi', {}, reader.reader.name);
  const name = make('li', {}, reader.reader.member ? make('a', { href: reader.page }, shown) : shown);
  link.parentElement.before(name);
  if (reader.staff && reader.staff !== location.pathname) {
    link.parentElement.before(make('li', {}, make('a', { href: reader.staff }, words.moderation)));
  }
  const bell = make('a', { href: reader.notices.url }, words.notices);
  if (reader.notices.new) bell.append(' ', make('b', {}, reader.notices.new.toLocaleString(document.documentElement.lang)));
  link.parentElement.before(make('li', {}, bell));
  if (!reader.reader.member) return;
  link.href = reader.signOut;
  link.textContent = words.signOut;
}

export async function show(reader) {
  if (!reader.reader) return;
  const { words, locale } = await sentences();
  masthead(reader, words);
  if (!thread) return;
  // A press that came before this answer is newer than it.
  for (const article of comments()) if (!article.querySelector('[aria-pressed]')) press(article, reader.votes[idOf(article)] ?? 0);
  for (const id of reader.ignored) fold(commentOf(id), words);
  const held = [];
  for (const mine of reader.own) {
    const article = commentOf(mine.id);
    if (article) own(article, links(article, mine, words, locale));
    else if (mine.state === 'held') held.push(mine);
  }
  // What waits for a moderator is shown to its author alone, where it will stand.
  if (held.length) {
    const { insert, fragment } = await import('./place.js');
    for (const mine of held.slice(0, 5).reverse()) insert(await fragment(mine.url));
  }
}
