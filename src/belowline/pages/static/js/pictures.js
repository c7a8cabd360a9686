// Full-size pictures over the page, one after the other, with their words; and sensitive ones in the place of their
// cover. Without it the same links lead to the files. The browser's own zoom is left alone.

import { button, make, sentences } from './page.js';

const SWIPE_PIXELS = 40;

export const press = (link) => (link.matches('[data-reveal]') ? reveal(link) : open(link));

async function reveal(cover) {
  const figure = cover.closest('figure');
  cover.replaceWith(figure.querySelector('template').content);
  const link = figure.querySelector('[data-full]');
  link.hidden = false;
  link.focus();
}

async function open(link) {
  const { words } = await sentences();
  const figures = [...document.querySelectorAll('figure:has([data-full]:not([hidden]))')];
  let at = figures.indexOf(link.closest('figure'));
  const onward = getComputedStyle(link).direction === 'rtl' ? -1 : 1;
  const shown = make('figure');
  const count = make('p', { role: 'status' });
  const close = button(words.close, () => dialog.close(), { class: 'button', 'data-quiet': true });
  const dialog = make('dialog', { class: 'lightbox', 'aria-label': words.pictures }, make('div', {}, count, close), shown);

  const go = (by) => {
    at = (at + by + figures.length) % figures.length;
    const [picture, said] = ['picture', 'figcaption'].map((name) => figures[at].querySelector(name).cloneNode(true));
    for (const one of picture.querySelectorAll('[sizes]')) one.sizes = '100vw';
    shown.replaceChildren(picture, said);
    count.textContent = `${words.picture} ${at + 1}/${figures.length}`;
  };
  if (figures.length > 1) {
    const step = (text, by) => button(text, () => go(by), { class: 'button', 'data-quiet': true });
    close.before(step(words.picturePrevious, -1), step(words.pictureNext, 1));
    dialog.addEventListener('keydown', (event) => {
      const by = { ArrowLeft: -onward, ArrowRight: onward }[event.key];
      if (by) go(by);
    });
    let from = null;
    dialog.addEventListener('touchstart', (event) => {
      from = event.touches.length === 1 && visualViewport.scale === 1 ? event.touches[0] : null;
    }, { passive: true });
    dialog.addEventListener('touchend', (event) => {
      const to = event.changedTouches[0];
      const [across, along] = from ? [to.clientX - from.clientX, to.clientY - from.clientY] : [0, 0];
      if (Math.abs(across) > Math.max(SWIPE_PIXELS, Math.abs(along))) go(across < 0 ? onward : -onward);
      from = null;
    });
  }
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
  dialog.addEventListener('close', () => {
    dialog.remove();
    link.focus();
  });
  go(0);
  document.body.append(dialog);
  dialog.showModal();
  close.focus();
}
