// A file on its way to Mizha: read and sent in pieces, as many as there is room for at the other end.

mizha.sender = (file, rules, { post, isOpen, fail }) => {
  let at = 0;
  let room = 0;
  let running = false;
  let ended = false;

  function base64(blob) {
    return new Promise((resolve, reject) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(',') + 1));
      reader.onerror = () => reject(reader.error);
      reader.readAsDataURL(blob);
    });
  }

  function end() {
    if (!ended) post({ type: 'end' });
    ended = true;
  }

  async function run() {
    running = true;
    while (room > 0 && at < file.size && isOpen() && !ended) {
      room -= 1;
      const piece = file.slice(at, at + rules.piece_bytes);
      at += piece.size;
      const data = await base64(piece);
      if (isOpen() && !ended) post({ type: 'piece', data });
    }
    if (at >= file.size) end();
    running = false;
  }

  return {
    // There is room for so many more pieces.
    more(pieces) {
      room += pieces;
      if (running) return;
      run().catch(() => {
        ended = true;
        post({ type: 'cancel' });
        fail();
      });
    },
    // It is judged already: nothing more need come.
    stop: end,
  };
};
