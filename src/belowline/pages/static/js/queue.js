// The moderators' queue by keyboard, and whoever looks at a case has it in hand. The keys work while a case has the focus
// (WCAG 2.2, 2.1.4: single characters only where the focus is); every decision is the form's own, so that the page after
// it is the one that everybody gets.

const LOOKED_AT = 1000;
const queue = document.querySelector('[data-queue]');
const cases = [...queue.querySelectorAll('[data-case]')];
let looking;

async function takeInHand(one) {
  const form = one.querySelector('[data-form=decide]');
  const body = new URLSearchParams(new FormData(form));
  body.set('decision', 'take');
  body.delete('reason');
  try {
    const answer = await fetch(form.action, { method: 'POST', body, headers: { Accept: 'application/json' } });
    one.querySelector('.in-hand').textContent = answer.status === 409 ? (await answer.json()).text : '';
  } catch {
    // Without a network nothing is decided either; then the button says so.
  }
}

function go(from, step) {
  const to = cases[Math.min(Math.max(cases.indexOf(from) + step, 0), cases.length - 1)];
  to.focus({ preventScroll: true });
  to.scrollIntoView({ block: 'start' });
}

function refuse(one, digit) {
  const [select, button] = [one.querySelector('select'), one.querySelector('[data-refuse]')];
  if (!button || digit > select.options.length) return;
  select.selectedIndex = digit - 1;
  select.form.requestSubmit(button);
}

queue.addEventListener('focusin', ({ target }) => {
  clearTimeout(looking);
  const one = target.closest('[data-case]');
  if (one) looking = setTimeout(takeInHand, LOOKED_AT, one);
});

queue.addEventListener('keydown', (event) => {
  const one = event.target.closest('[data-case]');
  const isWriting = event.target.matches('input, textarea, select');
  if (!one || isWriting || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key.toLowerCase();
  if (key === 'j') go(one, 1);
  else if (key === 'k') go(one, -1);
  else if (key === 'a') one.querySelector('[data-keep]')?.click();
  else if (/^[1-9]$/.test(key)) refuse(one, Number(key));
  else if (key === 'u') queue.querySelector('[data-form=undo] button')?.click();
  else return;
  event.preventDefault();
});

queue.querySelector('[data-keyboard]')?.removeAttribute('hidden');
// Whoever has decided comes back for the next one; not on a phone, where there are no keys.
if (matchMedia('(hover: hover)').matches) cases[0]?.focus({ preventScroll: true });
