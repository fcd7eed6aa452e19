// What is typed. It is judged while it is written, so that what is clear goes on by its own event when it is sent; what is
// not known yet waits for its answer, and what must not leave is stopped and stays for the person to correct.

(() => {
  const REST = 80;
  const FIELDS = 'textarea, input:not([type=password]):not([type=file]):not([type=hidden]):not([type=checkbox]):not([type=radio]):not([type=button]):not([type=submit]):not([type=image]):not([type=reset]):not([type=color]):not([type=range])';
  const BUTTONS = 'button, input[type=submit], input[type=image], input[type=button], [role=button]';
  // By field: what was judged of it last, and whether it may go.
  const judged = new Map();
  const timers = new WeakMap();
  let passing = false;

  function fieldOf(event) {
    const target = event.composedPath()[0];
    if (!(target instanceof HTMLElement)) return null;
    if (target.matches(FIELDS)) return target;
    let editable = target.isContentEditable ? target : null;
    while (editable?.parentElement?.isContentEditable) editable = editable.parentElement;
    return editable;
  }

  const textOf = (field) => (field.isContentEditable ? field.innerText : field.value) ?? '';

  async function look(field) {
    const text = textOf(field);
    const before = judged.get(field);
    if (before?.text === text || before?.busy) return;
    if (text.trim().length < 2) {
      judged.delete(field);
      return;
    }
    judged.set(field, { text: before?.text, busy: true, go: false });
    const verdict = await mizha.link.text(text, 'writing');
    judged.set(field, { text, go: verdict.do === 'go' });
    // More was typed meanwhile.
    if (textOf(field) !== text) await look(field);
  }

  function onInput(event) {
    const field = fieldOf(event);
    if (!field || mizha.link.isFree()) return;
    // Whoever is quicker than the timer finds a field of which nothing is known.
    if (!judged.has(field)) judged.set(field, { text: null, go: false });
    clearTimeout(timers.get(field));
    timers.set(field, setTimeout(() => look(field), REST));
  }

  // Fields of which nothing good is known as they stand.
  function open(fields) {
    return fields.filter((field) => {
      const text = textOf(field);
      const known = judged.get(field);
      return text.trim().length >= 2 && !(known?.go && known.text === text);
    });
  }

  // True when all of it may go; then it is known.
  async function clear(fields) {
    const texts = fields.map(textOf);
    if (!(await pass(texts))) return false;
    fields.forEach((field, at) => judged.set(field, { text: texts[at], go: true }));
    return fields.every((field, at) => textOf(field) === texts[at]);
  }

  async function pass(texts) {
    const rules = await mizha.link.known();
    if (rules?.free) return true;
    const name = mizha.words[mizha.lang].text;
    const judge = async (text) => ({ name, verdict: await mizha.link.text(text, 'sending') });
    return mizha.judge.settle(await Promise.all(texts.map(judge)), true);
  }

  function stop(event) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  const goOn = (act) => {
    passing = true;
    try {
      act();
    } finally {
      passing = false;
    }
  };

  async function onKey(event) {
    if (passing || !event.isTrusted || event.key !== 'Enter' || event.isComposing || event.shiftKey || mizha.link.isFree()) return;
    const field = fieldOf(event);
    const unknown = field ? open([field]) : [];
    if (!unknown.length) return;
    stop(event);
    if (!(await clear(unknown))) return;
    const { key, code, keyCode, ctrlKey, altKey, metaKey } = event;
    const again = new KeyboardEvent('keydown', { key, code, keyCode, which: keyCode, ctrlKey, altKey, metaKey, bubbles: true, cancelable: true, composed: true });
    goOn(() => {
      if (!field.dispatchEvent(again)) return;
      if (field instanceof HTMLInputElement) field.form?.requestSubmit();
      else if (field instanceof HTMLTextAreaElement) document.execCommand('insertText', false, '\n');
      else document.execCommand('insertParagraph');
    });
  }

  // A button may send what stands in any field of the page.
  async function onClick(event) {
    if (passing || mizha.link.isFree()) return;
    const button = event.composedPath().find((one) => one instanceof HTMLElement && one.matches(BUTTONS));
    if (!button) return;
    for (const field of judged.keys()) if (!field.isConnected) judged.delete(field);
    const unknown = open([...judged.keys()]);
    if (!unknown.length) return;
    stop(event);
    if (await clear(unknown)) goOn(() => button.click());
  }

  async function onSubmit(event) {
    if (passing || mizha.link.isFree()) return;
    const form = event.target;
    const unknown = open([...form.elements].filter((one) => one.matches(FIELDS)));
    if (!unknown.length) return;
    stop(event);
    const { submitter } = event;
    if (await clear(unknown)) goOn(() => form.requestSubmit(submitter));
  }

  addEventListener('input', onInput, true);
  addEventListener('keydown', onKey, true);
  addEventListener('click', onClick, true);
  addEventListener('submit', onSubmit, true);

  mizha.typed = { pass };
})();
