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
    expect({ code, checks: checks.length }).toStrictEqual({ code: 0, checks: 19 });
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

  it('R3.2 R3.3 R3.4 tells who stepped in for whom: refused, granted, under the emergency plan, reassigned', () => {
    const { output } = runs[0]!;
    expect(output).toMatch(/request-support: 409 budget-spent/);
    expect(output).toMatch(/M-01 +override-support-limit/);
    expect(output).toMatch(/emergency-plan: on\n(.+\n)+.+emergency-plan: off\n/);
    expect(output).toMatch(/reassign: to 孙浩然 T-05 from 03-10 08:00\n(.+\n)+.+timer +reassign\n/);
  });

  it('R3.1 R3.4 explains a breach and a line of the settlement in words for the person concerned', () => {
    const { output } = runs[0]!;
    expect(output).toMatch(/why, of a breach \(PX250303-1\):\n.+判定为超时，责任人/);
    expect(output).toMatch(/why, of a line \(PX250305-2, ¥42\.42\):\n.+维护费 99\.00 元平分到第 2–8 天/);
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
      return checkMonth(accounts, report.settlement, report.to)
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

describe('the demo of one order that is reassigned on day 5', () => {
  let report: Report;
  beforeAll(async () => {
    const { output } = await runDemo('--order', 'PX250305-2', '--days', '13', '--json');
    report = JSON.parse(output) as Report;
  }, 10 * minutes);

  it('R3.4 pays four days to the one and three to the other, the odd fen to the earlier days', () => {
    const maintenance = report.settlement.lines.filter(({ kind }) => kind === 'maintenance');
    const line = (trainerId: string) => maintenance.find((one) => one.trainerId === trainerId);
    expect(line('T-04')).toMatchObject({ days: [2, 3, 4, 5], amount: 1415 + 1415 + 1414 + 1414 });
    expect(line('T-02')).toMatchObject({ days: [6, 7, 8], amount: 3 * 1414 });
  });

  it('R3.1 R3.4 stops the clock of the one and starts one for the other', () => {
    const clocks = report.orders[0]!.account.view!.clocks.filter(({ messageId }) => messageId === 'm4');
    expect(clocks.map(({ holder, state, startedAt }) => [holder, state, startedAt])).toStrictEqual([
      ['T-04', 'superseded', '2025-03-09T02:52:00.000Z'],
      ['T-02', 'met', '2025-03-09T03:00:00.000Z'],
    ]);
  });

  it('its checks notice what is not true: a wrong verdict, a breach untold, a call not owed or not made, a fen too many', () => {
    type Books = { account: Report['orders'][number]['account']; settlement: Report['settlement'] };
    const broken = (change: (books: Books) => void): string[] => {
      const { orders, settlement } = structuredClone(report);
      const [account] = orders.map((order) => order.account);
      change({ account: account!, settlement });
      return checkMonth([account!], settlement, report.to)
        .filter(({ faults }) => faults.length > 0)
        .map(({ claim }) => claim);
    };
    const [clock] = report.orders[0]!.account.view!.clocks;
    const verdicts = 'every verdict is the one that the talk leads to (R3.1)';
    const tells = 'every breach is told, once, and none that is not (R3.1)';
    const owes = 'a call is owed for each hour without an answer (R3.5)';
    const closes = 'only a call closes a call that is owed (R3.5)';
    const settles = 'the settlement is the sum of the ledgers and of the fees without the unpaid days (R3.4)';
    const books = 'a ledger comes to the fees without the unpaid days (R3.4)';
    const pays = 'nobody is paid for a day that was not theirs (R3.3, R3.4)';
    const anHourLater = { at: '2025-03-07T13:00:00.001Z' };
    const duty = { id: 'call-about-delay-1', messageId: clock!.messageId, holder: 'T-04', state: 'open' };
    const closed = { tasks: [{ id: duty.id, from: 'open', to: 'done' }] };
    expect(broken(() => {})).toStrictEqual([]);
    expect(broken(({ account }) => Object.assign(account.said[1]!, anHourLater))).toStrictEqual([
      verdicts,
      owes,
    ]);
    expect(
      broken(({ account }) => Object.assign(account.view!.clocks[0]!, { state: 'breached' })),
    ).toStrictEqual([verdicts, tells]);
    expect(broken(({ account }) => (account.view!.duties as unknown[]).push(duty))).toStrictEqual([owes]);
    expect(broken(({ account }) => Object.assign(account.history.at(-1)!.effects, closed))).toStrictEqual([
      closes,
    ]);
    expect(broken(({ settlement }) => (settlement.total += 1))).toStrictEqual([settles]);
    expect(broken(({ account }) => (account.ledger!.lines[0]!.amount += 1))).toStrictEqual([settles, books]);
    expect(broken(({ account }) => (account.ledger!.lines.at(-1)!.days[0] = 5))).toStrictEqual([pays]);
  });
});
