// An invitation to the discussion, once a reader has come to the end of the article: the empty state of the button that
// says what is new. Shown once in this browser, and never again, whatever is done about it.

import { button, comments, make, remember, sentences, thread } from './page.js';

const end = document.querySelector('.story > footer');

async function invite() {
  remember('invited', true);
  const { words } = await sentences();
  const box = make('aside', { class: 'invite', 'aria-label': words.invitation });
  box.append(
    make('a', { href: '#discussion' }, comments().length ? words.join : words.joinFirst),
    button('×', () => box.remove(), { 'aria-label': words.close }),
  );
  thread.before(box);
  const there = new IntersectionObserver((entries) => {
    if (!entries.some((one) => one.isIntersecting)) return;
    there.disconnect();
    box.remove();
  });
  there.observe(thread);
}

if (end) {
  const watch = new IntersectionObserver((entries) => {
    // Whoever sees the discussion needs no way to it.
    if (!entries.at(-1).isIntersecting || thread.getBoundingClientRect().top < innerHeight) return;
    watch.disconnect();
    // The end of a short article is there from the beginning: who has not moved yet has not read it.
    if (scrollY) invite();
    else addEventListener('scroll', () => watch.observe(end), { once: true });
  });
  watch.observe(end);
}
