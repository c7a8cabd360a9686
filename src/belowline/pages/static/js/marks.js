// Marks on comments that only their reader sees.

import { button, make } from './page.js';

// Which of the two votes is pressed: 1, -1 or 0 for neither.
export function press(article, value) {
  for (const one of article.querySelectorAll('button[form=votes]')) {
    one.setAttribute('aria-pressed', String(value !== 0 && one.name === (value > 0 ? 'up' : 'down')));
  }
}

// Links that only the author has, in the comment's own row of controls.
export function own(article, controls) {
  article.dataset.own = '';
  for (const vote of article.querySelectorAll('button[form=votes]')) vote.disabled = true;
  let row = article.querySelector('footer');
  if (!row) article.append((row = make('footer')));
  row.append(...controls);
}

// A comment of somebody whom the reader ignores: its words are one press away.
export function fold(article, words) {
  const hidden = [...(article?.querySelectorAll(':scope > :is(.text, .to, details, .edited)') ?? [])];
  if (!hidden.length) return;
  for (const one of hidden) one.hidden = true;
  const open = () => {
    for (const one of hidden) one.hidden = false;
    note.remove();
    article.querySelector('h3 a').focus();
  };
  const note = make('p', { class: 'gone' }, words.ignored, ' ', button(words.show, open, { class: 'link' }));
  article.querySelector('h3').after(note);
}
