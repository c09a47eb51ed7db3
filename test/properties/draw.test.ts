import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareText } from '../../shared/domain/compare-text.ts';
import { drawAfter, drawOfMonth } from '../../shared/domain/draw/draw-calendar.ts';
import type { Closing, DrawRecord, TakeRule } from '../../shared/domain/draw/draw-record.ts';
import { findingText } from '../../shared/domain/draw/findings.ts';
import { holdDraw } from '../../shared/domain/draw/hold-draw.ts';
import type { Member } from '../../shared/domain/draw/population.ts';
import { populationHash } from '../../shared/domain/draw/population.ts';
import { rateInterval } from '../../shared/domain/draw/rate-interval.ts';
import type { Drawing } from '../../shared/domain/draw/sample-size.ts';
import { detects, missProbability, sampleSize } from '../../shared/domain/draw/sample-size.ts';
import { mergeShards, sampleOf } from '../../shared/domain/draw/sample.ts';
import type { StratumSize } from '../../shared/domain/draw/take.ts';
import { takesOf } from '../../shared/domain/draw/take.ts';
import { ticketsOf } from '../../shared/domain/draw/ticket.ts';
import { verifyRecord } from '../../shared/domain/draw/verify-record.ts';
import type { Instant } from '../../shared/domain/instant.ts';
import { epochMs, monthOf, toInstant } from '../../shared/domain/instant.ts';

const DAY = 24 * 60 * 60_000;

const arbitraryInstant = fc
  .integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2099, 11, 31) })
  .map((ms) => toInstant(ms));
/** An instant near a draw too, where it matters most. */
const arbitraryMoment = fc.oneof(
  arbitraryInstant,
  fc
    .tuple(arbitraryInstant, fc.integer({ min: -2, max: 2 }))
    .map(([instant, ms]) => toInstant(epochMs(drawOfMonth(instant)) + ms)),
);

describe('the calendar of draws', () => {
  it('R5.2 covers each training by one draw: it is later, by at most 35 days, on a last Monday at 09:00', () => {
    fc.assert(
      fc.property(arbitraryMoment, (instant) => {
        const draw = drawAfter(instant);
        const ahead = epochMs(draw) - epochMs(instant);
        expect(ahead).toBeGreaterThan(0);
        expect(ahead).toBeLessThanOrEqual(35 * DAY);
        const shanghai = new Date(epochMs(draw) + 8 * 60 * 60_000);
        expect(shanghai.getUTCDay()).toBe(1);
        expect(shanghai.toISOString().slice(11)).toBe('09:00:00.000Z');
        expect(monthOf(toInstant(epochMs(draw) + 7 * DAY))).not.toBe(monthOf(draw));
        expect(drawOfMonth(draw)).toBe(draw);
      }),
      { numRuns: 1000 },
    );
  });

  it('R5.2 has no draw between a training and the one that covers it, and 28 or 35 days between two draws', () => {
    fc.assert(
      fc.property(arbitraryMoment, arbitraryMoment, (a, b) => {
        const [first, second] = [a, b].toSorted();
        expect(drawAfter(first!) <= drawAfter(second!)).toBe(true);
        if (second! < drawAfter(first!)) expect(drawAfter(second!)).toBe(drawAfter(first!));
        const draw = drawAfter(a);
        const justBefore = toInstant(epochMs(draw) - 1);
        expect(drawAfter(justBefore)).toBe(draw);
        expect([28 * DAY, 35 * DAY]).toContain(epochMs(drawAfter(draw)) - epochMs(draw));
      }),
      { numRuns: 1000 },
    );
  });

  it('R5.2 does not depend on the zone of the machine', async () => {
    const calendar = new URL('../../shared/domain/draw/draw-calendar.ts', import.meta.url).href;
    const script = `import { drawAfter } from '${calendar}';
      const start = Date.UTC(2025, 0, 1);
      const draws = Array.from({ length: 1000 }, (_, index) => drawAfter(new Date(start + index * 39_600_000).toISOString()));
      console.log(new Date(start).getTimezoneOffset(), JSON.stringify(draws));`;
    const computedIn = async (zone: string): Promise<string[]> => {
      const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
        env: { ...process.env, TZ: zone },
      });
      return stdout.split(' ');
    };
    const zones = ['UTC', 'Asia/Shanghai', 'America/New_York', 'Australia/Lord_Howe'];
    const computed = await Promise.all(zones.map(computedIn));
    expect(computed.map(([offset]) => offset)).toEqual(['0', '-480', '300', '-660']);
    expect(new Set(computed.map(([, draws]) => draws)).size).toBe(1);
    expect(new Set(JSON.parse(computed[0]![1]!) as Instant[]).size).toBe(16);
  });
});

