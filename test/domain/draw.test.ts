import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compareText } from '../../shared/domain/compare-text.ts';
import { drawAfter, drawOfMonth } from '../../shared/domain/draw/draw-calendar.ts';
import type { Closing, Detection, DrawRecord, TakeRule } from '../../shared/domain/draw/draw-record.ts';
import { drawRecordSchema } from '../../shared/domain/draw/draw-record.ts';
import type { Finding } from '../../shared/domain/draw/findings.ts';
import { findingText } from '../../shared/domain/draw/findings.ts';
import { holdDraw } from '../../shared/domain/draw/hold-draw.ts';
import { populationHash } from '../../shared/domain/draw/population.ts';
import { rateInterval } from '../../shared/domain/draw/rate-interval.ts';
import { detects, missProbability, sampleSize } from '../../shared/domain/draw/sample-size.ts';
import { sampleOf } from '../../shared/domain/draw/sample.ts';
import { takesOf } from '../../shared/domain/draw/take.ts';
import { shownTicket, ticketsOf } from '../../shared/domain/draw/ticket.ts';
import { verifyRecord } from '../../shared/domain/draw/verify-record.ts';
import type { Instant } from '../../shared/domain/instant.ts';
import { toInstant } from '../../shared/domain/instant.ts';

/** Shanghai's clock, `2025-03-31 09:00`, or with seconds. */
const at = (clock: string): Instant => toInstant(`${clock.replace(' ', 'T')}+08:00`);

const fixture = (name: string): any =>
  JSON.parse(readFileSync(new URL(`../fixtures/draw/${name}.json`, import.meta.url), 'utf8'));

type SeedVectors = { seed: string; tickets: string[]; order: string[]; shown: string[] };
const vectors: { ids: string[]; seeds: SeedVectors[] } = fixture('tickets');
type SizeVector = Detection & { population: number; defects: number; size: number };
const sizeVectors: SizeVector[] = fixture('sample-sizes');
const record: DrawRecord = drawRecordSchema.parse(fixture('record'));

describe('the day of the draw', () => {
  it.each([
    ['2025-02', '2025-02-24 09:00'],
    ['2025-03', '2025-03-31 09:00'],
    ['2025-06', '2025-06-30 09:00'],
    ['2025-08', '2025-08-25 09:00'],
    ['2025-12', '2025-12-29 09:00'],
    ['2028-02', '2028-02-28 09:00'],
  ])('R5.2 of %s is its last Monday, %s', (month, draw) => {
    expect(drawOfMonth(at(`${month}-01 00:00`))).toBe(at(draw));
    expect(drawOfMonth(at(`${month}-28 23:59`))).toBe(at(draw));
  });

  it.each([
    ['a millisecond before it', '2025-03-31 08:59:59.999', '2025-03-31 09:00'],
    ['at its instant', '2025-03-31 09:00', '2025-04-28 09:00'],
    ['later in its month', '2025-02-25 10:00', '2025-03-31 09:00'],
    ['on the first instant of a Shanghai month', '2025-04-01 00:00', '2025-04-28 09:00'],
    ['after the last one of a year', '2025-12-31 10:00', '2026-01-26 09:00'],
  ])('R5.2 a training %s is covered by the draw that follows', (_, training, draw) => {
    expect(drawAfter(at(training))).toBe(at(draw));
  });
});

describe('a ticket', () => {
  it.each(vectors.seeds)(
    'R5.2 is the reference program’s, digit for digit, under the seed $seed',
    (vector) => {
      const ticketOf = ticketsOf(vector.seed);
      expect(vectors.ids.map(ticketOf)).toEqual(vector.tickets);
    },
  );

  it.each(vectors.seeds)('R5.2 is drawn in the reference program’s order under the seed $seed', (vector) => {
    const members = vectors.ids.map((id) => ({ id, stratum: 'T1' }));
    const drawn = sampleOf(members, vector.seed, new Map([['T1', 50]]));
    expect(drawn.map(({ id }) => id)).toEqual(vector.order);
    expect(drawn.map(({ ticket }) => shownTicket(ticket))).toEqual(vector.shown);
  });

  it('R5.2 is that of the example in the program’s own documentation', () => {
    expect(ticketsOf('01382438112797316654')('AB-130')).toBe(
      '0.26299714122838008416507544297546663599715395525154425586041245287750224561854',
    );
  });

  it('R5.2 is shown up to nine digits after its nines', () => {
    expect(shownTicket('0.98281715721234', 9)).toBe('0.9828171572');
    expect(shownTicket('0.9991234567890', 4)).toBe('0.9991234');
    expect(shownTicket('0.999', 4)).toBe('0.999');
    expect(shownTicket('0.1234567890')).toBe('0.123456789');
  });
});

