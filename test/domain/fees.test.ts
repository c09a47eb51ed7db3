import { describe, expect, it } from 'vitest';
import type { Change } from '../../shared/domain/decision.ts';
import { expectedCourse, maintenanceDays, wantedLines } from '../../shared/domain/fee-lines.ts';
import { lineText, yuan } from '../../shared/domain/fee-texts.ts';
import { bookFees } from '../../shared/domain/fees.ts';
import { fireTimer } from '../../shared/domain/fire-timer.ts';
import type { LedgerEntry } from '../../shared/domain/ledger.ts';
import type { Order } from '../../shared/domain/order.ts';
import { currentPolicy } from '../../shared/domain/policies/policies.ts';
import type { Story } from '../support/build-order.ts';
import { at, buildFacts, buildOrder, makeStory, makeStoryIn, understood } from '../support/build-order.ts';

const fees = { training: 20_000, maintenance: 7_005 };
const successor = { trainer: { id: 'T2', name: '赵六' }, reason: '张三出差' };

/** Trained by 张三 on 9 March, day 1; so day 5 is 13 March and day 9 is 17 March. */
const trained = (paid = fees): Story => {
  const story = makeStory({ fees: paid });
  story.act('2025-03-09 13:55', 'confirm-needs', understood);
  story.act('2025-03-09 14:00', 'start-training');
  story.act('2025-03-09 16:00', 'finish-training');
  return story;
};

/** What the end of the maintenance period leads to. */
const endOf = (story: Story): Change => {
  story.until('2025-03-16 23:59:59');
  const { order } = story;
  const timer = order.timers.find(({ step }) => step === 'begin-acceptance')!;
  const fired = fireTimer(order, timer, buildFacts('2025-03-17 00:00'));
  if (fired.type !== 'change') throw new Error(fired.type);
  return fired.change;
};

const booked = (change: Change) =>
  (change.ledger ?? []).map(({ trainerId, kind, amount, days }) => ({ trainerId, kind, amount, days }));
const whys = (change: Change): string[] => (change.ledger ?? []).map(({ why }) => why);
const sum = (lines: readonly { amount: number }[]): number =>
  lines.reduce((total, { amount }) => total + amount, 0);

describe('the training fee', () => {
  it('R2.1 is booked when the training has ended, to the one who has held it, with rule, month, reason and evidence', () => {
    const story = makeStory({ fees });
    story.act('2025-03-09 13:55', 'confirm-needs', understood);
    story.act('2025-03-09 14:00', 'start-training');
    const { order, ledger } = story.act('2025-03-09 16:00', 'finish-training');
    const entry: LedgerEntry = {
      entryId: `A-1001.${order.version}.L1`,
      orderId: 'A-1001',
      at: at('2025-03-09 16:00'),
      month: '2025-03',
      kind: 'training',
      rule: 'R2.1',
      trainerId: 'T1',
      trainerName: '张三',
      amount: 20_000,
      days: [1],
      reverses: null,
      why: '工单 A-1001 的培训于 3月9日 16:00 结束，当时的接单人是张三，培训费 200.00 元归张三（规则 R2.1）。',
      evidence: [1, order.version],
    };
    expect(ledger).toEqual([entry]);
    expect(order.booked).toEqual([
      { entryId: entry.entryId, kind: 'training', trainerId: 'T1', amount: 20_000, days: [1] },
    ]);
  });

  it('R2.1 belongs to the month of Shanghai in which it is booked', () => {
    const story = makeStory(
      { acceptedAt: at('2025-03-31 10:00'), training: { startsAt: at('2025-03-31 22:00') } },
      '2025-03-31 10:00',
    );
    story.act('2025-03-31 21:55', 'confirm-needs', understood);
    story.act('2025-03-31 22:00', 'start-training');
    const { ledger } = story.act('2025-04-01 00:00', 'finish-training', { at: at('2025-03-31 23:59') });
    expect(ledger).toMatchObject([{ month: '2025-04' }]);
  });

  it('R2.1 stays with the one who has trained, though another one holds the order when the end is recorded', () => {
    const story = makeStory({ fees });
    story.act('2025-03-09 13:55', 'confirm-needs', understood);
    story.act('2025-03-09 14:00', 'start-training');
    story.act('2025-03-09 17:00', 'reassign', successor);
    const change = story.act('2025-03-09 18:00', 'finish-training', { at: at('2025-03-09 16:00') });
    expect(booked(change)).toEqual([{ trainerId: 'T1', kind: 'training', amount: 20_000, days: [1] }]);
    expect(change.ledger?.[0]?.evidence).toEqual([1, change.order.version]);
  });

  it('R2.1 goes to the one who has held the training’s end', () => {
    const story = makeStory({ fees });
    story.act('2025-03-09 13:55', 'confirm-needs', understood);
    story.act('2025-03-09 14:00', 'start-training');
    const { order } = story.act('2025-03-09 15:00', 'reassign', successor);
    const change = story.act('2025-03-09 16:00', 'finish-training');
    expect(booked(change)).toEqual([{ trainerId: 'T2', kind: 'training', amount: 20_000, days: [1] }]);
    expect(change.ledger?.[0]?.evidence).toEqual([order.version, change.order.version]);
  });

  it('R2.1 that is nothing is not booked', () => {
    expect(trained({ training: 0, maintenance: 0 }).order.booked).toEqual([]);
  });
});

