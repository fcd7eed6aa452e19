// The one place that speaks with Mizha on this machine (native messaging). All pages ask here; what they ask is passed on
// with the host of the page as the browser tells it, never as the page does. Nothing is kept.

const HOST = 'org.mizha.browser';
const VERSION = 1;
// Files and texts under way at once; others wait here. Mizha itself takes 64.
const FILES = 8;
const TEXTS = 16;
// After a start that failed, the next one waits so long.
const PAUSE = 2000;

let native = null;
let policy = null;
let failed = 0;
let next = 1;
const pages = new Set();
// By our number: the page's port and its own number.
const asked = new Map();
const lanes = { file: { most: FILES, busy: new Set(), queue: [] }, text: { most: TEXTS, busy: new Set(), queue: [] } };

function start() {
  if (native || Date.now() - failed < PAUSE) return;
  const port = chrome.runtime.connectNative(HOST);
  native = port;
  port.onMessage.addListener((message) => native === port && hear(message));
  port.onDisconnect.addListener(() => {
    void chrome.runtime.lastError;
    if (native === port) close();
  });
  port.postMessage({ type: 'hello', version: VERSION });
}

// Whatever waits is told that nobody answers: it stays held.
function close() {
  if (!policy) failed = Date.now();
  native = null;
  policy = null;
  for (const { page, id } of asked.values()) tell(page, { type: 'closed', id });
  asked.clear();
  for (const lane of Object.values(lanes)) {
    lane.busy.clear();
    for (const { page, message } of lane.queue.splice(0)) tell(page, { type: 'closed', id: message.id });
  }
  for (const page of pages) tell(page, { type: 'closed' });
}

function hear(message) {
  if (message.type === 'policy') {
    policy = message;
    for (const page of pages) greet(page);
    return;
  }
  if (message.type === 'error') {
    native?.disconnect();
    close();
    return;
  }
  const from = asked.get(message.id);
  if (!from) return;
  if (message.type === 'verdict') {
    leave(message.id);
    if (message.do !== 'confirm') asked.delete(message.id);
  } else if (message.type !== 'more') {
    asked.delete(message.id);
  }
  tell(from.page, { ...message, id: from.id });
}

function tell(page, message) {
  try {
    page.postMessage(message);
  } catch {
    // The page has gone.
  }
}

function hostOf(sender) {
  const origin = sender.origin ?? sender.url ?? '';
  try {
    return new URL(origin).hostname;
  } catch {
    return '';
  }
}

// A name, or `*.` and a name for everything below it.
function isFree(host) {
  const named = (site) => (site.startsWith('*') ? host.length > site.length - 1 && host.endsWith(site.slice(1)) : host === site);
  return !policy.guard || policy.free.some((site) => named(site.toLowerCase()));
}

function greet(page) {
  const { lang, officer, text_bytes, piece_bytes, window } = policy;
  tell(page, { type: 'policy', free: isFree(hostOf(page.sender)), lang, officer, text_bytes, piece_bytes, window });
}

// Takes a lane when one is free.
function enter(kind, page, message) {
  const lane = lanes[kind];
  if (lane.busy.size >= lane.most) {
    lane.queue.push({ page, message });
    return;
  }
  const number = next++;
  asked.set(number, { page, id: message.id, kind });
  lane.busy.add(number);
  native.postMessage({ ...message, id: number, site: hostOf(page.sender) });
  if (kind === 'file') tell(page, { type: 'go', id: message.id });
}

function leave(number) {
  const lane = lanes[asked.get(number)?.kind];
  if (!lane?.busy.delete(number)) return;
  const waiting = lane.queue.shift();
  if (waiting) enter(lane === lanes.file ? 'file' : 'text', waiting.page, waiting.message);
}

function numberOf(page, id) {
  for (const [number, from] of asked) if (from.page === page && from.id === id) return number;
  return null;
}

// A question to the person is put in the window's own frame: others may be too small to be seen.
function show(page, message) {
  const tab = page.sender.tab?.id;
  const tops = [...pages].filter((one) => one.sender.tab?.id === tab && one.sender.frameId === 0);
  // A page one has left may be kept for the way back, and hears nothing: the one that came last is shown.
  const top = page.sender.frameId === 0 ? page : (tops.at(-1) ?? page);
  top.asks = top.asks ?? new Map();
  const number = next++;
  top.asks.set(number, { page, id: message.id });
  tell(top, { ...message, id: number });
}

function onMessage(message, page) {
  if (message.type === 'show') return show(page, message);
  if (message.type === 'shown') {
    const from = page.asks?.get(message.id);
    page.asks?.delete(message.id);
    return from && tell(from.page, { ...message, id: from.id });
  }
  start();
  if (!native) return tell(page, { type: 'closed', id: message.id });
  if (message.type === 'policy') {
    pages.delete(page);
    pages.add(page);
    return policy && greet(page);
  }
  if (message.type === 'text') return enter('text', page, message);
  if (message.type === 'begin') return enter('file', page, message);
  const number = numberOf(page, message.id);
  if (number === null) return;
  native.postMessage({ ...message, id: number });
  if (message.type === 'cancel') {
    leave(number);
    asked.delete(number);
  }
}

// A page that goes takes its questions along.
function gone(page) {
  pages.delete(page);
  for (const lane of Object.values(lanes)) lane.queue = lane.queue.filter((waiting) => waiting.page !== page);
  for (const [number, from] of [...asked]) {
    if (from.page !== page) continue;
    native?.postMessage({ type: 'cancel', id: number });
    leave(number);
    asked.delete(number);
  }
  for (const from of page.asks?.values() ?? []) tell(from.page, { type: 'shown', id: from.id, reason: null });
}

chrome.runtime.onConnect.addListener((page) => {
  // Only our own content scripts: nothing else is connectable by the manifest.
  if (page.name !== 'page' || page.sender?.id !== chrome.runtime.id) return page.disconnect();
  pages.add(page);
  page.onMessage.addListener((message) => onMessage(message, page));
  page.onDisconnect.addListener(() => gone(page));
});
