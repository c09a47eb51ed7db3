import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fireTimer } from '../../shared/domain/fire-timer.ts';
import type { Input } from '../support/build-order.ts';
import type { Instant } from '../../shared/domain/instant.ts';
import { toInstant } from '../../shared/domain/instant.ts';
import type { Order, Stage, Task } from '../../shared/domain/order.ts';
import { isLive, orderSchema } from '../../shared/domain/order.ts';
import { isWaiting } from '../../shared/domain/timers.ts';
import {
  arbitraryInstant,
  arbitraryWalk,
  buildFacts,
  buildOrder,
  firedBy,
  walkThrough,
} from '../support/build-order.ts';

const runs = { numRuns: 80 };

/** Lives many walks through, and checks each change of each. */
const forEveryChange = (check: (...step: Parameters<Parameters<typeof walkThrough>[1] & object>) => void) =>
  fc.assert(
    fc.property(arbitraryWalk, (walk) => void walkThrough(walk, check)),
    runs,
  );

/** The rule book's moves, written down once more: the table in the code has to say the same. */
const legalMoves = [
  'preparation→training',
  'preparation→cancelled',
  'training→maintenance',
  'training→cancelled',
  'maintenance→acceptance',
  'maintenance→cancelled',
  'acceptance→closed',
  'acceptance→cancelled',
];

const dayMs = 24 * 60 * 60_000;

/** The days since 1970 on a Shanghai calendar, by plain arithmetic. */
const shanghaiDay = (instant: Instant): number => Math.floor((Date.parse(instant) + 8 * 3_600_000) / dayMs);

/** R1.2 counted by hand: day 9 of the training's day, or of the day after acceptance. */
const deadlineByHand = ({ acceptedAt, training }: Order): Date => {
  const start = training.startedAt ?? training.startsAt;
  return new Date((start === null ? shanghaiDay(acceptedAt) + 9 : shanghaiDay(start) + 8) * dayMs);
};

const legalTaskMoves: Record<Task['state'], readonly Task['state'][]> = {
  open: ['open', 'overdue', 'done', 'dropped'],
  overdue: ['overdue', 'done', 'dropped'],
  done: ['done'],
  // What was dropped is taken up again when a time moves back.
  dropped: ['dropped', 'open', 'overdue'],
};

const recordingSteps = ['look-at-uploads', 'release-recordings'];
const actionsOnRecordings = new Set([
  'revoke-recording-link',
  'renew-recording-link',
  'hold-recordings',
  'lift-hold',
]);

const isTakenAfterEnd = (input: Input, endedAt: Instant): boolean => {
  switch (input.type) {
    case 'message':
      return input.said.at <= endedAt;
    case 'timer':
      return recordingSteps.includes(input.timer.step);
    case 'action':
      return actionsOnRecordings.has(input.name);
    case 'recording':
      return input.event.what !== 'started';
    default:
      return false;
  }
};

describe('any shuffle of timers, messages and actions', () => {
  it('leaves a record that is stored and read again as it is', () => {
    forEveryChange(({ change }) => {
      expect(orderSchema.parse(JSON.parse(JSON.stringify(change.order)))).toEqual(change.order);
    });
  });

  it('makes only legal moves between stages, and each of them is met', () => {
    const met = new Set<string>();
    fc.assert(
      fc.property(arbitraryWalk, (walk) => {
        walkThrough(walk, ({ before, change }) => {
          const from: Stage = before?.stage ?? 'preparation';
          if (from !== change.order.stage) met.add(`${from}→${change.order.stage}`);
        });
      }),
      { numRuns: 700 },
    );
    expect([...met].toSorted()).toEqual(legalMoves.toSorted());
  });

  it('counts one version a change, and takes of an ended order nothing but what was said before its end, and what becomes of its recordings', () => {
    forEveryChange(({ before, change, input }) => {
      expect(change.order.version).toBe((before?.version ?? 0) + 1);
      if (before !== null && !isLive(before)) {
        expect(isTakenAfterEnd(input, before.endedAt!)).toBe(true);
        expect(change.order).toMatchObject({ stage: before.stage, endedAt: before.endedAt });
        for (const { step } of change.order.timers) expect(recordingSteps).toContain(step);
      }
      expect(change.order.endedAt === null).toBe(isLive(change.order));
    });
  });

  it('R1.2 keeps the deadline on day 9, and the remark in line with deadline and trainer', () => {
    forEveryChange(({ change: { order } }) => {
      const day = deadlineByHand(order);
      expect(order.deadline).toBe(day.toISOString().slice(0, 10));
      expect(order.remark).toBe(`截止${day.getUTCMonth() + 1}/${day.getUTCDate()} ${order.trainer.name}`);
    });
  });

  it('moves tasks only in legal ways, and forgets only old ones that have ended', () => {
    forEveryChange(({ before, change: { order } }) => {
      for (const old of before?.tasks ?? []) {
        const task = order.tasks.find(({ id }) => id === old.id);
        if (task === undefined) {
          const ofKind = order.tasks.filter(({ kind }) => kind === old.kind);
          expect(isWaiting(old)).toBe(false);
          expect(ofKind.length).toBeGreaterThanOrEqual(4);
          continue;
        }
        expect(legalTaskMoves[old.state]).toContain(task.state);
        expect(task.kind).toBe(old.kind);
        if (old.state === 'done') expect(task).toEqual(old);
      }
    });
  });

  it('keeps at most one waiting task of a kind, or of a question, under ids that are unique', () => {
    forEveryChange(({ change: { order } }) => {
      const kinds = order.tasks
        .filter(isWaiting)
        .map(({ kind, subject }) => (kind === 'call-about-delay' ? `${kind} ${subject}` : kind));
      expect(new Set(kinds).size).toBe(kinds.length);
      expect(new Set(order.tasks.map(({ id }) => id)).size).toBe(order.tasks.length);
    });
  });

  it('gives each task the history entries that changed it, in order', () => {
    forEveryChange(({ before, change: { order } }) => {
      for (const task of order.tasks) {
        const old = before?.tasks.find(({ id }) => id === task.id);
        expect(task.evidence).toEqual(
          old?.state === task.state && old.toldAt === task.toldAt && old.rung === task.rung
            ? old.evidence
            : [...(old?.evidence ?? []), order.version],
        );
      }
    });
  });

  it('never asks for what is due before it was raised', () => {
    forEveryChange(({ change: { order } }) => {
      for (const task of order.tasks) expect(task.dueAt >= task.raisedAt).toBe(true);
    });
  });

  it('asks for nothing any more once an order has ended', () => {
    forEveryChange(({ change: { order } }) => {
      if (isLive(order)) return;
      expect(order.tasks.filter(isWaiting)).toEqual([]);
      for (const { step } of order.timers) expect(recordingSteps).toContain(step);
    });
  });
});

