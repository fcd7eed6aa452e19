// What is pasted. It is stopped and judged; when it is clear the browser is asked to paste again, and the same content goes
// through as the browser's own event.

(() => {
  let letGo = null;

  // What would be pasted, as far as it can be told at once.
  function held(data) {
    const files = [...data.files];
    return { text: data.getData('text/plain'), markup: data.getData('text/html'), files };
  }

  const sign = ({ text, markup, files }) => JSON.stringify([text, markup, files.map((file) => [file.name, file.type, file.size])]);

  // Markup that says no more than the text beside it need not be read a second time.
  function says(markup, text) {
    const page = new DOMParser().parseFromString(markup, 'text/html');
    const plain = (words) => words.replace(/\s+/g, '');
    const hides = page.querySelector('img, svg, object, embed, iframe, video, audio, style, script, template, input, [title], [alt], [hidden], [style*="display"], [style*="visibility"]');
    return !hides && plain(page.body.textContent) === plain(text);
  }

  function placeOf() {
    const active = document.activeElement;
    const selection = getSelection();
    const range = selection.rangeCount ? selection.getRangeAt(0).cloneRange() : null;
    return () => {
      if (document.activeElement !== active) active?.focus?.();
      if (range && active?.isContentEditable) {
        selection.removeAllRanges();
        selection.addRange(range);
      }
    };
  }

  async function onPaste(event) {
    // A password is nobody's business.
    if (!event.isTrusted || mizha.link.isFree() || event.composedPath()[0].type === 'password') return;
    const content = held(event.clipboardData);
    if (!content.text && !content.markup && !content.files.length) return;
    const passing = letGo;
    letGo = null;
    if (passing !== null && passing === sign(content)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const back = placeOf();
    const files = content.files.slice();
    if (content.markup && !says(content.markup, content.text)) files.push(new File([content.markup], 'text.html', { type: 'text/html' }));
    if (!(await mizha.judge.contents({ texts: content.text ? [content.text] : [], files }))) return;
    back();
    letGo = sign(content);
    // Where the browser will not, what was judged is put in as text.
    const pasted = document.execCommand('paste');
    if (!pasted && letGo !== null && content.text) document.execCommand('insertText', false, content.text);
    letGo = null;
  }

  addEventListener('paste', onPaste, true);
})();
