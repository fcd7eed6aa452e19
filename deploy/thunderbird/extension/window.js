// The window in which the person is told or asked: asks the background what to show, and hands back the answer.

(async () => {
  const number = Number(location.search.slice(1));
  const notice = await browser.runtime.sendMessage({ type: 'what', number });
  if (!notice) return window.close();
  mizha.lang = notice.lang;
  const { dialog, first } = mizha.notice.build(notice, async (reason) => {
    await browser.runtime.sendMessage({ type: 'answer', number, reason });
    window.close();
  });
  document.body.append(dialog);
  document.body.dataset.kind = notice.kind;
  dialog.showModal();
  first.focus();
  [document.title] = mizha.words[mizha.lang][notice.kind];
})();
