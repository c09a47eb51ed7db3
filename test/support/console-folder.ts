import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';

/** The names of the built console's files, with what is in them. */
export const consoleContents = {
  'index.html': '<!doctype html><title>九天</title>',
  'assets/index-Ab1_-xyz.js': `console.log('${'九'.repeat(500)}');`,
  'assets/index-Ab1_-xyz.css': `p { color: #222 } /* ${'九'.repeat(500)} */`,
  'assets/letters-12345678.woff2': 'wOF2\u0000\u00ff',
};

/** A folder like that of the built console. The caller removes it. */
export const makeConsoleFolder = (): URL => {
  const folder = mkdtempSync(join(tmpdir(), 'ninedays-console-'));
  mkdirSync(join(folder, 'assets'));
  for (const [name, content] of Object.entries(consoleContents)) {
    writeFileSync(join(folder, name), content);
    writeFileSync(join(folder, `${name}.br`), brotliCompressSync(content));
    writeFileSync(join(folder, `${name}.gz`), gzipSync(content));
  }
  return pathToFileURL(`${folder}/`);
};