const arbitraryId = fc.oneof(
  fc.string({ minLength: 1, maxLength: 8 }),
  fc.string({ minLength: 1, maxLength: 8, unit: 'binary' }).filter((text) => text.isWellFormed()),
  fc.integer({ min: 1000, max: 9999 }).map((number) => `A-${number}`),
);
const arbitraryStratum = fc.constantFrom('T1', 'T2', 'T3', '接单人四');
const arbitraryMembers = fc.uniqueArray(fc.record({ id: arbitraryId, stratum: arbitraryStratum }), {
  selector: ({ id }) => id,
  maxLength: 60,
});
const arbitrarySeed = fc.oneof(fc.string({ minLength: 1 }), fc.stringMatching(/^[0-9a-f]{64}$/));
const arbitraryRule: fc.Arbitrary<TakeRule> = fc.oneof(
  fc.record({ by: fc.constant('rate' as const), rateBp: fc.integer({ min: 1, max: 10_000 }) }),
  fc.record({ by: fc.constant('number' as const), orders: fc.integer({ min: 1, max: 80 }) }),
  fc.record({
    by: fc.constant('confidence' as const),
    confidenceBp: fc.integer({ min: 1, max: 9_999 }),
    tolerableBp: fc.integer({ min: 1, max: 10_000 }),
  }),
);
const arbitraryTakes = fc
  .tuple(...['T1', 'T2', 'T3', '接单人四'].map((id) => fc.tuple(fc.constant(id), fc.nat(20))))
  .map((takes) => new Map(takes));

const idsOf = (items: readonly { id: string }[]): string[] => items.map(({ id }) => id);
const countIn = (items: readonly Member[], wanted: string): number =>
  items.filter(({ stratum }) => stratum === wanted).length;

const closingBy = (take: TakeRule): Closing => ({
  month: '2025-03',
  closedAt: toInstant('2025-03-31T09:00:00+08:00'),
  spec: { version: 'ninedays-draw/1', take, seedSources: ['drand quicknet round 1', 'kms'] },
});
const draw = (members: readonly Member[], seed: string, take: TakeRule): DrawRecord =>
  holdDraw(closingBy(take), members, { source: 'kms', value: seed, proof: null });

