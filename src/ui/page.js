// What the pages do in the browser: hand over what is dropped, chosen, pasted or typed, show the one verdict that holds,
// and say that the page is still open. All words come from the server.
'use strict';

const $ = (id) => document.getElementById(id);
const ORDER = ['block', 'uninspected', 'warn', 'clear'];

// The server ends when nobody uses it.
const alive = setInterval(async () => {
  try {
    await fetch('/alive', { method: 'POST' });
  } catch {
    clearInterval(alive);
    $('gone').hidden = false;
  }
}, 30000);

const fragment = (html) => {
  const template = document.createElement('template');
  template.innerHTML = html;
  return template.content;
};

// ── Check before sending ──

const check = $('check');
const waiting = [];
let handed = 0, answered = 0, working = 0, asking = false, stopping = new AbortController();

const items = () => [...document.querySelectorAll('#results [data-verdict]')];

// The worst of all items holds. While something is under way nothing is called clear.
const conclude = () => {
  const all = items();
  const busy = working > 0 || waiting.length > 0 || asking;
  const worst = ORDER.find((verdict) => all.some((item) => item.dataset.verdict === verdict));
  const banner = busy && worst !== 'block' ? 'busy' : worst || 'idle';
  for (const section of document.querySelectorAll('[data-banner]')) section.hidden = section.dataset.banner !== banner;
  for (const count of document.querySelectorAll('[data-count]')) {
    count.textContent = all.filter((item) => item.dataset.verdict === count.dataset.count).length;
  }
  $('counts').hidden = all.length === 0;
  $('after').hidden = all.length === 0 || busy;
  const receipt = $('receipt');
  receipt.value = [receipt.dataset.head, ...all.map((item) => item.dataset.receipt).filter(Boolean)].join('\n');
  $('progress').hidden = working === 0 && waiting.length === 0;
  if (handed > 0) {
    $('bar').max = handed;
    $('bar').value = answered;
    $('at').textContent = `${answered} / ${handed}`;
  }
};

// The worst stand first.
const show = (content) => {
  for (const item of [...content.querySelectorAll('.item, article')].filter((item) => item.dataset.verdict)) {
    const rank = (other) => ORDER.indexOf(other.dataset.verdict);
    const next = [...$('results').children].find((other) => rank(other) > rank(item));
    $('results').insertBefore(item, next || null);
  }
};

// Something that was not even handed over; it is never clear.
const failure = (kind, name) => {
  const content = $(kind).content.cloneNode(true);
  content.querySelector('header b').textContent = name;
  show(content);
};

const look = async ({ file, path }) => {
  const { signal } = stopping;
  if (file.size > Number(check.dataset.most)) return failure('large', path);
  try {
    const answer = await fetch('/check/file', {
      method: 'POST',
      headers: { 'X-Mizha-Path': encodeURIComponent(path), 'Content-Type': 'application/octet-stream' },
      body: file,
      signal,
    });
    if (!answer.ok) return failure(answer.status === 413 ? 'large' : 'failed', path);
    show(fragment(await answer.text()));
  } catch {
    failure(signal.aborted ? 'stopped' : 'failed', path);
  }
};

const work = async () => {
  working += 1;
  while (waiting.length > 0) {
    await look(waiting.shift());
    answered += 1;
    conclude();
  }
  working -= 1;
  if (working === 0) handed = answered = 0;
  conclude();
};

const add = (files) => {
  waiting.push(...files);
  handed += files.length;
  while (working < 2 && waiting.length > 0) work();
  conclude();
};

const chosen = (list) => [...list].map((file) => ({ file, path: file.webkitRelativePath || file.name }));

// A dropped folder with all that lies in it.
const below = async (entry) => {
  const path = entry.fullPath.replace(/^\//, '');
  if (entry.isFile) {
    return new Promise((done) => entry.file((file) => done([{ file, path }]), () => { failure('failed', path); done([]); }));
  }
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((done) => reader.readEntries(done, () => { failure('failed', path); done([]); }));
    if (some.length === 0) return found;
    for (const inner of some) found.push(...(await below(inner)));
  }
};

const dropped = async (data) => {
  const entries = [...data.items].map((item) => item.webkitGetAsEntry && item.webkitGetAsEntry()).filter(Boolean);
  const text = data.getData('text/plain');
  const plain = chosen(data.files);
  const found = [];
  working += 1;
  conclude();
  for (const entry of entries) found.push(...(await below(entry)));
  working -= 1;
  if (entries.length === 0) found.push(...plain);
  if (found.length > 0) add(found);
  else if (entries.length > 0) failure('empty', entries.map((entry) => entry.name).join(' '));
  else if (text) typed(text);
  conclude();
};

