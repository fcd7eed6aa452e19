// The way from a page to the background, and from there to Mizha. Whatever goes wrong on it is an answer too: held.

mizha.link = (() => {
  const HELD = { do: 'hold', found: [], more: 0 };
  const CLOSED = { ...HELD, verdict: 'closed' };
  const PATIENCE = { policy: 15_000, text: 30_000, file: 300_000, show: 3_600_000 };
  let port = null;
  let policy = null;
  let next = 1;
  // By number: what to call with each message about it.
  const waiting = new Map();
  const told = new Set();
  const listeners = { policy: new Set(), show: null };

  function connect() {
    if (port) return true;
    try {
      port = chrome.runtime.connect({ name: 'page' });
    } catch {
      // The extension was updated or taken away under the page.
      return false;
    }
    port.onMessage.addListener(hear);
    port.onDisconnect.addListener(() => {
      port = null;
      closed();
    });
    port.postMessage({ type: 'policy' });
    return true;
  }

  function closed() {
    policy = null;
    for (const hear of [...waiting.values()]) hear({ type: 'closed' });
    for (const hear of [...told]) hear(null);
  }

  function hear(message) {
    if (message.type === 'policy') {
      policy = message;
      mizha.lang = message.lang;
      for (const hear of [...told]) hear(message);
      for (const hear of listeners.policy) hear(message);
    } else if (message.type === 'show') {
      listeners.show?.(message).then((reason) => port?.postMessage({ type: 'shown', id: message.id, reason }));
    } else if (message.type === 'closed' && message.id === undefined) {
      closed();
    } else {
      waiting.get(message.id)?.(message);
    }
  }

  // The policy, or nothing when nobody answers.
  function known() {
    if (policy) return Promise.resolve(policy);
    return new Promise((resolve) => {
      const end = (message) => {
        told.delete(end);
        clearTimeout(timer);
        resolve(message);
      };
      const timer = setTimeout(() => end(null), PATIENCE.policy);
      told.add(end);
      if (!connect()) end(null);
      else port.postMessage({ type: 'policy' });
    });
  }

  // Asks one thing; `on` sees every message about it until it gives an answer.
  function ask(message, patience, on) {
    return new Promise((resolve) => {
      if (!connect()) return resolve(CLOSED);
      const id = message.id ?? next++;
      const end = (answer) => {
        waiting.delete(id);
        clearTimeout(timer);
        resolve({ ...answer, id });
      };
      const timer = setTimeout(() => {
        cancel(id);
        end(CLOSED);
      }, patience);
      waiting.set(id, (heard) => {
        const answer = heard.type === 'closed' ? CLOSED : on(heard, id);
        if (answer) end(answer);
      });
      port.postMessage({ ...message, id });
    });
  }

  const verdict = (heard) => (heard.type === 'verdict' ? heard : heard.type === 'failed' ? { ...HELD, verdict: 'failed' } : null);

  // Judges a text that is being written, or is about to be sent.
  async function text(text, purpose) {
    const rules = await known();
    if (!rules) return CLOSED;
    if (text.length * 3 > rules.text_bytes) return file(new File([text], 'text.txt'), 'text.txt');
    return ask({ type: 'text', text, purpose }, PATIENCE.text, verdict);
  }

  // Judges a file, piece by piece as it is read.
  async function file(file, name) {
    const rules = await known();
    if (!rules) return CLOSED;
    let sender = null;
    let broken = false;
    return ask({ type: 'begin', name: name || file.name, bytes: file.size }, PATIENCE.file, (heard, id) => {
      sender ??= mizha.sender(file, rules, {
        post: (message) => port?.postMessage({ ...message, id }),
        isOpen: () => waiting.has(id),
        fail: () => {
          broken = true;
          waiting.get(id)?.({ type: 'broken' });
        },
      });
      if (broken) return { ...HELD, verdict: 'unreadable' };
      if (heard.type === 'go') sender.more(rules.window);
      if (heard.type === 'more') sender.more(1);
      if (heard.type === 'verdict') sender.stop();
      return verdict(heard);
    });
  }

  // Has a person's reason written down; true when it may go.
  async function confirm(id, reason) {
    const answer = await ask({ type: 'confirm', id, reason }, PATIENCE.text, (heard) => ({ ok: heard.type === 'recorded' }));
    return answer.ok === true;
  }

  // Nobody waits for it any more.
  function cancel(id) {
    port?.postMessage({ type: 'cancel', id });
  }

  // Shows something to the person; their reason, if they gave one.
  async function show(notice) {
    const shown = await ask({ type: 'show', notice }, PATIENCE.show, (heard) => ({ reason: heard.reason ?? null }));
    return shown.reason ?? null;
  }

  // A page that is come back to.
  addEventListener('pageshow', (event) => event.persisted && port?.postMessage({ type: 'policy' }));
  connect();
  return {
    known,
    text,
    file,
    confirm,
    cancel,
    show,
    // Nothing is looked at on this page: known at once, or false.
    isFree: () => policy?.free === true,
    officer: () => policy?.officer?.[mizha.lang] ?? null,
    onPolicy: (hear) => listeners.policy.add(hear),
    onShow: (hear) => (listeners.show = hear),
  };
})();
