// Writing, answering, editing and deleting in place. The form is the server's own; what is typed is kept in the
// browser until it was taken, with the form's key, so that a second try is never a second comment.

import { ask, commentOf, focusOn, focusOnComment, idOf, make, me, post, remember, remembered, say, sentences, signInUrl, thread } from './page.js';
import { page, parsed } from './html.js';
import { branch, fragment, insert } from './place.js';

let open = null; // the one form in the page: { form, opener }
const placeOf = (form) => `draft:${new URL(form.action).pathname}${form.elements.passage ? `#${form.elements.passage.value}` : ''}`;
const keyOf = (form) => form.elements.key;

export function follow(link) {
  return link.pathname.endsWith('/delete') ? remove(link) : write(link);
}

// Sign in, and find this form open again, with its draft.
function signInHere(path) {
  const [, parent] = /reply\/(\d+)$/.exec(path) ?? [];
  return signInUrl(parent ? `#write-${parent}` : '#write');
}

// `place` is where the form goes, where that is not beside the link; `quote` the words that were selected.
export async function write(link, text = null, place = null, quote = null) {
  if (open?.form.action === link.href && open.form.isConnected) return open.form.elements.text.focus();
  const found = await page(link.href);
  const form = found?.querySelector('form[data-form]');
  if (!form || found.querySelector('.errors')) return location.assign(link);
  shut();
  form.setAttribute('aria-label', found.querySelector('h1').textContent);
  const notice = found.querySelector('.own > .notice');
  if (notice) {
    notice.className = 'quiet';
    form.prepend(notice);
  }
  form.querySelector('[data-plain]')?.remove();
  const signIn = form.querySelector('a[href*="/sign-in"]');
  if (signIn) signIn.href = signInHere(link.pathname);
  open = { form, opener: link };
  const article = link.closest('.comment');
  const row = link.closest('.thread > header, .thread > footer');
  if (quote !== null && form.elements.quote) form.elements.quote.value = quote;
  if (place) place.append(form);
  else if (article) article.append(form);
  else if (row?.matches('header')) row.after(form);
  else row.before(form);
  adopt(form);
  const area = form.elements.text;
  if (text !== null) area.value = text;
  area.focus();
  area.setSelectionRange(area.value.length, area.value.length);
}

// Gives a form its draft and its manners; also the form of a page of its own.
export async function adopt(form) {
  const area = form.elements.text;
  const start = area.value;
  const draft = remembered(placeOf(form));
  const hasErrors = document.querySelector('main > * > .errors');
  if (draft?.text && draft.text !== start && !hasErrors) {
    area.value = draft.text;
    if (draft.key && keyOf(form)) keyOf(form).value = draft.key;
    sentences().then(({ words }) => say(words.draft));
  }
  // Whoever types "@" is offered the names of the discussion.
  if (form.dataset.names) {
    const begin = () => {
      if (!area.value.slice(0, area.selectionStart).endsWith('@')) return;
      area.removeEventListener('input', begin);
      import('./mention.js').then(({ offer }) => offer(area, form.dataset.names));
    };
    area.addEventListener('input', begin);
  }
  area.addEventListener('input', () =>
    remember(placeOf(form), area.value ? { text: area.value, key: keyOf(form)?.value } : null),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    send(form, event.submitter?.name === 'preview');
  });
  if (form !== open?.form) return;
  form.addEventListener('keydown', (event) => event.key === 'Escape' && leave(form, start));
  form.querySelector('.buttons a')?.addEventListener('click', (event) => {
    event.preventDefault();
    leave(form, start);
  });
}

async function leave(form, start) {
  const { words } = await sentences();
  const text = form.elements.text.value;
  if (text.trim() && text !== start && !(await ask(form, words.leave, words.discard))) return;
  remember(placeOf(form), null);
  const { opener } = open;
  shut();
  opener.focus();
}

// Closes without a question: what was written stays as a draft.
function shut() {
  open?.form.remove();
  open = null;
}

async function send(form, isPreview) {
  if (form.dataset.busy) return;
  form.dataset.busy = 'true';
  const { words } = await sentences();
  try {
    const fields = new URLSearchParams(new FormData(form));
    if (isPreview) fields.set('preview', 'yes');
    let answer = await post(form.action, fields, fields.get('csrfmiddlewaretoken'));
    // A draft that was begun more than a day ago: it goes on under a younger key, and is sent again once.
    if (answer.code === 'form_old' && answer.key) {
      keyOf(form).value = answer.key;
      fields.set('key', answer.key);
      remember(placeOf(form), { text: form.elements.text.value, key: answer.key });
      answer = await post(form.action, fields, fields.get('csrfmiddlewaretoken'));
    }
    clean(form);
    if (answer.html && answer.code) warn(form, answer);
    else if (answer.code) refuse(form, answer, words);
    else if (isPreview) preview(form, answer.html, words);
    else await taken(form, answer, words);
  } catch {
    clean(form);
    refuse(form, { text: words.offline }, words);
  } finally {
    delete form.dataset.busy;
  }
}

