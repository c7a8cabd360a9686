// Passkeys: a form with data-passkey asks the browser for one, and sends what it answers. Only the pages that offer
// passkeys load this file. The attribute holds what to ask, or the address that says it.

const bytes = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.codePointAt(0));
const text = (buffer) => btoa(String.fromCodePoint(...new Uint8Array(buffer))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

async function asked(form) {
  const what = form.dataset.passkey;
  if (!what.startsWith('/')) return JSON.parse(what).publicKey;
  const answer = await fetch(what, { headers: { Accept: 'application/json' } });
  return (await answer.json()).request_options.publicKey;
}

const listed = (all) => all?.map((one) => ({ ...one, id: bytes(one.id) }));

function decoded(options) {
  const found = { ...options, challenge: bytes(options.challenge) };
  if (options.user) found.user = { ...options.user, id: bytes(options.user.id) };
  if (options.excludeCredentials) found.excludeCredentials = listed(options.excludeCredentials);
  if (options.allowCredentials) found.allowCredentials = listed(options.allowCredentials);
  return found;
}

function encoded(credential) {
  const response = {};
  for (const name of ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

async function send(form) {
  const publicKey = decoded(await asked(form));
  const credential = await (publicKey.user ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey }));
  form.elements.credential.value = JSON.stringify(encoded(credential));
  form.submit();
}

for (const form of globalThis.PublicKeyCredential ? document.querySelectorAll('form[data-passkey]') : []) {
  form.hidden = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    send(form).catch(() => {
      const error = form.querySelector('[data-error]');
      error.hidden = false;
      error.focus();
    });
  });
}
