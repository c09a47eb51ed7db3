import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkMonth } from '../../infra/local/demo/checks.ts';
import type { Report } from '../../infra/local/demo/report.ts';

const demo = resolve(import.meta.dirname, '../../infra/local/demo/demo.ts');

const runDemo = async (...options: string[]): Promise<{ code: number; output: string }> =>
  await new Promise((done) => {
    execFile(process.execPath, [demo, ...options], { maxBuffer: 2 ** 26 }, (error, output) =>
      done({ code: error === null ? 0 : Number(error.code), output }),
    );
  });

/** Columns of a terminal: Chinese characters take two. */
const widthOf = (line: string): number =>
  Array.from(line).reduce(
    (width, character) => width + (/[\u2e80-\u9fff\u3000-\u303f\uff00-\uff60]/u.test(character) ? 2 : 1),
    0,
  );

const minutes = 60_000;

describe('the demo of twelve orders', () => {
  let runs: Awaited<ReturnType<typeof runDemo>>[];
  beforeAll(async () => {
    const options = ['--orders', '12', '--days', '16'];
    runs = await Promise.all([runDemo(...options), runDemo(...options)]);
  }, 10 * minutes);

  it('ends well, and finds true what must be true', () => {
    const [{ code, output }] = runs as [(typeof runs)[number]];
    const checks = output.split('\n').filter((line) => /^ {2}(true |FALSE) /.test(line));
    expect({ code, checks: checks.length }).toStrictEqual({ code: 0, checks: 10 });
    expect(checks.filter((line) => line.includes('FALSE'))).toStrictEqual([]);
  });

  it('tells the same month in the same words each time', () => {
    expect(runs[1]!.output).toBe(runs[0]!.output);
  });

  it('fits a terminal of 120 columns', () => {
    const lines = runs[0]!.output.split('\n');
    expect(lines.length).toBeGreaterThan(400);
    expect(lines.filter((line) => widthOf(line) > 120)).toStrictEqual([]);
  });

  it('R0.1 R1.3 R4.3 tells what is particular: refused, not reached, moved, re-opened', () => {
    const { output } = runs[0]!;
    expect(output).toContain('order.created: 422 out-of-scope');
    expect(output).toMatch(/customer-not-reached +R1\.3 +1 /);
    expect(output).toContain('order-amended: training 03-05 10:00');
    expect(output).toMatch(/return-visit: not OK, .+R4\.3/);
  });
});

describe('the demo of one order that is moved while WeCom is down', () => {
  let report: Report;
  beforeAll(async () => {
    const { output } = await runDemo('--order', 'PX250311-2', '--days', '14', '--json');
    report = JSON.parse(output) as Report;
  }, 10 * minutes);

  it('R1.3 voids the call of the old time, and shows everything else once', () => {
    const { notices, messages } = report.orders[0]!.account;
    const unshown = notices.filter(({ message }) => message === null);
    expect(unshown).toMatchObject([{ kind: 'call-customer', outcome: 'void' }]);
    expect(messages).toHaveLength(notices.length - 1);
  });

  it('its checks notice what is not true: a message too many, a timer too late, a changed history, an old time', () => {
    const broken = (change: (account: Report['orders'][number]['account']) => void): string[] => {
      const accounts = structuredClone(report.orders.map(({ account }) => account));
      change(accounts[0]!);
      return checkMonth(accounts, report.to)
        .filter(({ faults }) => faults.length > 0)
        .map(({ claim }) => claim);
    };
    const call = '【待办】请致电「雅集茶楼」确认培训时间\n培训定在 3月12日 14:00 开始';
    const timers = (account: Report['orders'][number]['account']) =>
      account.history.filter(({ actor }) => actor.type === 'timer');
    expect(broken(() => {})).toStrictEqual([]);
    expect(broken(({ messages }) => (messages as unknown[]).push({ ...messages[0], id: '9999' }))).toContain(
      'every notice is shown once, and no message twice',
    );
    expect(broken((account) => Object.assign(timers(account).at(-1)!, { at: report.to }))).toContain(
      'every timer that was not moved fired at its time',
    );
    expect(broken((account) => Object.assign(account, { brokenAt: 2 }))).toContain(
      'every history is a whole chain of hashes',
    );
    expect(broken(({ messages }) => Object.assign(messages.at(-1)!, { text: call }))).toContain(
      'nobody hears of an old time after a move',
    );
  });
});
