// In the page's own world: what a page gets or sends without an event anybody could stop. A call waits for its answer and
// then goes on itself. It guards against accidents: a page that wants to can call the browser behind it (see the guide).

(() => {
  const channel = new MessageChannel();
  const port = channel.port1;
  const post = port.postMessage.bind(port);
  const waiting = new Map();
  let next = 1;
  let free = false;
  let offered = false;

  port.onmessage = ({ data }) => {
    if (data.free !== undefined) {
      free = data.free;
      return;
    }
    waiting.get(data.number)?.(data.ok === true);
    waiting.delete(data.number);
  };

  function offer() {
    if (offered) return;
    document.dispatchEvent(new MessageEvent('mizha:port', { ports: [channel.port2] }));
  }
  document.addEventListener('mizha:here', offer, { once: true });
  offer();
  // Before any script of the page runs: nobody else is offered it.
  queueMicrotask(() => (offered = true));

  const ask = (question) =>
    new Promise((resolve) => {
      const number = next++;
      waiting.set(number, resolve);
      post({ ...question, number });
    });
  const refused = () => new DOMException('Mizha: not sent / 密闸：未发出', 'NotAllowedError');
  const wrap = (owner, name, make) => {
    const own = owner?.[name];
    if (typeof own === 'function') owner[name] = make(own);
  };

  const filesOf = (body) => {
    if (body instanceof File) return [body];
    if (body instanceof FormData) return [...body.values()].filter((value) => value instanceof File);
    return [];
  };
  const may = (files) => ask({ files });

  wrap(globalThis, 'fetch', (own) =>
    function fetch(...args) {
      const files = free ? [] : filesOf(args[1]?.body);
      if (files.length === 0) return own.apply(this, args);
      return may(files).then((ok) => {
        if (!ok) throw refused();
        return own.apply(this, args);
      });
    });

  const sync = new WeakSet();
  wrap(XMLHttpRequest.prototype, 'open', (own) =>
    function open(method, url, isAsync = true, ...rest) {
      if (isAsync) sync.delete(this);
      else sync.add(this);
      return own.call(this, method, url, isAsync, ...rest);
    });
  wrap(XMLHttpRequest.prototype, 'send', (own) =>
    function send(body) {
      const files = free ? [] : filesOf(body);
      if (files.length === 0) return own.call(this, body);
      // One that does not wait cannot be held.
      if (sync.has(this)) throw refused();
      may(files).then((ok) => {
        if (ok) own.call(this, body);
        else this.dispatchEvent(new ProgressEvent('error'));
      });
      return undefined;
    });
  wrap(Navigator.prototype, 'sendBeacon', (own) =>
    function sendBeacon(url, body) {
      const files = free ? [] : filesOf(body);
      if (files.length === 0) return own.call(this, url, body);
      may(files).then((ok) => ok && own.call(this, url, body));
      return true;
    });

  // Files a page opens by itself. Its own private files are none a person chose.
  const isOwn = async (handle) => {
    try {
      return (await (await navigator.storage.getDirectory()).resolve(handle)) !== null;
    } catch {
      return false;
    }
  };
  wrap(globalThis.FileSystemFileHandle?.prototype, 'getFile', (own) =>
    async function getFile() {
      const file = await own.call(this);
      if (!free && !(await isOwn(this)) && !(await ask({ files: [file] }))) throw refused();
      return file;
    });
  wrap(globalThis.Clipboard?.prototype, 'readText', (own) =>
    async function readText() {
      const text = await own.call(this);
      if (!free && text && !(await ask({ text }))) throw refused();
      return text;
    });
  wrap(globalThis.Clipboard?.prototype, 'read', (own) =>
    async function read(...args) {
      const items = await own.apply(this, args);
      if (free) return items;
      const parts = items.flatMap((item) => item.types.map((type) => item.getType(type)));
      const files = (await Promise.all(parts)).map((blob) => new File([blob], blob.type.startsWith('text/html') ? 'text.html' : 'data', { type: blob.type }));
      if (!(await ask({ files }))) throw refused();
      return items;
    });

  // Inputs that are no part of the page: their events reach nobody but themselves.
  const tell = (input) => {
    if (input instanceof HTMLInputElement && input.type === 'file') {
      document.dispatchEvent(new MouseEvent('mizha:input', { relatedTarget: input }));
    }
  };
  for (const [owner, name] of [[HTMLElement.prototype, 'click'], [HTMLInputElement.prototype, 'showPicker'], [EventTarget.prototype, 'dispatchEvent']]) {
    wrap(owner, name, (own) =>
      function called(...args) {
        if (name !== 'dispatchEvent' || args[0]?.type === 'click') tell(this);
        return own.apply(this, args);
      });
  }
  // Sent by a script: no event tells of it.
  wrap(HTMLFormElement.prototype, 'submit', (own) =>
    function submit() {
      if (free) return own.call(this);
      const data = new FormData(this);
      const files = [...data.values()].filter((value) => value instanceof File && value.size > 0);
      const text = [...data].filter(([name, value]) => typeof value === 'string' && this.elements[name]?.type !== 'hidden' && this.elements[name]?.type !== 'password').map(([, value]) => value).join('\n');
      const judged = [files.length ? ask({ files }) : true, text.trim() ? ask({ text }) : true];
      Promise.all(judged).then((all) => all.every(Boolean) && own.call(this));
      return undefined;
    });
})();