describe('the maintenance fee', () => {
  it('R3.4 is booked when the seven days are over, as one line, and not before', () => {
    const story = trained();
    story.until('2025-03-16 23:59:59');
    expect(story.order.booked.map(({ kind }) => kind)).toEqual(['training']);
    const change = endOf(story);
    expect(booked(change)).toEqual([
      { trainerId: 'T1', kind: 'maintenance', amount: 7_005, days: [2, 3, 4, 5, 6, 7, 8] },
    ]);
    expect(change.ledger).toMatchObject([{ rule: 'R3.4', evidence: [1, change.order.version] }]);
    expect(whys(change)).toEqual([
      '工单 A-1001 的维护费 70.05 元平分到第 2–8 天，每天 10.00 元，除不尽的 5 分从第 2 天起每天加 1 分，每天归当天 00:00 的接单人：张三负责第 2–8 天（3/10–3/16）共 7 天，计 70.05 元（规则 R3.4）。',
    ]);
  });

  it('R3.4 reassigned on day 5: 4/7 to the predecessor, whose day it is, and 3/7 to the successor, the odd fen to the earlier days', () => {
    const story = trained();
    const { order } = story.act('2025-03-13 15:00', 'reassign', successor);
    const change = endOf(story);
    expect(booked(change)).toEqual([
      { trainerId: 'T1', kind: 'maintenance', amount: 4_004, days: [2, 3, 4, 5] },
      { trainerId: 'T2', kind: 'maintenance', amount: 3_001, days: [6, 7, 8] },
    ]);
    expect(change.ledger?.map(({ evidence }) => evidence)).toEqual([
      [1, order.version, change.order.version],
      [1, order.version, change.order.version],
    ]);
    expect(whys(change)).toEqual([
      '工单 A-1001 的维护费 70.05 元平分到第 2–8 天，每天 10.00 元，除不尽的 5 分从第 2 天起每天加 1 分，每天归当天 00:00 的接单人：张三负责第 2–5 天（3/10–3/13）共 4 天，计 40.04 元；第 6–8 天归赵六（规则 R3.4）。',
      '工单 A-1001 的维护费 70.05 元平分到第 2–8 天，每天 10.00 元，除不尽的 5 分从第 2 天起每天加 1 分，每天归当天 00:00 的接单人：赵六负责第 6–8 天（3/14–3/16）共 3 天，计 30.01 元；第 2–5 天归张三（规则 R3.4）。',
    ]);
  });

  it.each([
    ['at its first instant', '2025-03-13 00:00', [2, 3, 4]],
    ['one millisecond into it', '2025-03-12T16:00:00.001Z', [2, 3, 4, 5]],
    ['at its last second', '2025-03-13 23:59:59', [2, 3, 4, 5]],
  ])('R3.4 a change on day 5 %s', (_, time, days) => {
    const story = trained();
    story.act(time, 'reassign', successor);
    expect(endOf(story).ledger).toMatchObject([{ trainerId: 'T1', days }, { trainerId: 'T2' }]);
  });

  it('R3.4 of someone who holds the order again is one line with all of his days', () => {
    const story = trained();
    story.act('2025-03-11 10:00', 'reassign', successor);
    story.act('2025-03-14 10:00', 'reassign', { trainer: { id: 'T1', name: '张三' }, reason: '张三已回' });
    const change = endOf(story);
    expect(booked(change)).toEqual([
      { trainerId: 'T1', kind: 'maintenance', amount: 4_002, days: [2, 3, 7, 8] },
      { trainerId: 'T2', kind: 'maintenance', amount: 3_003, days: [4, 5, 6] },
    ]);
    expect(whys(change)[0]).toContain(
      '张三负责第 2–3、7–8 天（3/10–3/11、3/15–3/16）共 4 天，计 40.02 元；第 4–6 天归赵六',
    );
  });

  it('R3.3 pays nobody for two days that start under the emergency plan', () => {
    const story = trained();
    const { order: on } = story.act('2025-03-11 20:00', 'emergency-plan', { on: true, reason: '十月高峰' });
    const { order: off } = story.act('2025-03-13 09:00', 'emergency-plan', { on: false, reason: '已缓解' });
    const change = endOf(story);
    expect(booked(change)).toEqual([
      { trainerId: 'T1', kind: 'maintenance', amount: 5_003, days: [2, 3, 6, 7, 8] },
    ]);
    expect(change.ledger?.[0]?.evidence).toEqual([1, on.version, off.version, change.order.version]);
    expect(whys(change)[0]).toMatch(/；第 4–5 天开始时已启用应急方案，不计维护费（规则 R3.4）。$/);
    expect(
      maintenanceDays(change.order, currentPolicy).map(({ trainerId, emergency }) => [trainerId, emergency]),
    ).toEqual([
      ['T1', false],
      ['T1', false],
      [null, true],
      [null, true],
      ['T1', false],
      ['T1', false],
      ['T1', false],
    ]);
  });

  it('R3.3, R3.4 names as evidence who held the order and the emergency plan at each day’s start, each once and in order', () => {
    const story = trained();
    const { order: on } = story.act('2025-03-11 09:00', 'emergency-plan', { on: true, reason: '十月高峰' });
    const { order: moved } = story.act('2025-03-11 10:00', 'reassign', successor);
    const change = endOf(story);
    expect(change.ledger?.map(({ evidence }) => evidence)).toEqual([
      [1, on.version, moved.version, change.order.version],
    ]);
  });

  it('R3.3 does pay for them under a policy that says so', () => {
    const story = trained();
    story.act('2025-03-11 20:00', 'emergency-plan', { on: true, reason: '十月高峰' });
    story.until('2025-03-17 00:00');
    const policy = { ...currentPolicy, fees: { ...currentPolicy.fees, emergencyDays: 'paid' as const } };
    expect(maintenanceDays(story.order, policy)[4]).toMatchObject({ trainerId: 'T1', emergency: true });
    const [, maintenance] = wantedLines(story.order, policy);
    expect(maintenance).toMatchObject({ trainerId: 'T1', amount: 7_005 });
    expect(lineText(story.order, maintenance!, policy)).not.toContain('应急');
  });

  it('R3.4 of fewer fen than days goes to the first days, and lines of nothing are left out', () => {
    const story = trained({ training: 0, maintenance: 3 });
    story.act('2025-03-13 15:00', 'reassign', successor);
    const change = endOf(story);
    expect(booked(change)).toEqual([{ trainerId: 'T1', kind: 'maintenance', amount: 3, days: [2, 3, 4, 5] }]);
    expect(whys(change)[0]).toContain(
      '维护费 0.03 元平分到第 2–8 天，每天 0.00 元，除不尽的 3 分从第 2 天起每天加 1 分',
    );
  });

  it('R3.4 that divides evenly has no odd fen to tell of', () => {
    expect(whys(endOf(trained({ training: 0, maintenance: 7_000 })))[0]).toContain(
      '每天 10.00 元，每天归当天 00:00 的接单人',
    );
  });
});

