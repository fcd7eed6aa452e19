// From judgements to what becomes of all of them together: what must be held counts before what a person may let go.

mizha.weigh = (judged) => {
  const SEVERITY = ['clear', 'warn', 'uninspected', 'unreadable', 'failed', 'closed', 'block'];
  const SHOWN = 12;
  const held = judged.filter(({ verdict }) => verdict.do === 'hold');
  const asks = judged.filter(({ verdict }) => verdict.do === 'confirm');
  const worst = held.map(({ verdict }) => verdict.verdict).sort((a, b) => SEVERITY.indexOf(b) - SEVERITY.indexOf(a))[0];
  const unread = asks.some(({ verdict }) => verdict.verdict === 'uninspected');
  // A warning that the settings hold is shown like what was not read: nobody is asked.
  const kind = held.length ? (worst === 'warn' ? 'uninspected' : worst) : unread ? 'confirm' : 'warn';
  const told = held.length ? held.filter(({ verdict }) => verdict.verdict === worst) : asks;

  // What the person is shown.
  function notice(officer) {
    const found = told.flatMap(({ verdict, name }) => (verdict.found.length ? verdict.found.map((one) => ({ ...one, name })) : [{ name }]));
    const more = told.reduce((sum, { verdict }) => sum + verdict.more, 0);
    return { kind, found: found.slice(0, SHOWN), more: more + Math.max(0, found.length - SHOWN), officer };
  }

  return { goes: !held.length && !asks.length, asks: held.length ? [] : asks, kind, notice };
};
