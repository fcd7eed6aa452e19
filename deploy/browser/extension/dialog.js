// What the person sees: one dialog at a time, in a closed shadow root the page can neither read nor press.

mizha.dialog = (() => {
  let last = Promise.resolve();
  let shown = null;

  function open(notice) {
    return new Promise((resolve) => {
      const host = document.createElement('div');
      host.style.cssText = 'all:initial';
      host.id = 'mizha-notice';
      host.dataset.kind = notice.kind;
      const root = host.attachShadow({ mode: 'closed' });
      const done = (reason) => {
        watch.disconnect();
        if (dialog.open) dialog.close();
        host.remove();
        shown = null;
        resolve(reason);
      };
      const { dialog, first } = mizha.notice.build(notice, done);
      root.append(dialog);
      document.documentElement.append(host);
      shown = host;
      dialog.showModal();
      first.focus();
      // A page that takes it away has not answered for the person.
      const watch = new MutationObserver(() => host.isConnected || done(null));
      watch.observe(document, { childList: true, subtree: true });
    });
  }

  // One after the other.
  function show(notice) {
    const reason = last.then(() => open(notice));
    last = reason.catch(() => null);
    return reason;
  }

  // What is typed into it is not the page's to hear: we listen before any page does.
  for (const type of ['keydown', 'keypress', 'keyup', 'beforeinput', 'input', 'change', 'paste', 'copy', 'cut']) {
    addEventListener(type, (event) => shown && event.target === shown && event.stopImmediatePropagation(), true);
  }

  mizha.link.onShow(({ notice }) => show(notice));
  return { show };
})();