describe('text', () => {
  it('R5.2 is sorted by code points, as bytes of UTF-8 are', () => {
    const sorted = ['', 'A-1', 'A-10', 'A-2', 'a', '单', '\uFFFD', '😀', '𠮷'];
    expect(sorted.toReversed().toSorted(compareText)).toEqual(sorted);
    expect(['\uFFFD', '😀'].toSorted()).toEqual(['😀', '\uFFFD']);
  });
});

const sizes = [
  { id: 'T1', size: 50 },
  { id: 'T2', size: 30 },
  { id: 'T3', size: 19 },
  { id: 'T4', size: 1 },
];
const takes = (rule: TakeRule, of = sizes): number[] => takesOf(of, rule).map(({ take }) => take);

describe('the number of orders drawn', () => {
  it.each<[string, TakeRule, number[]]>([
    ['a rate', { by: 'rate', rateBp: 1_000 }, [4, 3, 2, 1]],
    ['a rate, rounded up', { by: 'rate', rateBp: 1_001 }, [5, 3, 2, 1]],
    ['a rate without a rounding error', { by: 'rate', rateBp: 700 }, [3, 2, 1, 1]],
    ['all', { by: 'rate', rateBp: 10_000 }, [50, 30, 19, 1]],
    ['a number', { by: 'number', orders: 20 }, [9, 6, 4, 1]],
    ['more than there are', { by: 'number', orders: 101 }, [50, 30, 19, 1]],
    ['fewer than there are strata', { by: 'number', orders: 1 }, [1, 1, 1, 1]],
  ])('R5.2 follows %s, at least one of each trainer', (_, rule, expected) => {
    expect(takes(rule)).toEqual(expected);
  });

  it('R5.2 in a tie goes to the first id, in whatever sequence the strata are given', () => {
    const equal = ['T3', 'T1', 'T2'].map((id) => ({ id, size: 4 }));
    expect(takesOf(equal, { by: 'number', orders: 4 })).toEqual([
      { id: 'T1', size: 4, take: 2 },
      { id: 'T2', size: 4, take: 1 },
      { id: 'T3', size: 4, take: 1 },
    ]);
  });

  it('R5.2 of a stratum without an order, or of no strata, is none', () => {
    expect(takesOf([{ id: 'T1', size: 0 }], { by: 'number', orders: 3 })).toEqual([]);
    expect(takesOf([], { by: 'confidence', confidenceBp: 9_500, tolerableBp: 500 })).toEqual([]);
  });

  it('R5.2 is never less where more are drawn in all, unlike with largest remainders (the Alabama paradox)', () => {
    const paradox = [
      { id: 'T1', size: 60 },
      { id: 'T2', size: 60 },
      { id: 'T3', size: 20 },
    ];
    const byRemainders = (total: number): number[] => {
      const quotas = paradox.map(({ size }) => (size * total) / 140);
      const rest = total - quotas.reduce((sum, quota) => sum + Math.floor(quota), 0);
      const ranked = quotas.map((quota) => quota % 1).toSorted((a, b) => b - a);
      return quotas.map((quota) => Math.floor(quota) + (quota % 1 >= ranked[rest - 1]! ? 1 : 0));
    };
    expect([byRemainders(10), byRemainders(11)]).toEqual([
      [4, 4, 2],
      [5, 5, 1],
    ]);
    expect([10, 11, 12].map((orders) => takes({ by: 'number', orders }, paradox))).toEqual([
      [5, 4, 1],
      [5, 5, 1],
      [5, 5, 2],
    ]);
  });

  it('R5.2 by confidence is what one population needs, and more where strata make a defect easier to miss', () => {
    const rule = { by: 'confidence', confidenceBp: 9_500, tolerableBp: 500 } as const;
    expect(takes(rule, [{ id: 'T1', size: 100 }])).toEqual([45]);
    const parted = takesOf(
      [40, 30, 20, 10].map((size, index) => ({ id: `T${index}`, size })),
      rule,
    );
    expect(parted.map(({ take }) => take)).toEqual([18, 14, 9, 5]);
    expect(detects(parted, rule)).toBe(true);
  });
});

