// Questions from the hook in the page's own world. Whoever asks is told yes or no of what they hold already, and nothing else.

(() => {
  const MOST = 64;
  let under = 0;

  async function answer({ files, text }) {
    if (typeof text === 'string') return mizha.judge.contents({ texts: [text] });
    const real = Array.isArray(files) && files.every((file) => file instanceof Blob);
    if (!real) return false;
    return mizha.judge.files(files.map((file) => (file instanceof File ? file : new File([file], 'data', { type: file.type }))).map((file) => ({ file, path: file.name })));
  }

  function onPort(event) {
    const port = event.ports?.[0];
    if (!port) return;
    document.removeEventListener('mizha:port', onPort);
    port.onmessage = async ({ data }) => {
      under += 1;
      const ok = under <= MOST && (await answer(data).catch(() => false));
      under -= 1;
      port.postMessage({ number: data.number, ok });
    };
    const tell = (rules) => port.postMessage({ free: rules.free });
    mizha.link.onPolicy(tell);
    mizha.link.known().then((rules) => rules && tell(rules));
  }

  document.addEventListener('mizha:port', onPort);
  // If the hook was there before us.
  document.dispatchEvent(new Event('mizha:here'));
})();
