// What the person reads, as elements: what was found and where, what to do now, and a field for a reason where one is asked for.

mizha.notice = (() => {
  const CARD =
    'all:initial;display:block;position:fixed;inset:0;height:fit-content;box-sizing:border-box;max-width:34rem;width:calc(100vw - 2rem);margin:auto;padding:1.2rem 1.4rem;border:0;border-top:6px solid var(--mark);border-radius:10px;background:#fff;color:#1b1f24;font:16px/1.6 system-ui,"Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei",sans-serif;box-shadow:0 12px 48px rgba(0,0,0,.45);overflow-y:auto;max-height:calc(100vh - 2rem)';
  const COLOURS = { block: '#b3261e', warn: '#9a5b00', confirm: '#9a5b00' };
  const BUTTON = 'font:inherit;padding:.4rem 1rem;margin:0 0 0 .6rem;border-radius:7px;border:1px solid #57606a;background:#fff;color:#1b1f24;cursor:pointer';

  function element(tag, css, text) {
    const made = document.createElement(tag);
    made.style.cssText = css;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function places(notice, words) {
    const list = element('ul', 'margin:.6rem 0;padding:0 0 0 1.3rem');
    for (const { what, place, excerpt, name } of notice.found) {
      const where = [name, place?.[mizha.lang]].filter(Boolean).join(mizha.lang === 'zh' ? '，' : ', ');
      const row = element('li', 'margin:.2rem 0;overflow-wrap:anywhere', [what?.[mizha.lang], where].filter(Boolean).join(mizha.lang === 'zh' ? '：' : ': '));
      if (excerpt) row.append(' ', element('code', 'font:inherit;background:#eef0f2;padding:0 .3em;border-radius:4px', excerpt));
      list.append(row);
    }
    if (notice.more > 0) list.append(element('li', '', words.more(notice.more)));
    return list;
  }

  function reasonField(words) {
    const label = element('label', 'display:block;margin:.8rem 0 0;font-weight:600', words.reason);
    const field = element('textarea', 'display:block;box-sizing:border-box;width:100%;min-height:4.5em;margin:.3rem 0 0;font:inherit;font-weight:400;padding:.4rem .6rem;border:1px solid #57606a;border-radius:7px;background:#fff;color:#1b1f24');
    field.maxLength = 1000;
    field.required = true;
    label.append(field);
    return { label, field };
  }

  function build(notice, done) {
    const words = mizha.words[mizha.lang];
    const [title, text] = words[notice.kind];
    const asks = notice.kind === 'warn' || notice.kind === 'confirm';
    const dialog = element('dialog', CARD);
    dialog.style.setProperty('--mark', COLOURS[notice.kind] ?? '#57606a');
    dialog.setAttribute('role', 'alertdialog');
    dialog.setAttribute('aria-labelledby', 'title');
    dialog.setAttribute('aria-describedby', 'text');
    dialog.lang = mizha.lang === 'zh' ? 'zh-CN' : 'en';
    const heading = element('h2', 'font-size:1.3rem;margin:0 0 .4rem;font-weight:700', title);
    heading.id = 'title';
    const body = element('p', 'margin:0', text);
    body.id = 'text';
    dialog.append(heading, body, places(notice, words));
    const now = notice.typed ? words.typed : words.now[notice.kind];
    if (now) dialog.append(element('p', 'margin:.4rem 0', now));
    if (notice.officer) dialog.append(element('p', 'margin:.4rem 0', words.officer + notice.officer));
    const { label, field } = reasonField(words);
    const buttons = element('p', 'margin:1rem 0 0;text-align:end');
    const no = element('button', BUTTON, asks ? words.cancel : words.close);
    no.addEventListener('click', (event) => event.isTrusted && done(null));
    buttons.append(no);
    if (asks) {
      dialog.append(label);
      const yes = element('button', `${BUTTON};background:#1b1f24;color:#fff`, words.send);
      yes.addEventListener('click', (event) => event.isTrusted && (field.value.trim() ? done(field.value.trim()) : field.focus()));
      buttons.append(yes);
    }
    dialog.append(buttons);
    dialog.addEventListener('cancel', (event) => {
      event.preventDefault();
      done(null);
    });
    return { dialog, first: asks ? field : no };
  }

  return { build };
})();