describe('a cancelled order', () => {
  it('R3.4 pays the maintenance days that had begun', () => {
    const story = trained();
    story.act('2025-03-11 15:00', 'reassign', successor);
    const change = story.cancel('2025-03-13 11:00');
    expect(booked(change)).toEqual([
      { trainerId: 'T1', kind: 'maintenance', amount: 2_002, days: [2, 3] },
      { trainerId: 'T2', kind: 'maintenance', amount: 2_002, days: [4, 5] },
    ]);
    expect(whys(change)[0]).toMatch(
      /；第 4–5 天归赵六；工单于 3月13日 11:00 取消，此后的第 6–8 天不计（规则 R3.4）。$/,
    );
  });

  it.each([
    ['the last instant of the training day', '2025-03-09 23:59:59', []],
    ['the first instant of day 2', '2025-03-10 00:00', [2]],
    ['day 9', '2025-03-17 08:00', null],
  ])('R3.4 at %s pays just the days that had begun', (_, time, days) => {
    const { ledger } = trained().cancel(time);
    const paid = ledger?.map((line) => line.days);
    expect(paid).toEqual(days === null || days.length === 0 ? [] : [days]);
  });

  it('R3.4 cancelled on day 8 says nothing of days that did not begin, as all of them did', () => {
    const change = trained().cancel('2025-03-16 12:00');
    expect(whys(change)[0]).toMatch(/共 7 天，计 70.05 元（规则 R3.4）。$/);
  });

  it('R3.3 does not call a day that never began one of the emergency plan', () => {
    const story = trained();
    story.act('2025-03-11 20:00', 'emergency-plan', { on: true, reason: '十月高峰' });
    const change = story.cancel('2025-03-13 11:00');
    expect(whys(change)[0]).toMatch(
      /；第 4–5 天开始时已启用应急方案，不计维护费；工单于 3月13日 11:00 取消，此后的第 6–8 天不计（规则 R3.4）。$/,
    );
  });

  it.each([
    ['before the training', (story: Story) => story.cancel('2025-03-09 12:00')],
    [
      'while the training goes on',
      (story: Story) => {
        story.act('2025-03-09 13:55', 'confirm-needs', understood);
        story.act('2025-03-09 14:00', 'start-training');
        return story.cancel('2025-03-12 12:00');
      },
    ],
  ])('R2.1 pays nothing when it is cancelled %s', (_, cancel) => {
    const { order, ledger } = cancel(makeStory({ fees }));
    expect({ ledger, booked: order.booked }).toEqual({ ledger: [], booked: [] });
    expect(maintenanceDays(order, currentPolicy).map(({ trainerId }) => trainerId)).toEqual(
      Array.from({ length: 7 }, () => null),
    );
  });
});

