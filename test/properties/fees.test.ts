import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../shared/domain/decision.ts';
import type { FeeLine } from '../../shared/domain/fee-lines.ts';
import { maintenanceDays, wantedLines } from '../../shared/domain/fee-lines.ts';
import { feesFromHistory } from '../../shared/domain/fees-from-history.ts';
import { bookFees } from '../../shared/domain/fees.ts';
import { fireTimer } from '../../shared/domain/fire-timer.ts';
import type { Instant } from '../../shared/domain/instant.ts';
import { atShanghai, epochMs, later, nextShanghai, plusMinutes } from '../../shared/domain/instant.ts';
import type { LedgerEntry } from '../../shared/domain/ledger.ts';
import type { Order } from '../../shared/domain/order.ts';
import { currentPolicy } from '../../shared/domain/policies/policies.ts';
import { amendOrder, cancelOrder, receiveOrder } from '../../shared/domain/receive-order.ts';
import { isRefusal } from '../../shared/domain/refusal.ts';
import { commit } from '../../shared/runtime/commit.ts';
import {
  actorOf,
  arbitraryWalk,
  at,
  buildFacts,
  buildOrder,
  buildOrderData,
  decide,
  understood,
  walkThrough,
} from '../support/build-order.ts';
import { memoryOrderStore } from '../support/memory/order-store.ts';

const someFees = fc.record({
  training: fc.nat(50_000),
  maintenance: fc.oneof(fc.nat(20), fc.nat(1_000_000)),
});
const someTrainer = fc.constantFrom(
  { id: 'T1', name: '张三' },
  { id: 'T2', name: '赵六' },
  { id: 'T3', name: '孙七' },
);

const dayOne = '2025-03-09';
const hour = 60;
/** An instant of the ten days, every other one on a day's first instant or a millisecond beside it. */
const someMoment = fc
  .record({
    day: fc.nat(9),
    minutes: fc.oneof(fc.constant(0), fc.nat(24 * hour)),
    ms: fc.integer({ min: -1, max: 1 }),
  })
  .map(({ day, minutes, ms }) => plusMinutes(at(`${dayOne} 00:00`), day * 24 * hour + minutes + ms / 60_000));

const someSpans = fc
  .uniqueArray(someMoment, { maxLength: 6 })
  .map((moments) => moments.toSorted())
  .map((moments) =>
    moments.flatMap((from, index) =>
      index % 2 === 0
        ? [{ from, to: moments[index + 1] ?? null, reason: '', by: '', seq: 1, endSeq: null, qaGroup: null }]
        : [],
    ),
  );
const someTrainers = fc
  .array(fc.record({ from: someMoment, trainer: someTrainer }), { maxLength: 6 })
  .map((changes) => changes.toSorted((a, b) => epochMs(a.from) - epochMs(b.from)))
  .map((changes) => [
    { from: at('2025-03-08 10:00'), id: 'T1', name: '张三', seq: 1 },
    ...changes.map(({ from, trainer }, index) => ({ from, ...trainer, seq: index + 2 })),
  ]);

/** A trained order, held by anybody at any time, through its maintenance. */
const arbitraryCourse = fc
  .record({ fees: someFees, trainers: someTrainers, emergencies: someSpans })
  .map(({ fees, trainers, emergencies }): Order => {
    const order = buildOrder({ fees });
    const training = {
      ...order.training,
      startedAt: at(`${dayOne} 14:00`),
      finishedAt: at(`${dayOne} 16:00`),
    };
    return { ...order, stage: 'acceptance', training, facts: { ...order.facts, trainers, emergencies } };
  });

const total = (lines: readonly { amount: number }[]): number =>
  lines.reduce((sum, { amount }) => sum + amount, 0);

