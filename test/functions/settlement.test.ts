import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { showLedger } from '../../functions/settlement/show-ledger.ts';
import { showSettlement } from '../../functions/settlement/show-settlement.ts';
import { ledgerViewSchema } from '../../shared/contracts/ledger-view.ts';
import { settlementViewSchema } from '../../shared/contracts/settlement-view.ts';
import type { Role } from '../../shared/domain/actions/action.ts';
import { roleSchema } from '../../shared/domain/actions/action.ts';
import type { LedgerEntry } from '../../shared/domain/ledger.ts';
import { httpEntry } from '../../shared/runtime/http-entry.ts';
import { buildOrder } from '../support/build-order.ts';
import { makeContext, makeHttpEvent } from '../support/http-event.ts';
import { memoryLedger } from '../support/memory/ledger.ts';
import { buildCommit, buildLedgerEntry } from '../support/suites/build-commit.ts';
import { watchOutput } from './output.ts';
import { makeWorld, orderId } from './world.ts';

watchOutput();

type Request = {
  staffId?: string;
  roles?: Role[];
  token?: string;
  accept?: string;
  trainer?: string;
};
type Result = { status: number; headers: Record<string, unknown>; text: string };

const dataOf = ({ text }: Result): any => JSON.parse(text);

/** The functions that read the ledger, on the ports in memory of the other functions. */
const makeSettlementWorld = async () => {
  const world = await makeWorld();
  const { orders, sessions, secrets } = world;
  const ledger = memoryLedger(orders.booked);
  const entries = {
    ledger: httpEntry(() => showLedger({ orders, sessions, secrets, ledger })),
    settlement: httpEntry(() => showSettlement({ sessions, secrets, ledger })),
  };
  const ask = async (name: keyof typeof entries, params: Record<string, string>, request: Request) => {
    const { staffId = 'manager-1', roles = ['manager'], accept, trainer } = request;
    const token = request.token ?? (await world.mint(staffId, ...roles));
    const event = makeHttpEvent({
      method: 'GET',
      path: `/${name}`,
      params,
      headers: { authorization: `Bearer ${token}`, ...(accept !== undefined && { accept }) },
      query: trainer === undefined ? {} : { trainer },
    });
    const { statusCode, headers, body }: any = await entries[name](
      event,
      makeContext(() => world.now()),
    );
    return { status: statusCode, headers, text: body } satisfies Result;
  };
  let booked = 0;
  return {
    ...world,
    ledgerOf: async (id: string, request: Request = {}): Promise<Result> =>
      await ask('ledger', { orderId: id }, request),
    settlementOf: async (month: string, request: Request = {}): Promise<Result> =>
      await ask('settlement', { month }, request),
    /** Books for an order of its own, as any decision might. */
    book: async (...lines: readonly Partial<LedgerEntry>[]): Promise<void> => {
      booked += 1;
      const order = { ...buildOrder(), orderId: `B-${booked}` };
      const ledgerEntries = lines.map((line, index) =>
        buildLedgerEntry(`B-${booked}.1.L${index + 1}`, { orderId: `B-${booked}`, ...line }),
      );
      await orders.commit(buildCommit(null, order, { ledger: ledgerEntries }));
    },
  };
};
type SettlementWorld = Awaited<ReturnType<typeof makeSettlementWorld>>;

/** The example order, trained by 张三, reassigned to 孙七 on day 5, on the last day. */
const makeReassigned = async (): Promise<SettlementWorld> => {
  const world = await makeSettlementWorld();
  await world.created();
  world.turn('2025-03-09T14:00:00+08:00');
  await world.act('confirm-needs', { extraNeeds: [], understood: true });
  await world.act('start-training');
  world.turn('2025-03-09T15:30:00+08:00');
  await world.act('finish-training');
  world.turn('2025-03-13T15:00:00+08:00');
  const trainer = { id: 'sunqi', name: '孙七' };
  await world.act('reassign', { trainer, reason: '张三出差' }, { token: world.tokens.assistant });
  world.turn('2025-03-17T00:00:00+08:00');
  await world.runTimers();
  return world;
};

const seeAll = ['assistant', 'manager', 'auditor', 'operator'];