describe('the size of a sample', () => {
  it.each(sizeVectors)(
    'R5.2 for $population orders, $confidenceBp and $tolerableBp basis points is $size',
    ({ population, confidenceBp, tolerableBp, defects, size }) => {
      expect(sampleSize(population, { confidenceBp, tolerableBp })).toEqual({
        size,
        defects,
        enough: size < population,
      });
    },
  );

  it.each([
    [9_500, 500, 59, 50_000],
    [9_500, 100, 299, 10_000],
    [9_900, 100, 459, 10_000],
    [9_900, 500, 90, 50_000],
  ])(
    'R5.2 for a million orders, %d and %d basis points is the textbook’s %d',
    (confidenceBp, tolerableBp, size, defects) => {
      expect(sampleSize(1_000_000, { confidenceBp, tolerableBp })).toEqual({ size, defects, enough: true });
    },
  );

  it('R5.2 is exact where the risk is met to the last digit, for a million orders too', () => {
    const oneDefect = { confidenceBp: 9_500, tolerableBp: 1 };
    expect(sampleSize(20, oneDefect)).toEqual({ size: 19, defects: 1, enough: true });
    expect(sampleSize(10_000, oneDefect)).toEqual({ size: 9_500, defects: 1, enough: true });
    // This one was computed a second time in Python's whole numbers.
    expect(sampleSize(1_000_000, oneDefect)).toEqual({ size: 29_512, defects: 100, enough: true });
  });

  it('R5.2 says when there are too few orders: only checking all of them is as sure', () => {
    const wanted = { confidenceBp: 9_500, tolerableBp: 500 };
    expect(sampleSize(19, wanted)).toEqual({ size: 19, defects: 1, enough: false });
    expect(sampleSize(1, wanted)).toEqual({ size: 1, defects: 1, enough: false });
    expect(sampleSize(0, wanted)).toEqual({ size: 0, defects: 1, enough: false });
  });

  it('R5.2 leaves a risk that can be told', () => {
    expect(missProbability([{ size: 20, take: 19 }], 1)).toBeCloseTo(0.05, 12);
    expect(missProbability([{ size: 1_000_000, take: 59 }], 50_000)).toBeCloseTo(0.048491, 5);
    expect(missProbability([{ size: 20, take: 18 }], 3)).toBe(0);
    expect(missProbability([{ size: 20, take: 0 }], 3)).toBe(1);
    expect(
      missProbability(
        [
          { size: 3, take: 0 },
          { size: 2, take: 1 },
        ],
        4,
      ),
    ).toBeCloseTo(0.5, 12);
  });
});

describe('the interval of a rate', () => {
  // Clopper and Pearson's binomial interval, which a large population comes near: the closed forms, and R's binom.test.
  it.each([
    [0, 10, 0, 0.3085],
    [1, 10, 0.00253, 0.44502],
    [5, 10, 0.18709, 0.81291],
    [10, 10, 0.6915, 1],
    [0, 59, 0, 0.06061],
  ])('R5.4 of %d in %d is Clopper and Pearson’s', (found, checked, low, high) => {
    const population = 1_000_000;
    const interval = rateInterval({ population, checked, found }, 9_500);
    expect(interval.low / population).toBeCloseTo(low, 4);
    expect(interval.high / population).toBeCloseTo(high, 4);
  });

  it('R5.4 knows what is certain: what was found is there, and what was found sound is not defective', () => {
    expect(rateInterval({ population: 20, checked: 20, found: 3 }, 9_500)).toEqual({ low: 3, high: 3 });
    expect(rateInterval({ population: 20, checked: 19, found: 0 }, 9_500)).toEqual({ low: 0, high: 1 });
    expect(rateInterval({ population: 5, checked: 1, found: 1 }, 9_500)).toEqual({ low: 1, high: 5 });
    expect(rateInterval({ population: 5, checked: 0, found: 0 }, 9_500)).toEqual({ low: 0, high: 5 });
  });
});

