// The way to Mizha on this computer (native messaging). Whatever goes wrong on it is an answer too: held.

mizha.host = (() => {
  const HELD = { do: 'hold', found: [], more: 0 };
  const CLOSED = { ...HELD, verdict: 'closed' };
  const PATIENCE = 300_000;
  let port = null;
  let policy = null;
  let next = 1;
  // By number: what to call with each message about it.
  const waiting = new Map();

  function close(one) {
    if (port !== one) return;
    port = null;
    policy = null;
    for (const hear of [...waiting.values()]) hear({ type: 'closed' });
  }

  function hear(message) {
    if (message.type === 'error') port?.disconnect();
    const known = message.type === 'policy' ? 0 : message.id;
    if (message.type === 'policy') {
      policy = message;
      mizha.lang = message.lang;
    }
    waiting.get(known)?.(message);
  }

  // Asks one thing; `on` sees every message about it until it gives an answer, `begun` hears its number.
  function ask(message, on, begun = () => {}) {
    return new Promise((resolve) => {
      const id = message.type === 'hello' ? 0 : (message.id ?? next++);
      const end = (answer) => {
        waiting.delete(id);
        clearTimeout(timer);
        resolve({ ...answer, id });
      };
      const timer = setTimeout(() => end(CLOSED), PATIENCE);
      waiting.set(id, (heard) => {
        const answer = heard.type === 'closed' ? CLOSED : on(heard, id);
        if (answer) end(answer);
      });
      port.postMessage(message.type === 'hello' ? message : { ...message, id });
      begun(id);
    });
  }

  // The policy, or nothing when nobody answers.
  async function known() {
    if (!port) {
      const one = browser.runtime.connectNative('org.mizha.browser');
      port = one;
      one.onMessage.addListener((message) => port === one && hear(message));
      one.onDisconnect.addListener(() => close(one));
      await ask({ type: 'hello', version: 1 }, (heard) => heard);
    }
    return policy;
  }

  const verdict = (heard) => (heard.type === 'verdict' ? heard : heard.type === 'failed' ? { ...HELD, verdict: 'failed' } : null);

  // Judges a file; `site` is where it goes.
  async function file(file, site) {
    const rules = await known();
    if (!rules) return CLOSED;
    let sender = null;
    let broken = false;
    return ask({ type: 'begin', site, name: file.name, bytes: file.size }, (heard) => {
      if (broken) return { ...HELD, verdict: 'unreadable' };
      if (heard.type === 'more') sender.more(1);
      if (heard.type === 'verdict') sender.stop();
      return verdict(heard);
    }, (id) => {
      sender = mizha.sender(file, rules, {
        post: (message) => port?.postMessage({ ...message, id }),
        isOpen: () => waiting.has(id),
        fail: () => {
          broken = true;
          waiting.get(id)?.({ type: 'broken' });
        },
      });
      sender.more(rules.window);
    });
  }

  // Has a person's reason written down; true when it may go.
  async function confirm(id, reason) {
    if (!port) return false;
    const answer = await ask({ type: 'confirm', id, reason }, (heard) => ({ ok: heard.type === 'recorded' }));
    return answer.ok === true;
  }

  return { known, file, confirm };
})();