describe('the ledger of an order', () => {
  it('R3.4 shows what is booked, whose the days are, what is to be expected, and the sum', async () => {
    const world = await makeReassigned();
    const result = await world.ledgerOf(orderId);
    expect(result.status).toBe(200);
    const view = dataOf(result);
    expect(ledgerViewSchema.parse(view)).toEqual(view);
    const line = ({ trainerId, kind, amount, days }: any) => [trainerId, kind, amount, days];
    expect(view.lines.map(line)).toEqual([
      ['zhangsan', 'training', 30_000, [1]],
      ['zhangsan', 'maintenance', 5_716, [2, 3, 4, 5]],
      ['sunqi', 'maintenance', 4_284, [6, 7, 8]],
    ]);
    expect(view.expected.map(line)).toEqual(view.lines.map(line));
    expect(view.expected.map(({ why }: any) => why)).toEqual(view.lines.map(({ why }: any) => why));
    expect(view.days).toHaveLength(7);
    expect(view.days[3]).toEqual({
      day: 5,
      date: '2025-03-13',
      amount: 1_429,
      trainerId: 'zhangsan',
      trainerName: '张三',
      emergency: false,
    });
    expect(view.total).toBe(40_000);
  });

  it('R3.4 of a new order shows what is to be expected', async () => {
    const world = await makeSettlementWorld();
    await world.created();
    expect(dataOf(await world.ledgerOf(orderId))).toMatchObject({
      lines: [],
      expected: [
        { kind: 'training', trainerName: '张三', amount: 30_000 },
        { kind: 'maintenance', rule: 'R3.4', trainerName: '张三', amount: 10_000 },
      ],
      total: 0,
    });
  });

  it.each([
    ['zhangsan', [30_000, 5_716], 35_716, [2, 3, 4, 5]],
    ['sunqi', [4_284], 4_284, [6, 7, 8]],
    ['somebody', [], 0, []],
  ])('R3.4 shows %s only the own part of it', async (staffId, amounts, total, days) => {
    const world = await makeReassigned();
    const result = await world.ledgerOf(orderId, { staffId, roles: ['trainer'] });
    const view = dataOf(result);
    expect(view.lines.map(({ amount }: any) => amount)).toEqual(amounts);
    expect(view.expected.map(({ amount }: any) => amount)).toEqual(amounts);
    expect(view.days.map(({ day }: any) => day)).toEqual(days);
    expect(view.total).toBe(total);
    const ids = [...view.lines, ...view.expected, ...view.days].map(({ trainerId }: any) => trainerId);
    expect(ids.filter((id) => id !== staffId)).toEqual([]);
  });

  it('R3.3 shows a trainer also the days for which nobody is paid', async () => {
    const world = await makeSettlementWorld();
    await world.created();
    world.turn('2025-03-08T23:00:00+08:00');
    const plan = { on: true, reason: '订单集中' };
    await world.act('emergency-plan', plan, { token: world.tokens.assistant });
    const view = dataOf(await world.ledgerOf(orderId, { staffId: 'zhangsan', roles: ['trainer'] }));
    expect(view.days.map(({ trainerId }: any) => trainerId)).toEqual(Array.from({ length: 7 }, () => null));
    expect(view.expected).toHaveLength(1);
  });

  it.each(roleSchema.options)('answers the role %s as its rights are', async (role) => {
    const world = await makeReassigned();
    const result = await world.ledgerOf(orderId, { staffId: 'x', roles: [role] });
    if ([...seeAll, 'trainer'].includes(role)) return expect(result.status).toBe(200);
    expect([result.status, dataOf(result)]).toMatchObject([
      403,
      { error: 'wrong-role', action: 'show-ledger', accepted: ['trainer', ...seeAll] },
    ]);
  });

  it('asks for a session, and for an order that there is', async () => {
    const world = await makeReassigned();
    expect((await world.ledgerOf(orderId, { token: 'none' })).status).toBe(401);
    for (const id of ['R404', '', '__proto__', 'x'.repeat(3000)])
      expect((await world.ledgerOf(id)).status).toBe(404);
  });
});

const march = '2025-03';