describe('a sample', () => {
  it('R5.2 has of each trainer as many orders as taken or all, each once, and none of them has a larger ticket than one left out', () => {
    fc.assert(
      fc.property(arbitraryMembers, arbitrarySeed, arbitraryTakes, (members, seed, takes) => {
        const sample = sampleOf(members, seed, takes);
        const ids = new Set(idsOf(sample));
        expect(ids.size).toBe(sample.length);
        const ticketOf = ticketsOf(seed);
        for (const [stratum, take] of takes) {
          expect(countIn(sample, stratum)).toBe(Math.min(take, countIn(members, stratum)));
          const drawn = sample.filter((order) => order.stratum === stratum).map(({ ticket }) => ticket);
          expect(drawn).toEqual(drawn.toSorted());
          const left = members.filter((order) => order.stratum === stratum && !ids.has(order.id));
          for (const { id } of left) expect(ticketOf(id) > drawn.at(-1)! || take === 0).toBe(true);
        }
        expect(sample.every(({ id, ticket }) => ticketOf(id) === ticket)).toBe(true);
      }),
    );
  });

  it('R5.2 does not depend on the sequence of the orders', () => {
    const shuffled = arbitraryMembers.chain((members) =>
      fc.tuple(fc.constant(members), fc.shuffledSubarray(members, { minLength: members.length })),
    );
    fc.assert(
      fc.property(shuffled, arbitrarySeed, arbitraryRule, ([members, other], seed, rule) => {
        expect(draw(other, seed, rule)).toEqual(draw(members, seed, rule));
      }),
    );
  });

  it('R5.2 is the same from shards, however they are parted, repeated and merged', () => {
    const shards = fc.array(
      arbitraryMembers.map((members) => members.slice(0, 30)),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(shards, fc.nat(5), arbitrarySeed, arbitraryTakes, (parts, again, seed, takes) => {
        // An order is of one stratum: the first that is named counts.
        const whole = new Map(
          parts
            .flat()
            .toReversed()
            .map((member) => [member.id, member]),
        );
        const consistent = parts.map((part) => part.map(({ id }) => whole.get(id)!));
        const samples = consistent.map((part) => sampleOf(part, seed, takes));
        const expected = sampleOf([...whole.values()], seed, takes);
        const repeated = samples.flatMap((sample) => Array.from({ length: 1 + again }, () => sample));
        expect(mergeShards(repeated, takes)).toEqual(expected);
        const inSteps = samples.reduce(
          (one, other) => mergeShards([one, other], takes),
          mergeShards([], takes),
        );
        expect(inSteps).toEqual(expected);
      }),
    );
  });

  it('R5.2 of a long stream takes memory by its own size, not by that of the stream', () => {
    setFlagsFromString('--expose-gc');
    const collect: unknown = runInNewContext('gc');
    const usedBytes = (): number => {
      if (typeof collect === 'function') collect();
      return process.memoryUsage().heapUsed;
    };
    let [before, after] = [0, 0];
    function* orders(): Generator<Member> {
      before = usedBytes();
      for (let index = 0; index < 60_000; index += 1) yield { id: `A-${index}`, stratum: 'T1' };
      after = usedBytes();
    }
    expect(sampleOf(orders(), 'seed', new Map([['T1', 10]]))).toHaveLength(10);
    // Each ticket alone has 80 bytes: all of them would be 5 MB and more.
    expect(after - before).toBeLessThan(2_000_000);
  });

  it('R5.2 that grows, by whatever rule, keeps every earlier pick in its place', () => {
    const growing = fc.oneof(
      fc
        .tuple(fc.integer({ min: 1, max: 80 }), fc.integer({ min: 1, max: 80 }))
        .map((two) => two.toSorted((a, b) => a - b).map((orders): TakeRule => ({ by: 'number', orders }))),
      fc
        .tuple(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 10_000 }))
        .map((two) => two.toSorted((a, b) => a - b).map((rateBp): TakeRule => ({ by: 'rate', rateBp }))),
      fc
        .tuple(fc.integer({ min: 1, max: 9_999 }), fc.integer({ min: 1, max: 9_999 }))
        .map((two) =>
          two
            .toSorted((a, b) => a - b)
            .map((confidenceBp): TakeRule => ({ by: 'confidence', confidenceBp, tolerableBp: 500 })),
        ),
    );
    fc.assert(
      fc.property(arbitraryMembers, arbitrarySeed, growing, (members, seed, [smaller, larger]) => {
        const [some, more] = [draw(members, seed, smaller!), draw(members, seed, larger!)];
        expect(more.sample).toEqual(expect.arrayContaining(some.sample));
      }),
    );
  });

  it('R5.2 of a population that grows loses a pick only to a new order', () => {
    fc.assert(
      fc.property(
        arbitraryMembers,
        fc.nat(60),
        arbitrarySeed,
        arbitraryTakes,
        (members, count, seed, takes) => {
          const few = members.slice(0, count);
          const before = new Set(idsOf(sampleOf(few, seed, takes)));
          const known = new Set(idsOf(few));
          const after = idsOf(sampleOf(members, seed, takes));
          expect(after.filter((id) => known.has(id) && !before.has(id))).toEqual([]);
        },
      ),
    );
  });

  /** How often each of `size` orders is drawn, under as many seeds of a fixed list. */
  const timesDrawn = (size: number, take: number, seeds: number): number[] => {
    const members = Array.from({ length: size }, (_, index) => ({ id: `A-${1001 + index}`, stratum: 'T1' }));
    const times = new Map(members.map(({ id }) => [id, 0]));
    for (let seed = 0; seed < seeds; seed += 1)
      for (const { id } of sampleOf(members, `seed ${seed}`, new Map([['T1', take]])))
        times.set(id, times.get(id)! + 1);
    return [...times.values()];
  };

  it('R5.2 can draw every order, and draws each as often: chi-square within 0.1 and 99.9 % of 19 degrees of freedom', () => {
    const [size, take, seeds] = [20, 5, 4_000];
    const expected = (seeds * take) / size;
    const times = timesDrawn(size, take, seeds);
    // Without replacement the counts are less scattered than independent ones: by (size − take) / (size − 1).
    const spread = times.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    const chiSquare = (spread * (size - 1)) / (size - take);
    expect(Math.min(...times)).toBeGreaterThan(0);
    expect(chiSquare).toBeGreaterThan(5.407);
    expect(chiSquare).toBeLessThan(43.82);
  });

  it('R5.2 has tickets that are uniform in their first digits: chi-square of 99 degrees of freedom', () => {
    const ticketOf = ticketsOf('uniform');
    const counts = Array.from({ length: 100 }, () => 0);
    for (let index = 0; index < 20_000; index += 1) counts[Number(ticketOf(`A-${index}`).slice(2, 4))]! += 1;
    const chiSquare = counts.reduce((sum, count) => sum + (count - 200) ** 2 / 200, 0);
    expect(chiSquare).toBeGreaterThan(61.14);
    expect(chiSquare).toBeLessThan(148.23);
  });
});

