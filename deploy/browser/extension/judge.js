// From what is about to leave to a yes or no: everything is judged, the person is told or asked once, and what is yes is
// known again for a while.

mizha.judge = (() => {
  const MANY = 2000;
  const KNOWN = 4096;
  const SEVERITY = ['clear', 'warn', 'uninspected', 'unreadable', 'failed', 'closed', 'block'];
  // Files that may go, by what tells them apart without reading them.
  const known = new Set();

  const keyOf = (file) => [file.name, file.size, file.lastModified, file.type].join('\n');

  function remember(file) {
    known.add(keyOf(file));
    if (known.size > KNOWN) known.delete(known.values().next().value);
  }

  function noticeOf(judged, kind, typed) {
    const found = judged.flatMap(({ verdict, name }) =>
      verdict.found.length ? verdict.found.map((one) => ({ ...one, name })) : [{ name }],
    );
    const more = judged.reduce((sum, { verdict }) => sum + verdict.more, 0);
    const shown = found.slice(0, 12);
    return { kind, found: shown, more: more + found.length - shown.length, officer: mizha.link.officer(), typed };
  }

  // True when all of it may go. A person is asked once for all that needs a reason.
  async function settle(judged, typed = false) {
    const held = judged.filter(({ verdict }) => verdict.do === 'hold');
    const asks = judged.filter(({ verdict }) => verdict.do === 'confirm');
    if (held.length) {
      const worst = held.map(({ verdict }) => verdict.verdict).sort((a, b) => SEVERITY.indexOf(b) - SEVERITY.indexOf(a))[0];
      const kind = worst === 'warn' ? 'uninspected' : worst;
      await mizha.link.show(noticeOf(held.filter(({ verdict }) => verdict.verdict === worst), kind, typed && kind === 'block'));
      return false;
    }
    if (!asks.length) return true;
    const kind = asks.some(({ verdict }) => verdict.verdict === 'uninspected') ? 'confirm' : 'warn';
    const reason = await mizha.link.show(noticeOf(asks, kind, false));
    if (!reason) {
      asks.forEach(({ verdict }) => mizha.link.cancel(verdict.id));
      return false;
    }
    const written = await Promise.all(asks.map(({ verdict }) => mizha.link.confirm(verdict.id, reason)));
    if (written.every(Boolean)) return true;
    await mizha.link.show({ kind: 'failed', found: [], more: 0, officer: mizha.link.officer() });
    return false;
  }

  // Files, each with the path by which it is known to the person.
  async function files(list) {
    const rules = await mizha.link.known();
    if (rules?.free) return true;
    if (list.length > MANY) {
      await mizha.link.show({ kind: 'many', found: [], more: 0, officer: mizha.link.officer() });
      return false;
    }
    const fresh = list.filter(({ file }) => !known.has(keyOf(file)));
    const judge = async ({ file, path }) => ({ name: path || file.name, verdict: await mizha.link.file(file, path) });
    const judged = await Promise.all(fresh.map(judge));
    if (!(await settle(judged))) return false;
    fresh.forEach(({ file }) => remember(file));
    return true;
  }

  // Texts that are about to be sent, and files with them.
  async function contents({ texts = [], files: list = [] }) {
    const rules = await mizha.link.known();
    if (rules?.free) return true;
    const name = mizha.words[mizha.lang].text;
    const judgeText = async (text) => ({ name, verdict: await mizha.link.text(text, 'sending') });
    const judgeFile = async (file) => ({ name: file.name, verdict: await mizha.link.file(file, file.name) });
    return settle(await Promise.all([...texts.map(judgeText), ...list.map(judgeFile)]));
  }

  return { files, contents, settle };
})();
