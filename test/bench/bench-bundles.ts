import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { functionNames } from '../../infra/catalogue.ts';
import { bundleFolder } from '../../infra/cloud/bundle.ts';
import { median, table } from './table.ts';

const rounds = 7;
const bareHandler = 'export const handler = async () => ({ statusCode: 200 });\n';

/** Size of every bundle, and its init time (a fresh Node importing it) as a ratio to a bare handler, measured in turn. */
export const benchBundles = async (): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'ninedays-bench-'));
  const bare = join(folder, 'bare.mjs');
  writeFileSync(bare, bareHandler);
  const rows = functionNames.map((name) => {
    const file = join(bundleFolder(name), 'index.mjs');
    const pairs = Array.from({ length: rounds }, () => [importTime(bare), importTime(file)] as const);
    const bareMs = median(pairs.map(([ms]) => ms));
    const ownMs = median(pairs.map(([, ms]) => ms));
    return [
      name,
      (statSync(file).size / 1000).toFixed(0),
      (gzipSync(readFileSync(file)).length / 1000).toFixed(0),
      ownMs.toFixed(1),
      (ownMs / bareMs).toFixed(1),
    ];
  });
  rmSync(folder, { recursive: true });
  return table(['bundle', 'kB', 'kB gzip', 'import ms', '× bare handler'], rows);
};

/** Milliseconds that a fresh process takes to import a module, Node's own start left out. */
const importTime = (file: string): number => {
  const code = `const t = performance.now(); await import(${JSON.stringify(pathToFileURL(file).href)}); console.log(performance.now() - t);`;
  return Number(execFileSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' }));
};