describe('the maintenance fee', () => {
  it('R3.4 its shares sum to the fee, differ by at most one fen, and the larger ones come first', () => {
    fc.assert(
      fc.property(arbitraryCourse, (order) => {
        const shares = maintenanceDays(order, currentPolicy).map(({ amount }) => amount);
        expect(shares).toHaveLength(7);
        expect(shares.reduce((sum, share) => sum + share, 0)).toBe(order.fees.maintenance);
        expect(shares).toEqual(shares.toSorted((a, b) => b - a));
        expect(shares[0]! - shares[6]!).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('R3.3, R3.4 each day is paid to the last one who took the order over before it began, or to nobody in an emergency', () => {
    fc.assert(
      fc.property(arbitraryCourse, (order) => {
        const { trainers, emergencies } = order.facts;
        for (const { date, trainerId, emergency } of maintenanceDays(order, currentPolicy)) {
          const start = Date.parse(`${date}T00:00:00+08:00`);
          const switches = emergencies
            .flatMap(({ from, to }) => [from, to])
            .filter((moment) => moment !== null && Date.parse(moment) <= start);
          const holders = trainers.filter(({ from }) => Date.parse(from) <= start);
          expect(emergency).toBe(switches.length % 2 === 1);
          expect(trainerId).toBe(emergency ? null : holders.at(-1)!.id);
        }
      }),
    );
  });

  it('R3.4 all of it is paid when there was no emergency, and never more', () => {
    fc.assert(
      fc.property(arbitraryCourse, (order) => {
        const calm = { ...order, facts: { ...order.facts, emergencies: [] } };
        const ofKind = (lines: readonly FeeLine[]) => lines.filter(({ kind }) => kind === 'maintenance');
        expect(total(ofKind(wantedLines(calm, currentPolicy)))).toBe(order.fees.maintenance);
        const lines = ofKind(wantedLines(order, currentPolicy));
        expect(total(lines)).toBeLessThanOrEqual(order.fees.maintenance);
        expect(new Set(lines.map(({ trainerId }) => trainerId)).size).toBe(lines.length);
        expect(lines.every(({ amount, days }) => amount > 0 && days.length > 0)).toBe(true);
      }),
    );
  });

  it('R3.4 a cancelled order is paid just the days that a longer life would have paid until then', () => {
    fc.assert(
      fc.property(arbitraryCourse, someMoment, (order, endedAt) => {
        fc.pre(endedAt > order.training.finishedAt!);
        const cancelled: Order = { ...order, stage: 'cancelled', endedAt };
        const whole = maintenanceDays(order, currentPolicy);
        const paid = maintenanceDays(cancelled, currentPolicy).filter(({ trainerId }) => trainerId !== null);
        expect(paid).toEqual(
          whole.filter(({ date, trainerId }) => trainerId !== null && atShanghai(date, '00:00') <= endedAt),
        );
      }),
    );
  });
});

/** What happens to an order: how long after the thing before (or at the next midnight), and what. */
const happening = fc.record({
  wait: fc.oneof(fc.constant('midnight' as const), fc.nat(40 * hour)),
  what: fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('reassign' as const), trainer: someTrainer }) },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('plan' as const),
        trainer: someTrainer,
        inMinutes: fc.integer({ min: 1, max: 72 * hour }),
      }),
    },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('emergency' as const), on: fc.boolean() }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('fees' as const), fees: someFees }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('amend' as const), trainer: someTrainer }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('train' as const), lateMinutes: fc.nat(30) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const) }) },
  ),
});
type What = (typeof happening extends fc.Arbitrary<infer Value> ? Value : never)['what'];

const arbitraryLife = fc.record({
  fees: someFees,
  /** How late the timers of the hand-over and of the stage fire. */
  lateSeconds: fc.nat(60),
  happenings: fc.array(happening, { minLength: 4, maxLength: 14, size: 'max' }),
});
type Life = typeof arbitraryLife extends fc.Arbitrary<infer Value> ? Value : never;

const reason = '另有安排';

const outcomesOf = (order: Order, what: What, now: Instant): ((order: Order) => Outcome)[] => {
  const facts = buildFacts(now);
  const { orderId } = order;
  switch (what.do) {
    case 'reassign':
      return [(o) => decide(o, 'reassign', { trainer: what.trainer, reason }, now)];
    case 'plan': {
      const body = { trainer: what.trainer, reason, at: plusMinutes(now, what.inMinutes) };
      return [(o) => decide(o, 'reassign', body, now)];
    }
    case 'emergency':
      return [(o) => decide(o, 'emergency-plan', { on: what.on, reason }, now)];
    case 'fees':
      return [(o) => amendOrder(o, { orderId, fees: what.fees }, facts)];
    case 'amend':
      return [(o) => amendOrder(o, { orderId, trainer: what.trainer }, facts)];
    case 'train':
      return [
        (o) => decide(o, 'confirm-needs', understood, now),
        (o) => decide(o, 'start-training', { at: plusMinutes(now, -what.lateMinutes - 60) }, now),
        (o) => decide(o, 'finish-training', { at: plusMinutes(now, -what.lateMinutes) }, now),
      ];
    case 'cancel':
      return [(o) => cancelOrder(o, null, facts)];
  }
};