// The files that were named when the page was started, piece by piece.
const named = async () => {
  const { signal } = stopping;
  working += 1;
  conclude();
  for (let done = false; !done;) {
    try {
      const answer = await fetch('/check/given', { method: 'POST', signal });
      if (!answer.ok) throw new Error();
      done = answer.headers.has('X-Mizha-Done');
      show(fragment(await answer.text()));
      $('at').textContent = String(items().length);
      conclude();
    } catch {
      failure(signal.aborted ? 'stopped' : 'failed', '…');
      break;
    }
  }
  working -= 1;
  conclude();
};

// ── A message as it is typed ──

let typing = 0, turn = 0;

const clearMessage = () => {
  for (const item of document.querySelectorAll('#results [data-message]')) item.remove();
  $('marked').replaceChildren();
};

const ask = async () => {
  const own = ++turn;
  const text = $('message').value;
  if (text.trim() === '') {
    asking = false;
    clearMessage();
    return conclude();
  }
  let content = null;
  try {
    if (new Blob([text]).size <= Number(check.dataset.mostText)) {
      const answer = await fetch('/check/message', { method: 'POST', body: text });
      if (answer.ok) content = fragment(await answer.text());
    }
  } catch { /* told below */ }
  // A later one is under way.
  if (own !== turn) return;
  asking = false;
  clearMessage();
  if (content === null) {
    content = $('failed').content.cloneNode(true);
  } else {
    $('marked').replaceChildren(content.querySelector('.marked'));
    $('marked').scrollTop = $('message').scrollTop;
  }
  for (const item of content.querySelectorAll('[data-verdict]')) item.dataset.message = '';
  show(content);
  conclude();
};

const later = () => {
  clearTimeout(typing);
  turn += 1;
  asking = true;
  conclude();
  typing = setTimeout(ask, 250);
};

const typed = (text) => {
  $('message').value = text;
  later();
};

if (check) {
  $('choose-files').onclick = () => $('files').click();
  $('choose-folder').onclick = () => $('folder').click();
  for (const input of [$('files'), $('folder')]) {
    input.onchange = () => { add(chosen(input.files)); input.value = ''; };
  }
  document.ondragover = (event) => { event.preventDefault(); $('drop').classList.add('over'); };
  document.ondragleave = (event) => { if (!event.relatedTarget) $('drop').classList.remove('over'); };
  document.ondrop = (event) => { event.preventDefault(); $('drop').classList.remove('over'); dropped(event.dataTransfer); };
  document.onpaste = (event) => {
    const data = event.clipboardData;
    if (data.files.length > 0) {
      event.preventDefault();
      add(chosen(data.files));
    } else if (event.target !== $('message') && data.getData('text/plain')) {
      typed(data.getData('text/plain'));
    }
  };
  $('message').oninput = later;
  $('message').onscroll = () => { $('marked').scrollTop = $('message').scrollTop; };
  $('cancel').onclick = () => {
    stopping.abort();
    for (const { path } of waiting.splice(0)) failure('stopped', path);
    stopping = new AbortController();
    conclude();
  };
  $('copy').onclick = async () => {
    $('receipt').select();
    try { await navigator.clipboard.writeText($('receipt').value); } catch { document.execCommand('copy'); }
    $('copied').hidden = false;
  };
  $('again').onclick = () => {
    $('results').replaceChildren();
    $('message').value = '';
    turn += 1;
    asking = false;
    clearMessage();
    $('copied').hidden = true;
    conclude();
  };
  if ('given' in check.dataset) named();
  conclude();
}

// ── Officer's corner ──

const list = $('list');
if (list) {
  list.onchange = async () => {
    const [file] = list.files;
    const answer = await fetch('/officer/import', {
      method: 'POST',
      headers: { 'X-Mizha-Path': encodeURIComponent(file.name) },
      body: file,
    }).catch(() => null);
    $('list-preview').replaceChildren(answer && answer.ok ? fragment(await answer.text()) : answer ? String(answer.status) : '?');
  };
}

// ── Held ──

// The two files of a ticket are short texts.
for (const form of document.querySelectorAll('form.ticket')) {
  form.onsubmit = async (event) => {
    event.preventDefault();
    for (const input of form.querySelectorAll('[data-to]')) form.elements[input.dataset.to].value = await input.files[0].text();
    form.submit();
  };
}
