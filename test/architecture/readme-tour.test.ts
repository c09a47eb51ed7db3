import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalProduct } from '../support/local-product.ts';
import { startProduct } from '../support/local-product.ts';
import { textOf } from './product-files.ts';

/** The shell blocks of a document, in order, as one script that stops at its first failure. */
const tourOf = (document: string, url: string): string => {
  const blocks = [...textOf(document).matchAll(/^```sh\n([^]*?)^```$/gm)].map(([, block = '']) => block);
  const script = blocks.join('').replaceAll('http://127.0.0.1:4000', url);
  return `set -euo pipefail\n${script}`;
};

const run = async (script: string): Promise<string[]> => {
  const { stdout } = await promisify(execFile)('bash', ['-c', script]);
  return stdout.split('\n').filter((line) => line !== '');
};

describe('the tour', () => {
  let product: LocalProduct;
  beforeAll(async () => {
    product = await startProduct({ clockStart: '2025-03-08T10:00:00+08:00' });
  });
  afterAll(async () => {
    await product.stop();
    product.forget();
  });

  it('runs as it stands in the README, from the CRM’s webhook to the reasons', async () => {
    const answers = (await run(tourOf('README.md', product.url))).map((line) => JSON.parse(line));
    const [created, order, plan, turned, shown, confirmed, why] = answers;
    const [, , finished, recorded, , breached, ledger] = answers.slice(7);
    expect(answers).toHaveLength(14);
    expect(created).toMatchObject({ stage: 'preparation', deadline: '2025-03-17', remark: '截止3/17 张三' });
    expect(order).toMatchObject({ orderId: created.orderId, shop: { name: '小树苗乐园' } });
    expect(plan.timers.map(({ step }: { step: string }) => step)).toContain('call-customer-1.tell');
    expect(turned.now).toBe('2025-03-09T05:00:00.000Z');
    expect(shown.messages).toContainEqual(
      expect.objectContaining({
        at: '2025-03-09T05:00:00.000Z',
        text: expect.stringContaining('请致电「小树苗乐园」确认培训时间'),
      }),
    );
    expect(confirmed.tasks).toContainEqual(expect.objectContaining({ id: 'call-customer-1', state: 'done' }));
    expect(why.explanations).toContainEqual(expect.objectContaining({ id: 'call-customer-1', rule: 'R1.3' }));
    expect(finished.stage).toBe('maintenance');
    expect(recorded).toMatchObject({ messageId: 'm-1', state: 'recorded' });
    expect(breached.explanations).toContainEqual(
      expect.objectContaining({ what: 'clock', why: expect.stringContaining('判定为超时') }),
    );
    expect(ledger).toMatchObject({ total: 20000, lines: [{ kind: 'training', trainerId: 'T-1' }] });
  });

  it('is the same in both languages', () => {
    expect(tourOf('README.zh-CN.md', product.url)).toBe(tourOf('README.md', product.url));
  });
});