const arbitrarySizes = fc
  .uniqueArray(fc.record({ id: fc.string({ minLength: 1, maxLength: 4 }), size: fc.nat(400) }), {
    selector: ({ id }) => id,
    maxLength: 12,
  })
  .filter((sizes) => sizes.every(({ id }) => id.isWellFormed()));

/** The method of Sainte-Laguë, one order at a time, in fractions of whole numbers. */
const stepByStep = (sizes: readonly StratumSize[], total: number): Map<string, number> => {
  const strata = sizes.filter(({ size }) => size > 0).toSorted((a, b) => compareText(a.id, b.id));
  const takes = new Map(strata.map(({ id }) => [id, 1]));
  for (let drawn = strata.length; drawn < total; drawn += 1) {
    const priority = ({ id, size }: StratumSize) => [BigInt(2 * takes.get(id)! + 1), BigInt(size)] as const;
    let next = strata[0]!;
    for (const stratum of strata) {
      const [[a, b], [c, d]] = [priority(stratum), priority(next)];
      if (a * d < c * b) next = stratum;
    }
    takes.set(next.id, takes.get(next.id)! + 1);
  }
  return takes;
};

describe('the number of orders drawn', () => {
  it('R5.2 is Sainte-Laguë’s, one by one: of each trainer at least one, at most all, together what the rule says', () => {
    fc.assert(
      fc.property(arbitrarySizes, fc.integer({ min: 1, max: 6000 }), (sizes, orders) => {
        const strata = takesOf(sizes, { by: 'number', orders });
        const population = sizes.reduce((sum, { size }) => sum + size, 0);
        const total = Math.min(population, Math.max(orders, strata.length));
        expect(strata.reduce((sum, { take }) => sum + take, 0)).toBe(total);
        expect(strata.every(({ size, take }) => take >= 1 && take <= size)).toBe(true);
        expect(new Map(strata.map(({ id, take }) => [id, take]))).toEqual(stepByStep(sizes, total));
      }),
    );
  });

  it('R5.2 by confidence finds the tolerable share in every spread, and one order less would not', () => {
    const confidence = fc.record({
      by: fc.constant('confidence' as const),
      confidenceBp: fc.integer({ min: 1, max: 9_999 }),
      tolerableBp: fc.integer({ min: 1, max: 10_000 }),
    });
    fc.assert(
      fc.property(arbitrarySizes, confidence, (sizes, rule) => {
        const strata = takesOf(sizes, rule);
        if (strata.length === 0) return;
        expect(detects(strata, rule)).toBe(true);
        const total = strata.reduce((sum, { take }) => sum + take, 0);
        if (total === strata.length) return;
        expect(detects(takesOf(sizes, { by: 'number', orders: total - 1 }), rule)).toBe(false);
      }),
    );
  });
});

