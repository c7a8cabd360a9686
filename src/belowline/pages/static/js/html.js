// The one door for HTML, which comes from this site alone and was made safe there. Nothing that a reader typed here
// passes it. The policy's name is the only one that the page's Content-Security-Policy allows.

const door = globalThis.trustedTypes?.createPolicy('belowline', { createHTML: (html) => html }) ?? {
  createHTML: (html) => html,
};

// A document without scripts, from HTML that the site answered.
export const parsed = (html) => new DOMParser().parseFromString(door.createHTML(html), 'text/html');

// A page or a fragment of this site; null when it cannot be had.
export async function page(path) {
  const answer = await fetch(new URL(path, location.origin).pathname + (new URL(path, location.origin).search || ''));
  return answer.ok ? parsed(await answer.text()) : null;
}
