// The device's own way to share, beside the links; and the address of one comment, to be put elsewhere.

import { say, sentences } from './page.js';

export function share({ dataset }) {
  if (dataset.copy) return copy(dataset.copy);
  const { href: url } = document.querySelector('link[rel=canonical]') ?? location;
  // A reader who thinks better of it is no error.
  return navigator.share({ title: document.title, url }).catch(() => {});
}

async function copy(address) {
  const { words } = await sentences();
  await navigator.clipboard.writeText(address).then(
    () => say(words.copied),
    () => say(words.copyFailed),
  );
}
