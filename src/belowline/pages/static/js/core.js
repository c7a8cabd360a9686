// Loaded on every page. Everything works without it: each control is a link or a form first. The other scripts come
// when they are needed, most of them at the first press.

import { commentOf, isMarked, me, remembered, root, signInUrl, thread } from './page.js';

const isPlain = (event) => !(event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);

// The script's way, or, if it cannot be loaded, the browser's.
const enhanced = (event, start, plain) => {
  event.preventDefault();
  start().catch(plain);
};

document.addEventListener('click', (event) => {
  const target = event.target.closest('a, button') ?? event.target.closest('picture')?.parentNode.querySelector('[data-full]');
  if (!target || !isPlain(event)) return;
  if (target.matches('button[form=votes]')) {
    // The second half of a double click is no second wish.
    if (event.detail > 1) return event.preventDefault();
    return enhanced(event, async () => (await import('./votes.js')).press(target), () => target.form.requestSubmit(target));
  }
  if (target.matches('[data-full], [data-reveal]') && !target.closest('dialog')) {
    return enhanced(event, async () => (await import('./pictures.js')).press(target), () => location.assign(target));
  }
  if (story && target.matches('.mark, [data-passage], .panel [data-write]')) {
    return enhanced(event, async () => (await import('./annotate.js')).press(target), () => location.assign(target));
  }
  const writes = thread && /\/_d\/(\d+\/reply|comment\/\d+\/(edit|delete)$)/.test(target.pathname ?? '');
  if (writes) return enhanced(event, async () => (await import('./write.js')).follow(target), () => location.assign(target));
  if (target.matches('[data-open-map]')) {
    const drawing = target.closest('figure').querySelector('figcaption a[href$=".svg"]');
    return enhanced(event, async () => (await import('./map.js')).toggle(target), () => location.assign(drawing));
  }
  if (target.matches('[data-player]')) return enhanced(event, async () => (await import('./embed.js')).load(target), () => {});
  if (target.matches('[data-share]')) return enhanced(event, async () => (await import('./share.js')).share(target), () => {});
  if (target.matches('[data-keys]')) return enhanced(event, async () => (await import('./keys.js')).help(), () => {});
});

const story = thread && document.querySelector('[data-words]');

// Whoever selects words of the article may speak about them; marks show where others did.
function annotate() {
  const begin = () => {
    if (getSelection().isCollapsed && !story.querySelector('.mark')) return;
    document.removeEventListener('selectionchange', begin);
    import('./annotate.js');
  };
  document.addEventListener('selectionchange', begin);
  begin();
}

function oldPermalink() {
  const [, name, id] = /^#(isso-|remark42__comment-|comment-)([\w-]+)$/.exec(location.hash) ?? [];
  if (!id || document.getElementById(location.hash.slice(1))) return;
  const source = { 'isso-': 'isso', 'remark42__comment-': 'remark42', 'comment-': 'wordpress' }[name];
  location.replace(`${root}d/${thread.dataset.thread}/from/${source}/${id}`);
}

async function start() {
  const account = document.querySelector('[data-account]');
  if (account?.pathname.endsWith('sign-in')) account.href = signInUrl(location.hash);
  for (const one of document.querySelectorAll('[data-player]')) one.hidden = false;
  if (navigator.share) for (const one of document.querySelectorAll('li:has(> [data-share])')) one.hidden = false;
  const form = document.querySelector('form[data-form] textarea')?.form;
  if (form) (await import('./write.js')).adopt(form);
  for (const one of document.querySelectorAll('[data-open-map]')) one.hidden = false;
  if (isMarked() && (thread || account?.pathname.endsWith('sign-in'))) {
    await me()
      .then(async (reader) => (await import('./reader.js')).show(reader))
      .catch(() => {});
  }
  if (!thread) return;
  oldPermalink();
  if (story) annotate();
  for (const one of document.querySelectorAll('[data-keys], [data-copy]')) one.hidden = false;
  if (thread.querySelector('[data-fold]')) await import('./fold.js');
  await import('./news.js');
  if (thread.querySelector('[data-live] a')) await import('./arrivals.js');
  if (thread.querySelector('[data-write]') && !remembered('invited')) await import('./invite.js');
  if (remembered('keys')) (await import('./keys.js')).listen();
  // Where a reader comes back from signing in: "#write", or "#write-12" for a reply to comment 12.
  const [back, parent] = /^#write(?:-(\d+))?$/.exec(location.hash) ?? [];
  if (back) (parent ? commentOf(parent)?.querySelector('footer a[href*="/reply/"]') : thread.querySelector('[data-write]'))?.click();
}

start();