const closing: Closing = {
  month: record.month,
  closedAt: record.population.closedAt,
  spec: record.spec,
};

describe('a draw', () => {
  const members = record.tickets.map(({ id, stratum }) => ({ id, stratum }));

  it('R5.2 gives the record of the published vectors', () => {
    expect(holdDraw(closing, members, record.seed)).toEqual(record);
    expect(verifyRecord(record)).toEqual([]);
  });

  it('R5.2 refuses an order that comes twice, and one of a stratum that has no take', () => {
    expect(() => holdDraw(closing, [...members, members[0]!], record.seed)).toThrow(RangeError);
    expect(() => sampleOf(members, 'seed', new Map([['T1', 1]]))).toThrow('no take for stratum');
  });

  it('R5.2 takes a population only in the order of its ids, each once', () => {
    const [a, b] = [
      { id: 'A-1', stratum: 'T1' },
      { id: 'A-2', stratum: 'T1' },
    ];
    expect(populationHash(closing, [a, b])).toMatch(/^[0-9a-f]{64}$/);
    expect(() => populationHash(closing, [b, a])).toThrow('A-1 does not follow A-2');
    expect(() => populationHash(closing, [a, a])).toThrow('A-1 does not follow A-1');
  });

  it('R5.2 without any order is a record too', () => {
    const none = holdDraw(closing, [], record.seed);
    expect(none).toMatchObject({ strata: [], tickets: [], sample: [] });
    expect(verifyRecord(none)).toEqual([]);
  });
});

/** The record with one thing changed. */
const changed = (change: (draft: DrawRecord) => void): DrawRecord => {
  const draft = structuredClone(record);
  change(draft);
  return draft;
};

const [lowest] = record.tickets;
const [pick] = record.sample;
const hash = expect.stringMatching(/^[0-9a-f]{64}$/);
const otherPopulation = { type: 'population-changed', published: record.population.sha256, computed: hash };
const undrawn = record.tickets.findLast(({ stratum }) => stratum === 'T1')!;
const sizeOf = (id: string): number => record.strata.find((stratum) => stratum.id === id)!.size;

