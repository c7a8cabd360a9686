// The one line to the site over which a browser hears what is new, however many of its windows are open. The window that
// holds the lock has the connection; the others hear through it. Nobody listens while nobody looks: a window that is
// hidden lets go, and asks what it missed when it is looked at again. Where a stream does not get through, the site is
// asked now and then.

const PATIENCE = 10_000; // a stream that says nothing at first is held up by a proxy
const ASK_FIRST = 15_000;
const ASK_LAST = 120_000;

const own = new Map(); // channel: { cursor, take } of this window
const wanted = new Map(); // channel: cursor, of all windows, in the one that leads
const between = globalThis.BroadcastChannel && navigator.locks ? new BroadcastChannel('bl:line') : null;
let stream = null;
let letGo = null; // ends this window's turn, or its wait for one
let timer = 0;
let pause = ASK_FIRST;

const address = (channel, cursor) => `/${channel}/updates?since=${cursor}`;

// News for this window; what somebody heard already does no harm (the ids are the same).
function hear(channel, news) {
  const mine = own.get(channel);
  if (!mine) return;
  if (news) mine.cursor = news.cursor;
  else own.delete(channel);
  mine.take(news);
}

function tell(channel, news) {
  if (news) wanted.set(channel, news.cursor);
  else wanted.delete(channel);
  hear(channel, news);
  between?.postMessage({ channel, news });
}

// What the site says after the cursor; true when it is something. A channel that is gone is told as null.
async function ask(channel, cursor) {
  const answer = await fetch(address(channel, cursor), { headers: { Accept: 'application/json' } });
  if (answer.status === 404 || answer.status === 410) tell(channel, null);
  if (!answer.ok) return false;
  const news = await answer.json();
  if (String(news.cursor) === String(cursor)) return false;
  tell(channel, news);
  return true;
}

async function askAll() {
  const found = await Promise.allSettled([...wanted].map(([channel, cursor]) => ask(channel, cursor)));
  pause = found.some((one) => one.value) ? ASK_FIRST : Math.min(pause * 1.5, ASK_LAST);
  if (letGo) later();
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(askAll, pause * (0.8 + 0.4 * Math.random()));
}

function close() {
  clearTimeout(timer);
  stream?.close();
  stream = null;
}

function open() {
  close();
  for (const [channel, { cursor }] of own) if (!wanted.has(channel)) wanted.set(channel, cursor);
  if (!wanted.size) return;
  const following = [...wanted].map(([channel, cursor]) => `${channel}@${cursor}`).join(',');
  const instead = () => {
    close();
    pause = ASK_FIRST;
    askAll();
  };
  stream = new EventSource(`/live?of=${encodeURIComponent(following)}`);
  timer = setTimeout(instead, PATIENCE);
  stream.addEventListener('hello', () => clearTimeout(timer));
  stream.addEventListener('gone', ({ data }) => tell(JSON.parse(data), null));
  stream.onmessage = ({ data }) => {
    const { of, news } = JSON.parse(data);
    // A coverage's news are texts: its stream says only that there are some.
    if (news.comments) tell(of, news);
    else ask(of, wanted.get(of) ?? 0).catch(() => {});
  };
  // The browser comes back by itself, unless it was refused.
  stream.onerror = () => stream?.readyState === EventSource.CLOSED && instead();
}

function lead() {
  wanted.clear();
  between?.postMessage({ who: true });
  open();
}

function begin() {
  if (letGo || document.hidden || !own.size) return;
  if (!between) {
    letGo = close;
    return lead();
  }
  const waiting = new AbortController();
  letGo = () => waiting.abort();
  navigator.locks
    .request('bl:line', { signal: waiting.signal }, () =>
      new Promise((done) => {
        letGo = () => {
          close();
          done();
        };
        lead();
      }),
    )
    .catch(() => {});
  join();
}

const join = () => between?.postMessage({ join: [...own].map(([channel, { cursor }]) => [channel, cursor]) });

function end() {
  letGo?.();
  letGo = null;
}

between?.addEventListener('message', ({ data }) => {
  if (data.channel) hear(data.channel, data.news);
  else if (data.who) letGo && join();
  else if (data.join && stream) {
    const fresh = data.join.filter(([channel]) => !wanted.has(channel));
    for (const [channel, cursor] of fresh) wanted.set(channel, cursor);
    if (fresh.length) open();
    // Whoever follows what is followed already may have missed something meanwhile.
    else for (const [channel, cursor] of data.join) if (String(cursor) !== String(wanted.get(channel))) ask(channel, cursor);
  }
});
document.addEventListener('visibilitychange', () => (document.hidden ? end() : begin()));
addEventListener('pagehide', end);
addEventListener('pageshow', begin);

// `channel` is an address without its first slash, whose `/updates?since=` answers JSON with a new cursor. `take(news)` is
// called with each such answer, and with null when there is nothing to follow any more. Comes back with what ends it.
export function follow(channel, cursor, take) {
  own.set(channel, { cursor, take });
  if (letGo && stream) open();
  else if (letGo) join();
  else begin();
  return () => {
    own.delete(channel);
    if (!own.size) end();
  };
}