/** Binomial coefficients, exact. */
const choose = (n: number, k: number): bigint => {
  if (k < 0 || k > n) return 0n;
  let result = 1n;
  for (let step = 1; step <= k; step += 1) result = (result * BigInt(n - k + step)) / BigInt(step);
  return result;
};

/** The most likely miss, by trying every spread: a fraction of whole numbers. */
const worstMiss = (drawings: readonly Drawing[], defects: number): readonly [bigint, bigint] => {
  const [first, ...others] = drawings;
  if (first === undefined) return [defects === 0 ? 1n : 0n, 1n];
  let worst: readonly [bigint, bigint] = [0n, 1n];
  for (let here = 0; here <= Math.min(first.size, defects); here += 1) {
    const [missed, of] = worstMiss(others, defects - here);
    const miss = [
      missed * choose(first.size - here, first.take),
      of * choose(first.size, first.take),
    ] as const;
    if (miss[0] * worst[1] > worst[0] * miss[1]) worst = miss;
  }
  return worst;
};

const arbitraryDrawings = fc.array(
  fc.nat(14).chain((size) => fc.record({ size: fc.constant(size), take: fc.nat(size) })),
  { maxLength: 4 },
);

describe('the size of a sample', () => {
  it('R5.2 rests on the exact risk of missing every defect in the worst of all spreads', () => {
    fc.assert(
      fc.property(arbitraryDrawings, fc.integer({ min: 1, max: 9_999 }), fc.nat(9_999), (drawings, c, t) => {
        const detection = { confidenceBp: c, tolerableBp: t + 1 };
        const size = drawings.reduce((sum, drawing) => sum + drawing.size, 0);
        const defects = Math.max(1, Math.ceil((size * detection.tolerableBp) / 10_000));
        const [missed, of] = worstMiss(drawings, defects);
        expect(missProbability(drawings, defects)).toBeCloseTo(Number(missed) / Number(of), 10);
        expect(detects(drawings, detection)).toBe(missed * 10_000n <= of * BigInt(10_000 - c));
      }),
      { numRuns: 300 },
    );
  });

  it('R5.2 is the least, up to a million orders, by the risk summed as logarithms', () => {
    const detection = fc.record({
      confidenceBp: fc.integer({ min: 5_000, max: 9_999 }),
      tolerableBp: fc.integer({ min: 1, max: 5_000 }),
    });
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 1_000_000 }), detection, (population, wanted) => {
        const { size, defects, enough } = sampleSize(population, wanted);
        const risk = 1 - wanted.confidenceBp / 10_000;
        const missWith = (take: number) => missProbability([{ size: population, take }], defects);
        expect(missWith(size)).toBeLessThanOrEqual(risk * (1 + 1e-9));
        expect(missWith(size - 1)).toBeGreaterThan(risk * (1 - 1e-9));
        expect(enough).toBe(size < population);
      }),
      { numRuns: 40 },
    );
  });
});

