// From what is about to leave to a yes or no: everything is judged, the person is told or asked once, and what is yes is
// known again for a while.

mizha.judge = (() => {
  const MANY = 2000;
  const KNOWN = 4096;
  // Files that may go, by what tells them apart without reading them.
  const known = new Set();

  const keyOf = (file) => [file.name, file.size, file.lastModified, file.type].join('\n');

  function remember(file) {
    known.add(keyOf(file));
    if (known.size > KNOWN) known.delete(known.values().next().value);
  }

  // True when all of it may go. A person is asked once for all that needs a reason.
  async function settle(judged, typed = false) {
    const weighed = mizha.weigh(judged);
    if (weighed.goes) return true;
    const notice = weighed.notice(mizha.link.officer());
    const reason = await mizha.link.show({ ...notice, typed: typed && weighed.kind === 'block' });
    if (!weighed.asks.length) return false;
    if (!reason) {
      weighed.asks.forEach(({ verdict }) => mizha.link.cancel(verdict.id));
      return false;
    }
    const written = await Promise.all(weighed.asks.map(({ verdict }) => mizha.link.confirm(verdict.id, reason)));
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