describe('the ledger', () => {
  it('R3.4 gets a counter-entry and a new one when the CRM amends a fee that is booked', () => {
    const story = trained();
    story.until('2025-03-17 00:00');
    const [training, maintenance] = story.order.booked;
    const amended = story.amend('2025-04-02 10:00', { fees: { training: 20_000, maintenance: 8_400 } });
    const { version } = amended.order;
    expect(amended.ledger).toMatchObject([
      {
        entryId: `A-1001.${version}.L1`,
        month: '2025-04',
        kind: 'maintenance',
        rule: 'R3.4',
        trainerId: 'T1',
        trainerName: '张三',
        amount: -7_005,
        days: [2, 3, 4, 5, 6, 7, 8],
        reverses: maintenance!.entryId,
        why: `冲正分录 ${maintenance!.entryId}：工单内容有变，张三的维护费由 70.05 元（第 2–8 天）改为 84.00 元（第 2–8 天），原记账全额冲回后重新入账（规则 R3.4）。`,
        evidence: [1, version],
      },
      { entryId: `A-1001.${version}.L2`, month: '2025-04', amount: 8_400, reverses: null },
    ]);
    expect(amended.order.booked).toEqual([
      training,
      { ...maintenance, entryId: `A-1001.${version}.L2`, amount: 8_400 },
    ]);
  });

  it('R2.1 gets only a counter-entry when nothing is owed any more', () => {
    const story = trained();
    const [training] = story.order.booked;
    const { ledger, order } = story.amend('2025-03-10 10:00', { fees: { training: 0, maintenance: 0 } });
    expect(ledger).toMatchObject([
      {
        amount: -20_000,
        reverses: training!.entryId,
        why: `冲正分录 ${training!.entryId}：工单内容有变，张三的培训费 200.00 元（第 1 天）不再成立，全额冲回（规则 R2.1）。`,
      },
    ]);
    expect(order.booked).toEqual([]);
  });

  it('R3.4 is booked once: the same order books nothing again, at any later time', () => {
    const change = endOf(trained());
    const later: Order = { ...change.order, version: change.order.version + 1 };
    expect(bookFees(later, buildFacts('2025-05-01 00:00'))).toEqual({ order: later, ledger: [] });
  });

  it('R3.4 stands as it is when the order is closed', () => {
    const { order } = endOf(trained());
    const closed: Order = { ...order, stage: 'closed', endedAt: at('2025-03-18 10:00') };
    expect(bookFees(closed, buildFacts('2025-03-18 10:00')).ledger).toEqual([]);
    expect(wantedLines(closed, currentPolicy)).toHaveLength(2);
  });

  it('R2.1 moves from one trainer to another one when the record says that it was the other’s', () => {
    const { order } = trained();
    const [line] = order.booked;
    const { ledger } = bookFees(
      { ...order, booked: [{ ...line!, trainerId: 'T2' }] },
      buildFacts('2025-03-10 10:00'),
    );
    expect(ledger).toMatchObject([
      { trainerId: 'T2', amount: -20_000, why: expect.stringContaining('不再成立，全额冲回') },
      { trainerId: 'T1', amount: 20_000, reverses: null },
    ]);
  });

  it('R3.4 keeps what has not changed when a part does', () => {
    const story = trained();
    story.act('2025-03-13 15:00', 'reassign', successor);
    const { order } = endOf(story);
    const paid = { ...order, version: order.version + 1, fees: { ...fees, maintenance: 7_004 } };
    const { ledger } = bookFees(paid, buildFacts('2025-03-18 10:00'));
    expect(ledger.map(({ trainerId, amount }) => [trainerId, amount])).toEqual([
      ['T2', -3_001],
      ['T2', 3_000],
    ]);
    expect(sum(ledger)).toBe(-1);
  });

  it('R3.4 counter-books a line whose days have changed though its amount has not', () => {
    const { order } = endOf(trained({ training: 0, maintenance: 7_000 }));
    const [line] = order.booked;
    const other = { ...order, booked: [{ ...line!, days: [2, 3, 4] }] };
    expect(bookFees(other, buildFacts('2025-03-18 10:00')).ledger).toHaveLength(2);
  });

  it('R3.4 names a trainer of whom the record knows no holding by the id', () => {
    const order = buildOrder();
    const stray = {
      entryId: 'A-1001.1.L1',
      kind: 'training' as const,
      trainerId: 'T9',
      amount: 1,
      days: [1],
    };
    const { ledger } = bookFees({ ...order, booked: [stray] }, buildFacts('2025-03-08 11:00'));
    expect(ledger).toMatchObject([{ trainerName: 'T9', amount: -1 }]);
  });
});