describe('the statement of a month', () => {
  it('R3.4 has a line for each entry with rule, order, days, reason and evidence, and totals by trainer', async () => {
    const world = await makeReassigned();
    const result = await world.settlementOf(march);
    expect([result.status, result.headers['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
    const view = dataOf(result);
    expect(settlementViewSchema.parse(view)).toEqual(view);
    const { lines } = dataOf(await world.ledgerOf(orderId));
    expect(new Set(view.lines)).toEqual(new Set(lines));
    expect(view).toMatchObject({
      month: march,
      trainerId: null,
      totals: [
        { trainerId: 'sunqi', trainerName: '孙七', amount: 4_284, lines: 1 },
        { trainerId: 'zhangsan', trainerName: '张三', amount: 35_716, lines: 2 },
      ],
      total: 40_000,
    });
    expect(view.lines[0]).toMatchObject({ rule: 'R3.4', orderId, days: [6, 7, 8] });
    expect(view.lines[0].why).toContain('孙七负责第 6–8 天');
    expect(view.lines[0].evidence.length).toBeGreaterThan(1);
  });

  it('R3.4 counts a booking to the month of Shanghai in which it was made, and balances counter-entries', async () => {
    const world = await makeReassigned();
    world.turn('2025-04-01T00:00:00+08:00');
    await world.crm({
      type: 'order.amended',
      data: { orderId, fees: { training: 31_000, maintenance: 10_000 } },
    });
    expect(dataOf(await world.settlementOf(march)).total).toBe(40_000);
    const april = dataOf(await world.settlementOf('2025-04'));
    expect(april.lines.map(({ amount }: any) => amount)).toEqual([-30_000, 31_000]);
    expect(april.totals).toEqual([{ trainerId: 'zhangsan', trainerName: '张三', amount: 1_000, lines: 2 }]);
    expect(dataOf(await world.settlementOf('2025-05'))).toEqual({
      month: '2025-05',
      trainerId: null,
      lines: [],
      totals: [],
      total: 0,
    });
  });

  it('is narrowed down to one trainer', async () => {
    const world = await makeReassigned();
    const view = dataOf(await world.settlementOf(march, { trainer: 'sunqi' }));
    expect(view).toMatchObject({ trainerId: 'sunqi', total: 4_284, totals: [{ trainerId: 'sunqi' }] });
    expect(dataOf(await world.settlementOf(march, { trainer: 'nobody' })).lines).toEqual([]);
  });

  it('shows a trainer the own lines, asked for by id or not', async () => {
    const world = await makeReassigned();
    const own = { staffId: 'zhangsan', roles: ['trainer' as const] };
    for (const request of [own, { ...own, trainer: 'zhangsan' }]) {
      const view = dataOf(await world.settlementOf(march, request));
      expect(view.trainerId).toBe('zhangsan');
      expect(view.lines.map(({ trainerId }: any) => trainerId)).toEqual(['zhangsan', 'zhangsan']);
    }
  });

  it.each(['application/json', 'text/csv', 'text/html'])(
    'shows a trainer nothing of another one’s, as %s',
    async (accept) => {
      const world = await makeReassigned();
      const own = { staffId: 'zhangsan', roles: ['trainer' as const, 'sales' as const], accept };
      const refused = await world.settlementOf(march, { ...own, trainer: 'sunqi' });
      expect([refused.status, dataOf(refused)]).toMatchObject([
        403,
        { error: 'wrong-role', action: 'show-settlement', accepted: seeAll },
      ]);
      const { text } = await world.settlementOf(march, own);
      expect(text).toContain('zhangsan');
      expect(text).not.toContain('sunqi');
    },
  );

  it('shows everybody’s to a trainer who is an assistant as well', async () => {
    const world = await makeReassigned();
    const request = { staffId: 'zhangsan', roles: ['trainer' as const, 'assistant' as const] };
    expect(dataOf(await world.settlementOf(march, request)).totals).toHaveLength(2);
    expect((await world.settlementOf(march, { ...request, trainer: 'sunqi' })).status).toBe(200);
  });

  it.each(roleSchema.options)('answers the role %s as its rights are', async (role) => {
    const world = await makeSettlementWorld();
    const result = await world.settlementOf(march, { staffId: 'x', roles: [role] });
    if ([...seeAll, 'trainer'].includes(role)) return expect(result.status).toBe(200);
    expect([result.status, dataOf(result)]).toMatchObject([
      403,
      { error: 'wrong-role', action: 'show-settlement', accepted: ['trainer', ...seeAll] },
    ]);
  });

  it('asks for a session', async () => {
    const world = await makeSettlementWorld();
    expect((await world.settlementOf(march, { token: 'none' })).status).toBe(401);
  });

  it.each([
    '2025-3',
    '2025-13',
    '2025-00',
    '1999-12',
    '2100-01',
    '2025-03-01',
    ' 2025-03',
    '2025-03\n',
    '',
    '二〇二五',
  ])('refuses %j as a month', async (month) => {
    const world = await makeSettlementWorld();
    const result = await world.settlementOf(month);
    expect([result.status, dataOf(result).issues]).toEqual([
      400,
      [{ path: 'month', message: 'a month is written as YYYY-MM, e.g. 2025-03' }],
    ]);
  });

  it.each(['', '@all', '张 三', 'x'.repeat(65)])('refuses %j as a trainer', async (trainer) => {
    const world = await makeSettlementWorld();
    const result = await world.settlementOf(march, { trainer });
    expect([result.status, dataOf(result).issues]).toMatchObject([400, [{ path: 'trainer' }]]);
  });

  it.each([
    [undefined, 'application/json'],
    ['*/*', 'application/json'],
    ['application/json', 'application/json'],
    ['text/csv', 'text/csv'],
    ['TEXT/CSV; header=present', 'text/csv'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text/html'],
    ['text/html;q=0.2, text/csv;q=0.9', 'text/csv'],
    ['text/csv;q=0', 'application/json'],
    ['image/png', 'application/json'],
    [';;;,,"', 'application/json'],
    ['__proto__', 'application/json'],
  ])('to a caller who accepts %j is %s', async (accept, type) => {
    const world = await makeSettlementWorld();
    const result = await world.settlementOf(march, accept === undefined ? {} : { accept });
    expect([result.status, result.headers['content-type']]).toEqual([200, `${type}; charset=utf-8`]);
    expect(result.headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
  });
});

/** A reader of CSV as RFC 4180 has it: quotes doubled, lines ended by CRLF. */
const readCsv = (text: string): string[][] => {
  const records: string[][] = [[]];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/y;
  for (;;) {
    const [whole, quoted, plain, end] = field.exec(text) ?? [];
    if (whole === undefined) throw new Error(`no CSV at ${field.lastIndex}`);
    records.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain!);
    if (end === '') return records;
    if (end === '\r\n' && field.lastIndex === text.length) return records;
    if (end === '\r\n') records.push([]);
  }
};

const csv = { accept: 'text/csv' };

describe('the statement for spreadsheets', () => {
  it('R3.4 is marked as UTF-8, named for the month, and has a record for each line, in yuan and in fen', async () => {
    const world = await makeReassigned();
    const { text, headers } = await world.settlementOf(march, csv);
    expect(headers['content-disposition']).toBe(
      `attachment; filename="settlement-2025-03.csv"; filename*=UTF-8''%E7%BB%93%E7%AE%97%E5%8D%95-2025-03.csv`,
    );
    expect(Buffer.from(text).subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    const [heading, first, ...rest] = readCsv(text.slice(1));
    expect(heading).toEqual([
      '月份',
      '接单人',
      '接单人编号',
      '工单号',
      '项目',
      '规则',
      '第几天',
      '金额（元）',
      '金额（分）',
      '分录号',
      '冲正的分录',
      '记账日',
      '说明',
      '依据的历史记录',
    ]);
    const [line] = dataOf(await world.settlementOf(march)).lines;
    expect(first).toEqual([
      march,
      '孙七',
      'sunqi',
      orderId,
      '维护费',
      'R3.4',
      '6–8',
      '42.84',
      '4284',
      line.entryId,
      '',
      '2025-03-17',
      line.why,
      line.evidence.join('、'),
    ]);
    expect(rest).toHaveLength(2);
  });

  it('names the trainer to whom it is narrowed down, whatever signs the id has', async () => {
    const world = await makeSettlementWorld();
    const trainer = `(张")'*;\r%`;
    const { headers } = await world.settlementOf(march, { ...csv, trainer: trainer.replace('\r', '') });
    const [, encoded = ''] =
      /filename\*=UTF-8''([\w.%~-]+)$/.exec(String(headers['content-disposition'])) ?? [];
    expect(decodeURIComponent(encoded)).toBe(`结算单-2025-03-(张")'*;%.csv`);
  });

  it('has nothing but its heading when nothing was booked', async () => {
    const world = await makeSettlementWorld();
    expect(readCsv((await world.settlementOf(march, csv)).text)).toHaveLength(1);
  });

  it('gives no text to be taken for a formula, and leaves amounts numbers', async () => {
    const world = await makeSettlementWorld();
    for (const trainerName of ['=HYPERLINK("http://x")', '+1', '-1', '@SUM(A1)', '＝1'])
      await world.book({ trainerName, amount: -4_005, reverses: 'B-0.1.L1' });
    const records = readCsv((await world.settlementOf(march, csv)).text.slice(1)).slice(1);
    expect(records.map((record) => [record[1]![0], record[7], record[8]])).toEqual(
      Array.from({ length: 5 }, () => ["'", '-40.05', '-4005']),
    );
  });

  it('is read back as it was booked, whatever the texts are', async () => {
    const someText = fc.string({
      unit: fc.constantFrom('"', ',', '\r', '\n', '=', "'", '；', '三', 'a', '\t', '\u{1F600}'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(someText, { minLength: 1, maxLength: 5 }), async (texts) => {
        const world = await makeSettlementWorld();
        await world.book(...texts.map((text) => ({ why: text, trainerName: `${text}老师` })));
        const records = readCsv((await world.settlementOf(march, csv)).text.slice(1)).slice(1);
        const safe = (text: string): string => (/^[=\t\r]/.test(text) ? `'${text}` : text);
        expect(records.map((record) => record[12])).toEqual(texts.map(safe));
        expect(records.map((record) => record[1])).toEqual(texts.map((text) => safe(`${text}老师`)));
      }),
      { numRuns: 40 },
    );
  });
});

const page = { accept: 'text/html' };
const count = (text: string, part: string): number => text.split(part).length - 1;

describe('the statement to print', () => {
  it('R3.4 has a list of all trainers and a sheet for each, with every reason, the totals and a line to sign', async () => {
    const world = await makeReassigned();
    const { text } = await world.settlementOf(march, page);
    expect(text).toMatch(/^<!doctype html>/);
    expect(text).toContain('<html lang="zh-CN">');
    expect(count(text, '<section>')).toBe(3);
    expect(text).toContain('2025 年 3 月');
    expect(text).toContain('生成于 3月17日 00:00');
    for (const { why, entryId, amount } of dataOf(await world.settlementOf(march)).lines) {
      expect(text).toContain(why);
      expect(text).toContain(entryId);
      expect(text).toContain(`${amount / 100}`);
    }
    expect(text).toContain('合计 2 笔');
    expect(text).toContain('357.16');
    expect(text).toContain('400.00');
    expect(count(text, '接单人签字')).toBe(2);
  });

  it('is one sheet for one trainer', async () => {
    const world = await makeReassigned();
    const { text } = await world.settlementOf(march, { ...page, trainer: 'sunqi' });
    expect(count(text, '<section>')).toBe(1);
    expect(text).toContain('接单人：孙七（sunqi）');
    expect(text).not.toContain('全部接单人');
  });

  it('says so when nothing was booked', async () => {
    const world = await makeSettlementWorld();
    const all = (await world.settlementOf(march, page)).text;
    expect(all).toContain('本月没有记账');
    expect(all).toContain('全部接单人');
    expect((await world.settlementOf(march, { ...page, trainer: 'T<1' })).text).toContain('接单人：T&lt;1');
  });

  it('shows whatever a name or a reason holds as text', async () => {
    const world = await makeSettlementWorld();
    const hostile = `</td><script>alert("1")</script><img src=x onerror='alert(2)'>&`;
    await world.book({ trainerName: hostile, trainerId: hostile, why: hostile });
    const { text } = await world.settlementOf(march, page);
    expect(text).not.toMatch(/<script|<img|onerror='/);
    expect(text).toContain('&lt;/td&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;');
  });

  it('may run no script and load nothing: its policy names just the style that it carries', async () => {
    const world = await makeReassigned();
    const { text, headers } = await world.settlementOf(march, page);
    const [, style = ''] = /<style>(.*)<\/style>/s.exec(text) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');
    expect(style).toContain('@page');
    expect(headers['content-security-policy']).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
  });
});
