/** What the verifier does in a browser: takes a file, has it checked by `core`, and shows the report. A constant, but for `core` and the keys before it. */
export const verifierScript = `
(() => {
  'use strict';
  const field = document.querySelector('input');
  const area = document.querySelector('.drop');
  const out = document.getElementById('report');
  const colours = { intact: 'good', 'key-not-compared': 'care', 'key-unpublished': 'bad', changed: 'bad' };

  const add = (parent, name, text, className) => {
    const element = document.createElement(name);
    element.textContent = text;
    if (className) element.className = className;
    parent.appendChild(element);
    return element;
  };

  const show = (name, report) => {
    out.textContent = '';
    add(out, 'h2', '验证结果');
    add(out, 'p', name, 'soft');
    add(out, 'p', report.verdict, 'result ' + colours[report.outcome]).id = 'verdict';
    if (report.findings.length > 0) {
      const list = add(out, 'ul', '', 'bad');
      report.findings.forEach((each) => add(list, 'li', each));
    }
    if (report.key) add(out, 'p', '公钥指纹：' + report.key, 'soft');
    if (report.headline === null) return;
    if (report.outcome === 'changed') add(out, 'p', '以下是文件现在的内容，不能作为依据。', 'bad');
    add(out, 'p', report.headline, 'result');
    add(out, 'p', report.strength, 'care');
    report.sections.forEach((section) => {
      add(out, 'h2', section.title);
      const list = add(out, 'dl', '');
      section.lines.forEach((line) => {
        const row = add(list, 'div', '', line.caution ? 'care' : '');
        add(row, 'dt', line.label);
        add(row, 'dd', line.text);
      });
    });
  };

  const fail = (text) => {
    out.textContent = '';
    add(out, 'p', text, 'result bad').id = 'verdict';
  };

  // Of two files the later one counts, also when the first takes longer.
  let turn = 0;
  const check = (file) => {
    const mine = (turn += 1);
    if (!window.crypto || !crypto.subtle) return fail('这个浏览器不能验证签名。请换用新版的 Chrome、Edge 或 Safari 打开本页面。');
    if (file.size > 20 * 1024 * 1024) return fail('文件太大，不像是确认凭证。');
    fail('正在验证……');
    file.arrayBuffer()
      .then((buffer) => core.report(new Uint8Array(buffer), publishedKeys))
      .then((report) => mine === turn && show(file.name, report))
      .catch(() => mine === turn && fail('文件没能读出，请重新选择。'));
  };

  field.addEventListener('change', () => {
    if (field.files[0]) check(field.files[0]);
    // So that the same file can be chosen once more.
    field.value = '';
  });
  document.addEventListener('dragover', (event) => {
    event.preventDefault();
    area.classList.add('over');
  });
  document.addEventListener('dragleave', () => area.classList.remove('over'));
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    area.classList.remove('over');
    if (event.dataTransfer.files[0]) check(event.dataTransfer.files[0]);
  });
})();
`;
