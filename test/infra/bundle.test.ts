import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { bundling } from '../../infra/cloud/bundle.ts';

describe('bundles', () => {
  it('are ESM in which a CommonJS dependency can still require what Node has', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ninedays-bundle-'));
    await writeFile(join(folder, 'old.cjs'), "exports.hash = require('node:crypto').createHash;");
    await writeFile(
      join(folder, 'entry.ts'),
      "import { createRequire } from 'node:module';\nimport old from './old.cjs';\n" +
        'export const handler = (): string[] => [typeof old.hash, typeof createRequire(import.meta.url)];',
    );
    await build({
      ...bundling,
      absWorkingDir: folder,
      entryPoints: [{ in: 'entry.ts', out: 'a-function/index' }],
      outdir: folder,
    });
    const { handler } = await import(pathToFileURL(join(folder, 'a-function/index.mjs')).href);
    expect(handler()).toEqual(['function', 'function']);
  });
});