describe('the interval of a rate', () => {
  it('R5.4 covers the truth at least as often as it says, for every small population, sample and truth', () => {
    for (const population of [1, 2, 7, 12, 20])
      for (let checked = 0; checked <= population; checked += 1)
        for (const confidenceBp of [8_000, 9_500]) {
          const intervals = Array.from({ length: checked + 1 }, (_, found) =>
            rateInterval({ population, checked, found }, confidenceBp),
          );
          for (let truth = 0; truth <= population; truth += 1) {
            const covered = intervals.reduce(
              (sum, { low, high }, found) =>
                truth < low || truth > high
                  ? sum
                  : sum + choose(truth, found) * choose(population - truth, checked - found),
              0n,
            );
            const all = choose(population, checked);
            expect(covered * 10_000n >= all * BigInt(confidenceBp)).toBe(true);
          }
        }
  });

  it('R5.4 holds what was found, grows with confidence, and mirrors what was sound', () => {
    const finds = fc.integer({ min: 1, max: 3_000 }).chain((population) =>
      fc.nat(population).chain((checked) =>
        fc.record({
          population: fc.constant(population),
          checked: fc.constant(checked),
          found: fc.nat(checked),
        }),
      ),
    );
    fc.assert(
      fc.property(finds, (some) => {
        const { population, checked, found } = some;
        const [narrow, wide] = [rateInterval(some, 8_000), rateInterval(some, 9_900)];
        expect(found <= narrow.low && narrow.high <= population - checked + found).toBe(true);
        expect(wide.low <= narrow.low && narrow.low <= narrow.high && narrow.high <= wide.high).toBe(true);
        const sound = rateInterval({ ...some, found: checked - found }, 8_000);
        expect(sound).toEqual({ low: population - narrow.high, high: population - narrow.low });
      }),
      { numRuns: 200 },
    );
  });
});

type Draft = DrawRecord;
/** One thing changed in a valid record, by something like chance; false where this record has nothing of that kind to change. */
type Manipulation = (draft: Draft, chance: number) => boolean;

const at = <Item>(items: readonly Item[], chance: number): Item => items[chance % items.length]!;
const swapped = (list: unknown[], chance: number): boolean => {
  if (list.length < 2) return false;
  const index = chance % (list.length - 1);
  [list[index], list[index + 1]] = [list[index + 1], list[index]];
  return true;
};
const doubled = (list: unknown[], chance: number): boolean => {
  list.push(structuredClone(at(list, chance)));
  return true;
};
const digitChanged = (text: string, chance: number): string => {
  const index = 2 + (chance % (text.length - 2));
  return `${text.slice(0, index)}${text[index] === '7' ? '3' : '7'}${text.slice(index + 1)}`;
};