/** Lives an order through the product's own rules and its commit, until well after its last day. */
const live = async ({ fees, lateSeconds, happenings }: Life) => {
  const store = memoryOrderStore();
  let now = at('2025-03-08 10:00');
  let order: Order | null = null;
  const take = async (outcome: Outcome): Promise<void> => {
    if (isRefusal(outcome)) return;
    const written = await commit(store, order, outcome, { actor: { type: 'crm' }, id: null, now });
    if (written === 'stale') throw new Error('nobody else writes here');
    order = written;
  };
  const current = (): Order => order!;
  const until = async (end: Instant): Promise<void> => {
    for (;;) {
      const due = current().timers.find(({ step }) => step === 'begin-acceptance' || step === 'reassign');
      if (due === undefined || plusMinutes(due.at, lateSeconds / 60) > end) break;
      now = later(now, plusMinutes(due.at, lateSeconds / 60));
      const fired = fireTimer(current(), due, buildFacts(now));
      if (fired.type !== 'change') throw new Error(fired.type);
      await take(fired.change);
    }
    now = end;
  };
  await take(receiveOrder(buildOrderData({ fees }), 'content', buildFacts(now)));
  now = at('2025-03-08 18:00');
  for (const { wait, what } of happenings) {
    await until(wait === 'midnight' ? nextShanghai(now, '00:00') : plusMinutes(now, wait));
    for (const outcomeOf of outcomesOf(current(), what, now)) await take(outcomeOf(current()));
  }
  await until(plusMinutes(now, 12 * 24 * hour));
  return { order: current(), ledger: store.booked, entries: await store.history(current().orderId) };
};

/** Fen by trainer and kind, without those who come to nothing. */
const totals = (lines: readonly Pick<FeeLine, 'trainerId' | 'kind' | 'amount'>[]): Record<string, number> => {
  const sums = new Map<string, number>();
  for (const { trainerId, kind, amount } of lines)
    sums.set(`${trainerId} ${kind}`, (sums.get(`${trainerId} ${kind}`) ?? 0) + amount);
  return Object.fromEntries([...sums].filter(([, sum]) => sum !== 0));
};

/** Each entry under an id of its own, undone at most once and then as it was booked; what is not undone stands on the record. */
const expectSoundEntries = (order: Order, ledger: readonly LedgerEntry[]): void => {
  expect(new Set(ledger.map(({ entryId }) => entryId)).size).toBe(ledger.length);
  const reversed = ledger.flatMap(({ reverses }) => reverses ?? []);
  expect(new Set(reversed).size).toBe(reversed.length);
  for (const counter of ledger.filter(({ reverses }) => reverses !== null)) {
    const undone = ledger.find(({ entryId }) => entryId === counter.reverses)!;
    expect(counter).toMatchObject({
      amount: -undone.amount,
      trainerId: undone.trainerId,
      kind: undone.kind,
      days: undone.days,
    });
  }
  const standing = ledger.filter(({ entryId, reverses }) => reverses === null && !reversed.includes(entryId));
  expect(order.booked.map(({ entryId }) => entryId)).toEqual(standing.map(({ entryId }) => entryId));
  for (const { evidence } of ledger) {
    expect(evidence).toEqual([...new Set(evidence)].toSorted((a, b) => a - b));
    expect(evidence.every((seq) => seq >= 1 && seq <= order.version)).toBe(true);
  }
};

describe('the ledger', () => {
  it('R2.1, R3.4 sums to what is owed at the end of any life, undoes each entry at most once, and names its evidence', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryLife, async (life) => {
        const { order, ledger } = await live(life);
        expect(totals(ledger)).toEqual(totals(wantedLines(order, currentPolicy)));
        expectSoundEntries(order, ledger);
      }),
      { numRuns: 200 },
    );
  });

  it('R2.1, R3.4 is the same to the fen when it is worked out from the history alone', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryLife, async (life) => {
        const { order, ledger, entries } = await live(life);
        expect(totals(feesFromHistory(entries, currentPolicy))).toEqual(totals(ledger));
        // Nothing of the record: the entries as they come out of an archive, in text.
        const archived = JSON.parse(JSON.stringify(entries));
        expect(feesFromHistory(archived, currentPolicy)).toEqual(wantedLines(order, currentPolicy));
      }),
      { numRuns: 200 },
    );
  });

  it('R2.1, R3.4 agrees with record and history after every change of any walk, and booking again books nothing', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryWalk, async (walk) => {
        const store = memoryOrderStore();
        let order: Order | null = null;
        for (const { change, input, now } of walkThrough(walk)) {
          const written = await commit(store, order, change, { actor: actorOf(input), id: null, now });
          if (written === 'stale') throw new Error('nobody else writes here');
          order = written;
          expect(totals(store.booked)).toEqual(totals(wantedLines(order, currentPolicy)));
          expectSoundEntries(order, store.booked);
          const again = bookFees({ ...order, version: order.version + 1 }, buildFacts(now));
          expect(again.ledger).toEqual([]);
        }
        const entries = await store.history(walk.data.orderId);
        expect(totals(feesFromHistory(entries, currentPolicy))).toEqual(totals(store.booked));
      }),
      { numRuns: 60 },
    );
  });
});