describe('what is to be expected', () => {
  const expected = (order: Order, now: string) => {
    const course = expectedCourse(order, at(now));
    return wantedLines(course, currentPolicy).map((line) => ({
      ...line,
      why: lineText({ ...course, orderId: order.orderId, training: order.training }, line, currentPolicy),
    }));
  };

  it('R2.1, R3.4 is the whole fee for the trainer of a new order', () => {
    expect(expected(buildOrder({ fees }), '2025-03-08 11:00')).toMatchObject([
      {
        trainerId: 'T1',
        amount: 20_000,
        why: '工单 A-1001 的培训结束时，接单人应是张三，培训费 200.00 元归张三（规则 R2.1）。',
      },
      { trainerId: 'T1', amount: 7_005, days: [2, 3, 4, 5, 6, 7, 8] },
    ]);
    const unplanned = buildOrder({ fees, training: { startsAt: null } });
    expect(expected(unplanned, '2025-03-08 11:00')).toMatchObject([{ amount: 20_000 }, { amount: 7_005 }]);
  });

  it('R3.4 follows a hand-over that is planned', () => {
    const story = trained();
    story.act('2025-03-11 10:00', 'reassign', { ...successor, at: at('2025-03-14 00:00') });
    expect(expected(story.order, '2025-03-11 11:00')).toMatchObject([
      { kind: 'training', trainerId: 'T1' },
      { trainerId: 'T1', days: [2, 3, 4, 5] },
      { trainerId: 'T2', days: [6, 7, 8] },
    ]);
  });

  it('R2.1 goes to the new trainer of a training that is late', () => {
    const story = makeStory({ fees });
    story.act('2025-03-09 20:00', 'reassign', successor);
    expect(expected(story.order, '2025-03-09 20:00')[0]).toMatchObject({ trainerId: 'T2' });
  });

  it('R3.4 is what is booked once the order has ended', () => {
    const story = trained();
    story.cancel('2025-03-13 11:00');
    const { order } = story;
    expect(expected(order, '2025-04-01 00:00')).toMatchObject(
      order.booked.map(({ kind, trainerId, amount, days }) => ({ kind, trainerId, amount, days })),
    );
  });
});