const manipulations: Record<string, Manipulation> = {
  'an order left out of the population': ({ population }, chance) =>
    population.ids.splice(chance % population.ids.length, 1).length > 0,
  'an order left out of the tickets': ({ tickets }, chance) =>
    tickets.splice(chance % tickets.length, 1).length > 0,
  'an order left out of both': ({ population, tickets }, chance) => {
    const [id] = population.ids.splice(chance % population.ids.length, 1);
    return (
      tickets.splice(
        tickets.findIndex((ticket) => ticket.id === id),
        1,
      ).length > 0
    );
  },
  'an order smuggled in': ({ population, tickets, seed }, chance) => {
    const { stratum } = at(tickets, chance);
    const id = `smuggled ${chance}`;
    population.ids = [...population.ids, id].toSorted(compareText);
    return tickets.push({ id, stratum, ticket: ticketsOf(seed.value)(id) }) > 0;
  },
  'an order renamed': ({ population }, chance) => {
    population.ids[chance % population.ids.length] += '!';
    return true;
  },
  'another seed': ({ seed }) => {
    seed.value += '1';
    return true;
  },
  'another source': ({ seed }) => {
    seed.source += '1';
    return true;
  },
  'another ticket': ({ tickets }, chance) => {
    const one = at(tickets, chance);
    one.ticket = digitChanged(one.ticket, chance);
    return true;
  },
  'two tickets exchanged': ({ tickets }, chance) => {
    if (tickets.length < 2) return false;
    const [a, b] = [at(tickets, chance), at(tickets, chance + 1)];
    [a.ticket, b.ticket] = [b.ticket, a.ticket];
    return true;
  },
  'another trainer': ({ tickets }, chance) => {
    const one = at(tickets, chance);
    one.stratum = one.stratum === 'T1' ? 'T2' : 'T1';
    return true;
  },
  'another hash': ({ population }, chance) => {
    population.sha256 = digitChanged(population.sha256, chance);
    return true;
  },
  'another month': (draft) => {
    draft.month = '2025-04';
    return true;
  },
  'another closing': ({ population }, chance) => {
    population.closedAt = toInstant(epochMs(population.closedAt) + 1 + chance);
    return true;
  },
  'another rule': ({ spec }, chance) => {
    spec.take = { by: 'number', orders: 100 + chance };
    return true;
  },
  'another source named': ({ spec }) => spec.seedSources.push('dice') > 0,
  'another size': ({ strata }, chance) => {
    at(strata, chance).size += chance % 2 === 0 ? 1 : -1;
    return true;
  },
  'another take': ({ strata }, chance) => {
    at(strata, chance).take += chance % 2 === 0 ? 1 : -1;
    return true;
  },
  'a stratum left out': ({ strata }, chance) => strata.splice(chance % strata.length, 1).length > 0,
  'a stratum invented': ({ strata }) => strata.push({ id: 'nobody', size: 0, take: 0 }) > 0,
  'a pick left out': ({ sample }, chance) => sample.splice(chance % sample.length, 1).length > 0,
  'a pick put in': ({ sample, tickets }, chance) => {
    const free = tickets.filter(({ id }) => !sample.some((pick) => pick.id === id));
    if (free.length === 0) return false;
    const { id, stratum } = at(free, chance);
    return sample.push({ id, stratum, order: sample.length }) > 0;
  },
  'a pick exchanged': ({ sample, tickets }, chance) => {
    const free = tickets.filter(({ id }) => !sample.some((pick) => pick.id === id));
    if (free.length === 0) return false;
    at(sample, chance).id = at(free, chance).id;
    return true;
  },
  'a pick’s place': ({ sample }, chance) => {
    at(sample, chance).order += 1 + chance;
    return true;
  },
  'a pick’s stratum': ({ sample }, chance) => {
    at(sample, chance).stratum += '1';
    return true;
  },
  'orders exchanged in the population': ({ population }, chance) => swapped(population.ids, chance),
  'tickets in another sequence': ({ tickets }, chance) => swapped(tickets, chance),
  'strata in another sequence': ({ strata }, chance) => swapped(strata, chance),
  'picks in another sequence': ({ sample }, chance) => swapped(sample, chance),
  'an order twice': ({ population }, chance) => doubled(population.ids, chance),
  'a ticket twice': ({ tickets }, chance) => doubled(tickets, chance),
  'a stratum twice': ({ strata }, chance) => doubled(strata, chance),
  'a pick twice': ({ sample }, chance) => doubled(sample, chance),
  'a list gone': (draft, chance) =>
    Reflect.deleteProperty(draft, at(['population', 'strata', 'tickets', 'sample', 'seed'], chance)),
};

describe('the check of a record', () => {
  const drawn = fc.record({
    members: arbitraryMembers.filter(({ length }) => length > 0),
    seed: arbitrarySeed,
    rule: arbitraryRule,
  });

  it('R5.2 finds nothing wrong with what the draw has made', () => {
    fc.assert(
      fc.property(drawn, ({ members, seed, rule }) => {
        const record = draw(members, seed, rule);
        expect(verifyRecord(record)).toEqual([]);
        expect(verifyRecord(JSON.parse(JSON.stringify(record)))).toEqual([]);
        const announced = { sha256: record.population.sha256, seed };
        expect(verifyRecord(record, announced)).toEqual([]);
        expect(record.population.sha256).toBe(
          populationHash(
            closingBy(rule),
            members.toSorted((a, b) => compareText(a.id, b.id)),
          ),
        );
      }),
    );
  });

  it.each(Object.entries(manipulations))('R5.2 finds %s in any record', (_, manipulate) => {
    fc.assert(
      fc.property(drawn, fc.nat(1_000), ({ members, seed, rule }, chance) => {
        const record = structuredClone(draw(members, seed, rule));
        fc.pre(manipulate(record, chance));
        const findings = verifyRecord(record);
        expect(findings).not.toEqual([]);
        for (const finding of findings) expect(findingText(finding)).toMatch(/。$/);
      }),
      { numRuns: 50 },
    );
  });
});