describe('the check of a record', () => {
  it.each<[string, DrawRecord, unknown[]]>([
    [
      'an order left out of the population',
      changed(({ population }) => population.ids.splice(3, 1)),
      [{ type: 'order-left-out', id: record.population.ids[3] }, otherPopulation],
    ],
    [
      'an order without a ticket',
      changed(({ tickets }) => tickets.splice(0, 1)),
      [{ type: 'ticket-missing', id: lowest!.id }],
    ],
    [
      'another seed',
      changed(({ seed }) => {
        seed.value = seed.value.replace('1', '2');
      }),
      [{ type: 'seed-changed' }],
    ],
    [
      'another ticket',
      changed(({ tickets }) => {
        tickets[4]!.ticket = '0.00001';
      }),
      [
        {
          type: 'ticket-changed',
          id: record.tickets[4]!.id,
          published: '0.00001',
          computed: record.tickets[4]!.ticket,
        },
      ],
    ],
    [
      'a source of the seed that nobody named',
      changed(({ seed }) => {
        seed.source = 'dice';
      }),
      [{ type: 'seed-source-unnamed', source: 'dice' }],
    ],
    [
      'another month',
      changed((draft) => {
        draft.month = '2025-04';
      }),
      [otherPopulation],
    ],
    [
      'another size',
      changed(({ strata }) => {
        strata[0]!.size += 1;
      }),
      [{ type: 'stratum-size', id: 'T1', published: sizeOf('T1') + 1, computed: sizeOf('T1') }],
    ],
    [
      'another take',
      changed(({ strata }) => {
        strata[0]!.take += 1;
      }),
      [{ type: 'stratum-take', id: 'T1', published: 7, computed: 6 }],
    ],
    [
      'a stratum without its share',
      changed(({ strata }) => {
        strata[3]!.take = 0;
      }),
      [{ type: 'stratum-without-share', id: 'T5' }],
    ],
    [
      'a stratum that is missing',
      changed(({ strata }) => strata.pop()),
      [{ type: 'stratum-missing', id: '接单人三' }],
    ],
    [
      'a stratum that nobody has',
      changed(({ strata }) => strata.push({ id: '陌生人', size: 0, take: 0 })),
      [{ type: 'stratum-unknown', id: '陌生人' }],
    ],
    [
      'a pick that is missing',
      changed(({ sample }) => sample.splice(0, 1)),
      [{ type: 'pick-missing', ...pick }],
    ],
    [
      'a pick that was not drawn',
      changed(({ sample }) => sample.push({ id: undrawn.id, stratum: 'T1', order: 7 })),
      [{ type: 'pick-unearned', id: undrawn.id, stratum: 'T1', order: 7 }],
    ],
    [
      'a pick in another place',
      changed(({ sample }) => {
        sample[0]!.order = 9;
      }),
      [
        {
          type: 'pick-moved',
          id: pick!.id,
          published: { stratum: 'T1', order: 9 },
          computed: { stratum: 'T1', order: 1 },
        },
      ],
    ],
    [
      'an order that is listed twice',
      changed(({ population }) => population.ids.push(population.ids.at(-1)!)),
      [{ type: 'listed-twice', list: 'population', id: record.population.ids.at(-1) }],
    ],
    [
      'lists in another sequence',
      changed(({ population, tickets, strata, sample }) =>
        [population.ids, tickets, strata, sample].forEach((list) => list.push(list.shift() as never)),
      ),
      ['population', 'tickets', 'strata', 'sample'].map((list) => ({ type: 'out-of-sequence', list })),
    ],
    [
      'what is no record',
      changed((draft) => {
        draft.population.closedAt = 'yesterday' as never;
      }),
      [{ type: 'malformed', where: 'population.closedAt', problem: expect.any(String) }],
    ],
  ])('R5.2 finds %s, and says that and nothing else', (_, manipulated, findings) => {
    expect(verifyRecord(manipulated)).toEqual(findings);
  });

  it('R5.2 finds an order left out everywhere, by the hash, its trainer’s number of orders and what follows from it', () => {
    const without = changed((draft) => {
      draft.population.ids = draft.population.ids.filter((id) => id !== undrawn.id);
      draft.tickets = draft.tickets.filter(({ id }) => id !== undrawn.id);
    });
    expect(verifyRecord(without)).toEqual([
      otherPopulation,
      { type: 'stratum-size', id: 'T1', published: sizeOf('T1'), computed: sizeOf('T1') - 1 },
      { type: 'stratum-take', id: 'T1', published: 6, computed: 5 },
      { type: 'stratum-take', id: 'T4', published: 1, computed: 2 },
      { type: 'pick-missing', id: 'A-1029', stratum: 'T4', order: 2 },
      { type: 'pick-unearned', id: 'A-1006', stratum: 'T1', order: 6 },
    ]);
  });

  it('R5.2 finds a trainer exchanged after the closing, though every ticket is right', () => {
    const moved = changed(({ tickets }) => {
      tickets.find(({ id }) => id === undrawn.id)!.stratum = 'T5';
    });
    expect(verifyRecord(moved).map(({ type }) => type)).toContain('population-changed');
  });

  it('R5.2 needs the announcements to find a record that was made anew as a whole', () => {
    const announced = { sha256: record.population.sha256, seed: record.seed.value };
    const members = record.tickets.filter(({ id }) => id !== undrawn.id);
    const forged = holdDraw(closing, members, { ...record.seed, value: 'mine' });
    expect(verifyRecord(record, announced)).toEqual([]);
    expect(verifyRecord(forged)).toEqual([]);
    expect(verifyRecord(forged, announced)).toEqual([
      {
        type: 'announcement-differs',
        what: 'hash',
        announced: announced.sha256,
        published: forged.population.sha256,
      },
      { type: 'announcement-differs', what: 'seed', announced: announced.seed, published: 'mine' },
    ]);
  });

  it('R5.2 leaves what was targeted by hand out of the draw', () => {
    const targeted = [{ id: undrawn.id, reason: '客户投诉' }];
    expect(holdDraw(closing, record.tickets, record.seed, targeted)).toEqual({ ...record, targeted });
    expect(verifyRecord({ ...record, targeted })).toEqual([]);
    expect(verifyRecord({ ...record, targeted: [...targeted, ...targeted] })).toEqual([
      { type: 'listed-twice', list: 'targeted', id: undrawn.id },
    ]);
  });
});