describe('timers', () => {
  it('are strictly ordered by time and step, at full seconds, one a step', () => {
    forEveryChange(({ change: { order } }) => {
      const keys = order.timers.map(({ at, step }) => `${at} ${step}`);
      expect(keys).toEqual([...new Set(keys)].toSorted());
      expect(new Set(order.timers.map(({ step }) => step)).size).toBe(order.timers.length);
      for (const { at, version } of order.timers) {
        expect(at).toMatch(/\.000Z$/);
        expect(version).toBeLessThanOrEqual(order.version);
      }
    });
  });

  it('are there for each live order, so that none is ever forgotten', () => {
    forEveryChange(({ change: { order } }) => {
      expect(isLive(order) && order.timers.length === 0).toBe(false);
    });
  });

  it('have a name that never stands for another time, and never comes back once it has gone', () => {
    fc.assert(
      fc.property(arbitraryWalk, (walk) => {
        const times = new Map<string, Instant>();
        const gone = new Set<string>();
        walkThrough(walk, (step) => {
          const {
            before,
            change: { order },
          } = step;
          const fired = firedBy(step);
          const names = new Set(order.timers.map(({ step, version }) => `${step}.${version}`));
          for (const { step, version } of before?.timers ?? [])
            if (!names.has(`${step}.${version}`)) gone.add(`${step}.${version}`);
          if (fired !== null) gone.add(`${fired.step}.${fired.version}`);
          for (const { step, version, at } of order.timers) {
            const name = `${step}.${version}`;
            expect(gone.has(name)).toBe(false);
            expect(times.get(name) ?? at).toBe(at);
            times.set(name, at);
          }
        });
      }),
      runs,
    );
  });

  it('change nothing when they are stale, double or unknown', () => {
    forEveryChange(({ change: { order }, now }, everSet) => {
      const wanted = new Set(order.timers.map(({ step, version }) => `${step}.${version}`));
      const far = buildFacts('2099-01-01 00:00');
      for (const [name, timer] of everSet)
        if (!wanted.has(name)) expect(fireTimer(order, timer, far)).toEqual({ type: 'stale' });
      for (const { step, version } of order.timers)
        expect(fireTimer(order, { step, version: version + 1000 }, buildFacts(now))).toEqual({
          type: 'stale',
        });
    });
  });

  it('wait when they come before their time, be it by a millisecond', () => {
    forEveryChange(({ change: { order } }) => {
      for (const timer of order.timers) {
        const early = buildFacts(new Date(Date.parse(timer.at) - 1).toISOString());
        expect(fireTimer(order, timer, early)).toEqual({ type: 'early', dueAt: timer.at });
      }
    });
  });

  it('each do something when they fire: a notice, work on a recording, or a new stage', () => {
    forEveryChange((step) => {
      const { before, change } = step;
      const fired = firedBy(step);
      if (fired === null) return;
      const { notices, order, work = [] } = change;
      expect(notices.length > 0 || work.length > 0 || order.stage !== before?.stage).toBe(true);
      expect(change).toMatchObject({
        event: 'timer-fired',
        rules: [fired.rule],
        facts: { step: fired.step, at: fired.at },
      });
    });
  });
});

const takenAt = (acceptedAt: Instant, startsAt: Instant | null): string =>
  buildOrder({ acceptedAt, training: { startsAt } }, acceptedAt).deadline;
const deadlineWhenTrainedAt = (time: string): string =>
  takenAt(toInstant('2020-01-01T00:00:00Z'), toInstant(time));
const deadlineWhenTakenAt = (time: string): string => takenAt(toInstant(time), null);

describe('the deadline', () => {
  it('R1.2 never depends on the time of the day', () => {
    fc.assert(
      fc.property(arbitraryInstant, fc.integer({ min: 0, max: dayMs - 1 }), (instant, ofDay) => {
        const midnight = shanghaiDay(instant) * dayMs - 8 * 3_600_000;
        const other = new Date(midnight + ofDay).toISOString();
        expect(deadlineWhenTrainedAt(other)).toBe(deadlineWhenTrainedAt(instant));
        expect(deadlineWhenTakenAt(other)).toBe(deadlineWhenTakenAt(instant));
      }),
    );
  });
});