function clean(form) {
  for (const old of form.querySelectorAll('.errors, .error, .preview, .warned')) old.remove();
  for (const field of form.querySelectorAll('[aria-invalid]')) {
    field.removeAttribute('aria-invalid');
    const help = `${field.id}-help`;
    if (document.getElementById(help)) field.setAttribute('aria-describedby', help);
    else field.removeAttribute('aria-describedby');
  }
}

// The site asks once: the same box as on its own page, and a button that says what pressing it again does.
function warn(form, { html, button: label }) {
  const box = document.importNode(parsed(html).body.firstElementChild, true);
  const press = form.querySelector('.buttons .button');
  const before = press.textContent;
  if (!form.elements.anyway) form.append(make('input', { type: 'hidden', name: 'anyway', value: '1' }));
  press.textContent = label;
  // Other words may not have to wait.
  form.elements.text.addEventListener('input', () => (press.textContent = before), { once: true });
  form.prepend(box);
  focusOn(box);
}

function refuse(form, { text, field, code, url, link }, words) {
  const place = field && form.elements[field];
  const what = make('p', {}, place ? make('a', { href: `#${place.id}` }, text) : text);
  // Also whoever was signed in when the form was opened, and is not any more.
  if (code === 'members_only' || code === 'reader_missing') what.append(' ', make('a', { href: signInHere(new URL(form.action).pathname) }, words.signInLink));
  if (link) what.append(' ', make('a', { href: url }, link));
  const box = make('div', { class: 'errors', role: 'group', 'aria-label': words.refused }, make('p', {}, make('strong', {}, words.refused)), what);
  if (place) {
    const id = `${place.id}-error`;
    place.setAttribute('aria-invalid', 'true');
    place.setAttribute('aria-describedby', `${id} ${place.getAttribute('aria-describedby') ?? ''}`.trim());
    place.before(make('p', { class: 'error', id }, text));
  }
  form.prepend(box);
  focusOn(box);
}

function preview(form, html, words) {
  const text = make('div', { class: 'text', dir: 'auto' });
  text.append(...parsed(html).body.childNodes);
  const box = make('section', { class: 'preview', 'aria-label': words.preview }, make('p', {}, make('strong', {}, words.preview)), text);
  form.querySelector('.buttons').before(box);
  focusOn(box);
}

async function taken(form, answer, words) {
  const other = answer.url.endsWith('/edit');
  // The same form again with other words: what was posted stands, and these words are offered as its change.
  const words_ = other ? form.elements.text.value : null;
  const kind = form.dataset.form;
  remember(placeOf(form), null);
  // Asked without a word: what there is stands at the passage.
  if (!answer.comment) return location.assign(answer.url);
  if (form !== open?.form) {
    if (other) remember(`draft:${answer.url}`, { text: words_ });
    return location.assign(answer.url);
  }
  if (other) return write(make('a', { href: answer.url }), words_);
  const panel = form.parentElement.closest('[data-panel], [data-panel] .spoken');
  shut();
  const article = await fragment(answer.url).catch(() => null);
  if (panel && article) {
    insert(article);
    panel.dispatchEvent(new CustomEvent('taken', { detail: article, bubbles: true }));
    return say(answer.says || words.posted);
  }
  if (kind === 'edit') renew(commentOf(answer.comment), article);
  // It may be there already: this was the second try, or another window's.
  else if (!commentOf(answer.comment) && !insert(article)) return location.assign(answer.url);
  focusOnComment(commentOf(answer.comment));
  say(answer.says ? answer.says : kind === 'edit' ? words.saved : words.posted);
}

// An edited comment keeps its place, its votes and its controls.
function renew(shown, article) {
  if (!article) return location.reload();
  shown.querySelector('.text').replaceWith(article.querySelector('.text'));
  shown.querySelector('.edited')?.remove();
  const mark = article.querySelector('.edited');
  if (mark) shown.querySelector('.text').after(mark);
  const state = article.querySelector('.gone');
  const reasons = article.querySelector('.reasons');
  shown.querySelector('.reasons')?.remove();
  if (reasons) shown.querySelector('.text').before(reasons);
  if (state && !shown.querySelector('.gone')) {
    shown.dataset.state = article.dataset.state;
    (shown.querySelector('.reasons') ?? shown.querySelector('.text')).before(state);
  }
}

async function remove(link) {
  const article = link.closest('.comment');
  const { words } = await sentences();
  if (!(await ask(article, words.sure, words.delete))) return;
  const answer = await me()
    .then((reader) => post(link.pathname, new URLSearchParams(), reader.token))
    .catch(() => ({ text: words.offline, code: 'offline' }));
  if (answer.code) return say(answer.text);
  article.dataset.state = 'deleted';
  article.querySelector('.text').replaceWith(make('p', { class: 'gone' }, words.deleted));
  for (const one of article.querySelectorAll('.gone ~ .gone, .reasons, .edited, details, footer button[form], footer a:not([href^="#"], [data-fold], .continue)')) one.remove();
  focusOnComment(article);
  say(words.deleted);
}
