// What every script of the page leans on: the place, the words, the reader, one status line, and how to ask the site.

const script = document.querySelector('script[data-root]');
export const root = script?.dataset.root ?? '/';
export const thread = document.querySelector('[data-thread]');
const status = document.querySelector('[data-thread] [role=status]') ?? document.querySelector('[role=status]');

export const comments = () => [...(thread ?? document).querySelectorAll('.part .comment')];
export const commentOf = (id) => document.getElementById(`c-${id}`);
export const idOf = (article) => article.id.slice(2);
export const isMarked = () => /(^|; )bl_me=/.test(document.cookie);

let loadedWords;
// The sentences in the page's language: { words, counted }.
export const sentences = () => (loadedWords ??= import(`${root}words.js`));
export const say = (text) => {
  if (status) status.textContent = text;
};

export function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children);
  return made;
}

export const button = (text, act, attributes) => {
  const made = make('button', { type: 'button', ...attributes }, text);
  made.addEventListener('click', act);
  return made;
};

export function focusOn(place) {
  place.tabIndex = -1;
  place.focus();
}
export const focusOnComment = (article) => focusOn(article.querySelector('h3'));

// Storage may be full or forbidden: then nothing is remembered, and nothing breaks.
const guarded = (act) => {
  try {
    return act();
  } catch {
    return null;
  }
};
export const remembered = (name, store = localStorage) => guarded(() => JSON.parse(store.getItem(`bl:${name}`)));
export const remember = (name, value, store = localStorage) =>
  guarded(() => (value === null ? store.removeItem(`bl:${name}`) : store.setItem(`bl:${name}`, JSON.stringify(value))));

let asked;
// Who reads, with a token for writing. Asked once; `true` asks again, for a fresh token.
export function me(again = false) {
  if (again || !asked) {
    // Base 36, because up to 200 ids have to fit into an address.
    const ids = comments().map((one) => Number(idOf(one)).toString(36)).join(',');
    asked = fetch(thread ? `${thread.dataset.me}?c=${ids}` : `${root}_me`, {
      headers: { Accept: 'application/json' },
    }).then((answer) => (answer.ok ? answer.json() : Promise.reject(answer)));
    asked.catch(() => (asked = null));
  }
  return asked;
}

// POST fields. Comes back with the site's answer, which has a `code` when it was refused; throws without a connection.
export async function post(url, fields, token, again = true) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { Accept: 'application/json', 'X-CSRFToken': token },
    body: new URLSearchParams(fields),
  });
  const found = await answer.json();
  if (found.code !== 'form_expired' || !again) return found;
  const fresh = (await me(true)).token;
  fields.delete('csrfmiddlewaretoken');
  return post(url, fields, fresh, false);
}

// Sign in, and come back to this place.
export function signInUrl(place = '') {
  const url = document.querySelector('[data-account]').pathname.replace(/sign-\w+$/, 'sign-in');
  return `${url}?next=${encodeURIComponent(location.pathname + location.search + place)}`;
}

// A question in place; Escape and Cancel mean no. The focus goes back to where it was.
export async function ask(place, question, yes) {
  const { words } = await sentences();
  const before = document.activeElement;
  return new Promise((resolve) => {
    const box = make('div', { class: 'notice ask', role: 'alertdialog', 'aria-label': question }, make('p', {}, question));
    const close = (answer) => {
      box.remove();
      before?.focus();
      resolve(answer);
    };
    const no = button(words.cancel, () => close(false), { class: 'button', 'data-quiet': true });
    box.append(make('p', { class: 'buttons' }, button(yes, () => close(true), { class: 'button' }), no));
    box.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      close(false);
    });
    place.append(box);
    no.focus();
  });
}