describe('a finding', () => {
  const place = { stratum: 'T1', order: 2 };
  it.each<[Finding, string]>([
    [{ type: 'malformed', where: 'month', problem: '无效' }, '这不是有效的抽签记录：month 处 无效。'],
    [
      { type: 'announcement-differs', what: 'seed', announced: 'a', published: 'b' },
      '记录里的种子是 b，与公布过的 a 不一致。',
    ],
    [{ type: 'seed-source-unnamed', source: 'dice' }, '种子来源 dice 不在事先公布的来源之列。'],
    [{ type: 'listed-twice', list: 'tickets', id: 'A-1' }, '签号表里 A-1 重复出现。'],
    [{ type: 'out-of-sequence', list: 'strata' }, '分组表的排列次序被改过。'],
    [{ type: 'order-left-out', id: 'A-1' }, '工单 A-1 有签号或已被抽中，却不在名单里：名单漏掉了它。'],
    [
      { type: 'population-changed', published: 'a', computed: 'b' },
      '名单指纹不符：公布的是 a，按记录重算是 b；名单封存之后，工单、接单人、月份、封存时间或抽取规则被改过。',
    ],
    [{ type: 'ticket-missing', id: 'A-1' }, '工单 A-1 在名单里，却没有签号。'],
    [
      { type: 'ticket-changed', id: 'A-1', published: '0.1', computed: '0.2' },
      '工单 A-1 的签号被改过：记录里是 0.1，由种子算出的是 0.2。',
    ],
    [{ type: 'seed-changed' }, '没有一个签号能由记录里的种子算出：种子被改过，或者全部签号都被换过。'],
    [{ type: 'stratum-missing', id: 'T1' }, '接单人 T1 有工单，分组表里却没有这一组。'],
    [{ type: 'stratum-unknown', id: 'T1' }, '分组表里的接单人 T1 没有任何工单。'],
    [{ type: 'stratum-without-share', id: 'T1' }, '接单人 T1 有工单，却没有分到抽取数量；每组至少抽 1 单。'],
    [
      { type: 'stratum-size', id: 'T1', published: 4, computed: 5 },
      '接单人 T1 的工单数不符：记录里是 4，实际是 5。',
    ],
    [
      { type: 'stratum-take', id: 'T1', published: 1, computed: 2 },
      '接单人 T1 的抽取数量不符：记录里是 1，按规则应为 2。',
    ],
    [
      { type: 'pick-missing', id: 'A-1', ...place },
      '工单 A-1 应当抽中（接单人 T1 组第 2 位），抽中名单里却没有。',
    ],
    [
      { type: 'pick-unearned', id: 'A-1', ...place },
      '工单 A-1 不应抽中，抽中名单里却把它列为接单人 T1 组第 2 位。',
    ],
    [
      { type: 'pick-moved', id: 'A-1', published: place, computed: { stratum: 'T2', order: 1 } },
      '工单 A-1 应是接单人 T2 组第 1 位，抽中名单里却写成接单人 T1 组第 2 位。',
    ],
  ])('R5.2 tells people what is wrong: %o', (finding, text) => {
    expect(findingText(finding)).toBe(text);
  });
});
