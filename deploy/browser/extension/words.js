// What the person reads, in English and Chinese. Content scripts of ours share one world of their own, and `mizha` in it.

globalThis.mizha = {};

mizha.words = {
  zh: {
    block: ['不得外发', '下列内容带有密级标志或敏感数据，不得传出本机。内容没有发出。'],
    uninspected: ['未能检查', '下列内容未能完整读取，无法确认其中有无涉密信息。内容没有发出。'],
    warn: ['请核实后再外发', '请逐项核对下列位置。确需外发的，请填写理由，理由将写入审计日志。'],
    confirm: ['未能检查', '下列内容未能完整读取。确认其中没有涉密信息且确需外发的，请填写理由，理由将写入审计日志。'],
    closed: ['暂不能外发', '本机的密闸没有应答，无法检查，内容没有发出。'],
    failed: ['暂不能外发', '未能写入审计日志，内容没有发出。'],
    many: ['暂不能外发', '一次放入的文件过多（超过 2000 个），没有检查。请分批选择，或打包后再选。'],
    unreadable: ['未能检查', '浏览器无法读取该文件，没有检查，内容没有发出。'],
    now: {
      block: '请勿改用其他方式发送。标志有误的，由定密责任人更正；拿不准的，请咨询本单位保密工作机构。',
      uninspected: '请去除密码或另存为可检查的格式后重试，或由专人人工审查。',
      closed: '请稍后重试；仍不行的，请重新启动浏览器，或联系管理员。',
      failed: '请联系管理员检查审计日志能否写入。',
      many: '请分批重试。',
      unreadable: '请确认文件仍在原处后重试。',
    },
    typed: '请先删除有关文字，再发送。',
    officer: '联系人：',
    reason: '理由',
    send: '确认外发',
    cancel: '不发送',
    close: '知道了',
    more: (n) => `另有 ${n} 处`,
    text: '文字',
  },
  en: {
    block: ['Do not send', 'This carries a classification mark or sensitive data and must not leave this computer. It was not sent.'],
    uninspected: ['It could not be read', 'Nobody knows what is in the places named below. It was not sent.'],
    warn: ['Look before you send', 'Check each place named below. If it has to be sent, say why; the reason goes into the audit log.'],
    confirm: ['It could not be read', 'If you know that nothing classified is in it and it has to be sent, say why; the reason goes into the audit log.'],
    closed: ['Not now', 'Mizha on this computer does not answer, so this was not checked and not sent.'],
    failed: ['Not now', 'It could not be written into the audit log, so it was not sent.'],
    many: ['Not now', 'More than 2000 files at once were not checked. Choose fewer, or pack them first.'],
    unreadable: ['It could not be read', 'The browser cannot read this file; it was not checked and not sent.'],
    now: {
      block: 'Do not send it another way. Have a wrong mark corrected by whoever set it; when in doubt, ask your security officer.',
      uninspected: 'Take the password off or save it in a format that can be read, and try again; or have a person look at it.',
      closed: 'Try again in a moment; if that does not help, start the browser anew or call your administrator.',
      failed: 'Have your administrator look whether the audit log can be written.',
      many: 'Try again with fewer.',
      unreadable: 'See that the file is still where it was, and try again.',
    },
    typed: 'Take these words out, then send.',
    officer: 'Whom to ask: ',
    reason: 'Reason',
    send: 'Send it',
    cancel: 'Do not send',
    close: 'Close',
    more: (n) => `and ${n} more`,
    text: 'text',
  },
};

// Until Mizha has said which, the browser's language.
mizha.lang = navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
