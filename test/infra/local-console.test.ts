import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildWhenAsked } from '../../infra/local/local-console.ts';

const folder = mkdtempSync(join(tmpdir(), 'ninedays-local-console-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the console on this machine', () => {
  it('says why it does not build, and is built once what was wrong is mended', async () => {
    const inTheWay = join(folder, 'taken');
    const target = join(inTheWay, 'console');
    writeFileSync(inTheWay, '');
    const page = buildWhenAsked(target);
    await expect(page.ready()).rejects.toThrow(/not create directory/);
    rmSync(inTheWay);
    await page.ready();
    expect(existsSync(join(target, 'index.html.br'))).toBe(true);
  });

  it('is built once, for however many ask', async () => {
    const target = join(folder, 'console');
    const page = buildWhenAsked(target);
    await Promise.all([page.ready(), page.ready()]);
    rmSync(target, { recursive: true });
    await page.ready();
    expect(existsSync(target)).toBe(false);
  });
});
