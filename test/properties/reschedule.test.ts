import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plusMinutes } from '../../shared/domain/instant.ts';
import type { Instant } from '../../shared/domain/instant.ts';
import type { Order } from '../../shared/domain/order.ts';
import { amendOrder } from '../../shared/domain/receive-order.ts';
import { isWaiting } from '../../shared/domain/timers.ts';
import { stillHolds } from '../../shared/domain/notice-guard.ts';
import { isRefusal } from '../../shared/domain/refusal.ts';
import {
  accepted,
  arbitraryInstant,
  arbitraryWalk,
  buildFacts,
  buildOrder,
  decide,
  ticks,
  understood,
  walkThrough,
} from '../support/build-order.ts';

const move = (order: Order, startsAt: Instant | null, now: Instant) =>
  accepted(amendOrder(order, { orderId: order.orderId, training: { startsAt } }, buildFacts(now)));

/** The order without what a reschedule leaves behind on purpose: dropped tasks, evidence, versions, and that people were told again. */
const essence = ({ tasks, timers, version: _version, told: _told, ...order }: Order) => ({
  ...order,
  tasks: tasks
    .filter(({ state }) => state !== 'dropped')
    .map(({ evidence: _evidence, toldAt: _toldAt, ...task }) => task)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  timers: timers.map(({ version: _version, ...timer }) => timer),
});

const quietDays = { min: 2 * 24 * 60, max: 20 * 24 * 60 };
const leads = fc.option(fc.integer(quietDays), { nil: null, freq: 5 });

/** An order whose training is days away or not agreed, some of whose preparation is done, in the first minutes: nothing is due yet. */
const arbitraryQuiet = fc.record({
  acceptedAt: arbitraryInstant,
  lead: leads,
  ahead: leads,
  done: fc.subarray([
    { name: 'join-group', body: {} },
    { name: 'set-remark', body: {} },
    { name: 'confirm-tools', body: ticks },
    { name: 'confirm-time', body: { outcome: 'confirmed' } },
    { name: 'confirm-needs', body: understood },
    { name: 'confirm-needs', body: { ...understood, understood: false } },
    { name: 'send-notice', body: {} },
  ] as const),
  pauses: fc.tuple(fc.nat(14), fc.nat(14)),
});

const arbitraryReschedule = fc.record({
  walk: arbitraryWalk,
  ahead: fc.option(fc.integer({ min: 1, max: 20_000 }), { nil: null, freq: 5 }),
  pause: fc.nat(60),
});

/** The orders of all walks that are still in preparation, a while after their last change. */
const preparing = (walk: Parameters<typeof walkThrough>[0], pause: number) => {
  const step = walkThrough(walk).findLast(({ change }) => change.order.stage === 'preparation')!;
  return { order: step.change.order, now: plusMinutes(step.now, pause) };
};

const nothingIsDue = ({ tasks, timers }: Order, now: Instant): boolean =>
  timers.every(({ at }) => at > now) && tasks.filter(isWaiting).every(({ dueAt }) => dueAt > now);

describe('a reschedule', () => {
  it('and back equals nothing, while nothing of either time is due', () => {
    fc.assert(
      fc.property(arbitraryQuiet, ({ acceptedAt, lead, ahead, done, pauses: [first, second] }) => {
        const startsAt = lead === null ? null : plusMinutes(acceptedAt, lead);
        const now = plusMinutes(acceptedAt, first);
        const order = done.reduce(
          (prepared, { name, body }) => {
            const outcome = decide(prepared, name, body, now);
            return isRefusal(outcome) ? prepared : outcome.order;
          },
          buildOrder({ acceptedAt, training: { startsAt } }, acceptedAt),
        );
        const there = move(order, ahead === null ? null : plusMinutes(now, ahead), now).order;
        const later = plusMinutes(now, second);
        expect(nothingIsDue(order, later) && nothingIsDue(there, later)).toBe(true);
        expect(essence(move(there, startsAt, later).order)).toEqual(essence(order));
      }),
      { numRuns: 300 },
    );
  });

  it('R1.3 leaves nothing that speaks of the old time: no waiting task, no timer, no notice that still holds', () => {
    fc.assert(
      fc.property(arbitraryReschedule, ({ walk, ahead, pause }) => {
        const { order, now } = preparing(walk, pause);
        const old = order.training.startsAt;
        const startsAt = ahead === null ? null : plusMinutes(now, ahead);
        fc.pre(old !== null && startsAt !== old);
        const moved = move(order, startsAt, now).order;
        const subjects = moved.tasks.filter(isWaiting).map(({ subject }) => subject);
        expect(subjects).not.toContain(old);
        for (const kind of ['call-customer', 'start-training'] as const) {
          const tasks = moved.tasks.filter((task) => task.kind === kind && isWaiting(task));
          expect(tasks.map(({ subject }) => subject)).toEqual(startsAt === null ? [] : [startsAt]);
        }
        const spoken = walkThrough(walk).flatMap(({ change }) => change.notices);
        for (const notice of spoken.filter(({ guard }) => guard.training === old))
          expect(stillHolds(notice, moved, buildFacts(now))).toBe(false);
      }),
      { numRuns: 150 },
    );
  });
});
