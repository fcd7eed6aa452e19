// Files a person chooses or drops. The page hears of them when all are clear: until then the input is empty and the event
// stopped. What goes on are the files themselves, never copies.

(() => {
  const DEPTH = 32;
  // Inputs whose event is ours, going on.
  const goingOn = new WeakSet();
  // Inputs whose choice was taken back: the browser still says `change`, of nothing.
  const taken = new WeakSet();
  const guarded = new WeakSet();

  // The input an event is about, in a closed shadow root too.
  function inputOf(event) {
    const target = event.composedPath()[0];
    if (target instanceof HTMLInputElement) return target.type === 'file' ? target : null;
    if (!(target instanceof HTMLElement)) return null;
    const root = globalThis.chrome?.dom?.openOrClosedShadowRoot?.(target) ?? target.openOrClosedShadowRoot;
    return [...(root?.querySelectorAll?.('input[type=file]') ?? [])].find((input) => input.files.length > 0) ?? null;
  }

  const named = (file) => ({ file, path: file.webkitRelativePath || file.name });

  async function onChosen(event) {
    const input = inputOf(event);
    if (!input || mizha.link.isFree() || goingOn.has(input)) return;
    if (input.files.length === 0) {
      if (event.isTrusted && event.type === 'change' && taken.delete(input)) event.stopImmediatePropagation();
      return;
    }
    event.stopImmediatePropagation();
    guard(input);
    const files = [...input.files];
    input.value = '';
    if (event.type === 'input') taken.add(input);
    const ok = await mizha.judge.files(files.map(named));
    // What is known already is answered at once, before the browser has said `change`: that comes first.
    await new Promise((resolve) => setTimeout(resolve));
    if (ok) hand(input, files);
  }

  // Gives an input its files, and lets the page hear of it.
  function hand(input, files) {
    const data = new DataTransfer();
    for (const file of files) data.items.add(file);
    goingOn.add(input);
    try {
      input.files = data.files;
      input.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
      input.dispatchEvent(new Event('change', { bubbles: true }));
    } finally {
      goingOn.delete(input);
    }
  }

  // An input that is not, or will not be, part of the page has to be listened to itself.
  function guard(input) {
    if (!(input instanceof HTMLInputElement) || input.type !== 'file' || guarded.has(input)) return;
    guarded.add(input);
    input.addEventListener('input', onChosen, true);
    input.addEventListener('change', onChosen, true);
  }

  addEventListener('input', onChosen, true);
  addEventListener('change', onChosen, true);
  addEventListener('click', (event) => guard(inputOf(event) ?? event.composedPath()[0]), true);
  // Told by the hook in the page's own world.
  document.addEventListener('mizha:input', (event) => guard(event.relatedTarget));

  // All files of what was dropped, folders opened.
  async function opened(entries) {
    const all = [];
    const open = async (entry, depth) => {
      if (entry.isFile) {
        const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
        all.push({ file, path: entry.fullPath.replace(/^\//, '') });
      } else if (entry.isDirectory && depth < DEPTH && all.length <= 2000) {
        const reader = entry.createReader();
        for (;;) {
          const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
          if (some.length === 0) break;
          for (const one of some) await open(one, depth + 1);
        }
      } else {
        throw new Error('too deep');
      }
    };
    for (const entry of entries) await open(entry, 0);
    return all;
  }

  // Drags that began in this page carry what the page has already.
  let own = false;
  addEventListener('dragstart', () => (own = true), true);
  addEventListener('dragend', () => (own = false), true);

  async function onDrop(event) {
    if (!event.isTrusted || mizha.link.isFree()) return;
    const data = event.dataTransfer;
    const target = event.composedPath()[0];
    const text = own ? '' : data.getData('text/plain');
    const markup = own ? '' : data.getData('text/html');
    own = false;
    const hasFiles = data.types.includes('Files');
    if (!hasFiles && !text && !markup) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { clientX, clientY, screenX, screenY, ctrlKey, shiftKey, altKey, metaKey } = event;
    const place = { clientX, clientY, screenX, screenY, ctrlKey, shiftKey, altKey, metaKey };
    const entries = [...data.items].map((item) => (item.kind === 'file' ? item.webkitGetAsEntry?.() : null)).filter(Boolean);
    const flat = [...data.files];
    if (!hasFiles) return onText(target, place, { text, markup });
    const files = await opened(entries).catch(() => null);
    // What cannot be opened is not known: the files are asked about as they are, and a folder among them cannot be read.
    const list = files?.length ? files : flat.map(named);
    if (!(await mizha.judge.files(list))) return;
    if (target instanceof HTMLInputElement && target.type === 'file') {
      hand(target, list.map(({ file }) => file));
      return;
    }
    const passed = new DataTransfer();
    for (const { file } of list) passed.items.add(file);
    const going = { bubbles: true, cancelable: true, composed: true, dataTransfer: passed, ...place };
    target.dispatchEvent(new DragEvent('drop', going));
  }

  async function onText(target, place, { text, markup }) {
    const files = markup ? [new File([markup], 'text.html', { type: 'text/html' })] : [];
    if (!(await mizha.judge.contents({ texts: text ? [text] : [], files }))) return;
    const passed = new DataTransfer();
    if (text) passed.setData('text/plain', text);
    if (markup) passed.setData('text/html', markup);
    const going = { bubbles: true, cancelable: true, composed: true, dataTransfer: passed, ...place };
    if (!target.dispatchEvent(new DragEvent('drop', going))) return;
    if (target.isContentEditable || target.matches?.('textarea, input')) {
      target.focus();
      document.execCommand('insertText', false, text);
    }
  }

  addEventListener('drop', onDrop, true);
})();