describe('yuan', () => {
  it.each([
    [0, '0.00'],
    [5, '0.05'],
    [-5, '-0.05'],
    [10, '0.10'],
    [100, '1.00'],
    [-123_456, '-1234.56'],
    [Number.MAX_SAFE_INTEGER, '90071992547409.91'],
  ])('of %d fen are %s', (fen, text) => {
    expect(yuan(fen)).toBe(text);
  });
});

describe('a planned hand-over whose timer comes late', () => {
  it('R3.4 gives the day to the successor from the time that was planned', () => {
    const story = makeStoryIn('maintenance');
    const trainer = { id: 'T2', name: '赵六' };
    const plan = { trainer, reason: '出差', at: '2025-03-13T00:00:00+08:00' };
    story.act('2025-03-10 09:00', 'reassign', plan);
    const timer = story.order.timers.find(({ step }) => step === 'reassign')!;
    const fired = fireTimer(story.order, timer, buildFacts('2025-03-13 00:00:30'));
    if (fired.type !== 'change') throw new Error(fired.type);
    const owners = maintenanceDays(fired.change.order, currentPolicy).map(({ trainerId }) => trainerId);
    expect(owners).toEqual(['T1', 'T1', 'T1', 'T2', 'T2', 'T2', 'T2']);
    expect(fired.change.facts).toMatchObject({ trainer: 'T2', from: at('2025-03-13 00:00') });
  });
});
