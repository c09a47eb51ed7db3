import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { publicKey } from '../support/build-certificate.ts';

const command = fileURLToPath(new URL('../../infra/commands/verify-certificate.ts', import.meta.url));
const fixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/certificate/${name}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'ninedays-verify-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = async (...args: string[]): Promise<{ code: unknown; said: string }> =>
  await new Promise((resolve) => {
    execFile(process.execPath, [command, ...args], (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, said: stdout + stderr }),
    );
  });

describe('the command that checks a certificate', () => {
  it.each(['certificate.txt', 'certificate.pdf'])('R4.2 says what %s is worth', async (name) => {
    const { code, said } = await run('--key', publicKey, fixture(name));
    expect(said).toContain('凭证完好');
    expect(said).toContain('证明力上有 3 条不足');
    expect(said).toContain('签署时间：2025年3月18日 14:05:07（北京时间）');
    expect(code).toBe(0);
  });

  it('R4.2 fails for a changed file, naming the change, and for another key', async () => {
    const changed = join(folder, 'changed.json');
    writeFileSync(changed, readFileSync(fixture('certificate.txt'), 'utf8').replace('objected', 'accepted'));
    const found = await run(changed);
    expect(found.said).toContain('- “确认内容”部分与签名时不同');
    expect(found.code).toBe(1);
    const other = await run('--key', '3059', fixture('certificate.txt'));
    expect(other.said).toContain('公钥不是服务方公布的');
    expect(other.code).toBe(1);
  });

  it('R4.2 without a key says that the fingerprint is to be compared', async () => {
    await expect(run(fixture('certificate.txt'))).resolves.toMatchObject({
      code: 0,
      said: expect.stringContaining('请把公钥指纹与服务方公布的比较'),
    });
  });

  it('R4.2 writes the page that needs no server', async () => {
    const page = join(folder, 'verify.html');
    await expect(run('--page', page, '--key', publicKey)).resolves.toMatchObject({ code: 0 });
    const html = readFileSync(page, 'utf8');
    expect(html).toContain(publicKey);
    expect(html).not.toMatch(/(?:src|href)="(?!data:)/);
    expect(html.length).toBeLessThan(80_000);
  });

  it('explains itself when it is not asked rightly', async () => {
    for (const args of [[], ['a', 'b'], ['--what']])
      await expect(run(...args)).resolves.toMatchObject({
        code: 2,
        said: expect.stringContaining('verify-certificate.ts'),
      });
  });
});
