// A message about to be sent waits here: subject, text and every attachment are judged. What must not leave does not, and the
// window stays for correction; what needs a reason is asked about once.

(() => {
  // What is shown, by the number of its window's page.
  const shown = new Map();
  let next = 1;

  // The domains the message goes to; one that is approved has to be the only one.
  function siteOf({ to, cc, bcc }) {
    const all = [to, cc, bcc].flat().filter((one) => typeof one === 'string');
    const domains = new Set(all.map((one) => /@([\w.-]+)>?\s*$/.exec(one)?.[1]?.toLowerCase() ?? ''));
    return domains.size === 1 ? [...domains][0] : '';
  }

  function partsOf(details) {
    const subject = `Subject: ${details.subject.replace(/[\r\n]+/g, ' ')}\n`;
    const parts = [new File([subject, '\n', details.plainTextBody ?? ''], 'message.txt', { type: 'text/plain' })];
    if (!details.isPlainText && details.body) parts.push(new File([details.body], 'message.html', { type: 'text/html' }));
    return parts;
  }

  // At most so many files are on their way to Mizha at once, which takes 64; an attachment more waits its turn.
  const AT_ONCE = 8;

  async function judgeAll(files, site) {
    const judged = new Array(files.length);
    let at = 0;
    const lane = async () => {
      while (at < files.length) {
        const mine = at++;
        const file = files[mine];
        judged[mine] = { name: file.name, verdict: await mizha.host.file(file, site) };
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    return judged;
  }

  // Shows a notice in a window of its own; the person's reason, if they gave one.
  function show(notice) {
    return new Promise((resolve) => {
      const number = next++;
      shown.set(number, { notice: { ...notice, lang: mizha.lang }, resolve });
      const url = browser.runtime.getURL(`notice.html?${number}`);
      browser.windows.create({ type: 'popup', url, width: 620, height: 480 }).then(
        (window) => {
          const gone = (id) => {
            if (id !== window.id) return;
            browser.windows.onRemoved.removeListener(gone);
            shown.delete(number);
            resolve(null);
          };
          browser.windows.onRemoved.addListener(gone);
        },
        () => resolve(null),
      );
    });
  }

  browser.runtime.onMessage.addListener((message, sender) => {
    if (sender.id !== browser.runtime.id) return undefined;
    const asked = shown.get(message.number);
    if (message.type === 'what') return Promise.resolve(asked?.notice ?? null);
    if (message.type === 'answer') asked?.resolve(message.reason);
    return undefined;
  });

  async function may(judged, officer) {
    const weighed = mizha.weigh(judged);
    if (weighed.goes) return true;
    const shown = show(weighed.notice(officer));
    // What is held is told, and the message is free to be corrected meanwhile.
    if (!weighed.asks.length) return false;
    const reason = await shown;
    if (!reason) return false;
    const written = await Promise.all(weighed.asks.map(({ verdict }) => mizha.host.confirm(verdict.id, reason)));
    return written.every(Boolean);
  }

  async function onBeforeSend(tab, details) {
    const rules = await mizha.host.known();
    if (rules && !rules.guard) return {};
    const attached = await browser.compose.listAttachments(tab.id);
    const files = await Promise.all(attached.map((one) => browser.compose.getAttachmentFile(one.id)));
    const site = siteOf(details);
    const judged = await judgeAll([...partsOf(details), ...files], site);
    return (await may(judged, rules?.officer?.[mizha.lang] ?? null)) ? {} : { cancel: true };
  }

  // Whatever goes wrong here, the message stays.
  browser.compose.onBeforeSend.addListener((tab, details) => onBeforeSend(tab, details).catch(() => ({ cancel: true })));
  // Started early, so that the first message need not wait.
  mizha.host.known();
})();
