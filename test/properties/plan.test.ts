import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timerChanges } from '../../shared/domain/effects.ts';
import { fireTimer } from '../../shared/domain/fire-timer.ts';
import type { Instant } from '../../shared/domain/instant.ts';
import { later, plusMinutes } from '../../shared/domain/instant.ts';
import type { Order, Timer } from '../../shared/domain/order.ts';
import { isLive } from '../../shared/domain/order.ts';
import { timedNoticeKindSchema } from '../../shared/domain/policy.ts';
import { planOf } from '../../shared/domain/plan.ts';
import { arbitraryWalk, buildFacts, walkThrough } from '../support/build-order.ts';

const days = (count: number): number => count * 24 * 60;

type Firing = { at: Instant; step: string; rule: string; texts: readonly string[] };

/**
 * What really fires when nobody acts. The schedules are those that the effects have set and not dropped, as the timer service has them:
 * a schedule is gone once it has fired. `lastFirst` turns the order of those that are due together.
 */
const fireAll = (start: Order, now: Instant, until: Instant, lastFirst: boolean) => {
  let [order, present] = [start, now];
  const schedules = new Map<string, Timer>();
  const change = ({ set, drop }: ReturnType<typeof timerChanges>): void => {
    for (const { step, version } of drop) schedules.delete(`${step}.${version}`);
    for (const timer of set) schedules.set(`${timer.step}.${timer.version}`, timer);
  };
  const next = (): Timer | undefined =>
    [...schedules.values()]
      .filter(({ at }) => at <= until)
      .toSorted((a, b) =>
        a.at === b.at ? (a.step < b.step ? -1 : 1) * (lastFirst ? -1 : 1) : a.at < b.at ? -1 : 1,
      )[0];
  change(timerChanges(null, start));
  const firings: Firing[] = [];
  for (let timer = next(); timer !== undefined; timer = next()) {
    schedules.delete(`${timer.step}.${timer.version}`);
    present = later(timer.at, present);
    const fired = fireTimer(order, timer, buildFacts(present));
    if (fired.type !== 'change') throw new Error(`${timer.step} was set and is ${fired.type}`);
    change(timerChanges(order, fired.change.order));
    ({ order } = fired.change);
    const texts = fired.change.notices.map(({ text }) => text);
    firings.push({ at: present, step: timer.step, rule: timer.rule, texts });
  }
  return { firings, order };
};

const arbitraryMoment = fc.record({ walk: arbitraryWalk, pause: fc.nat(days(3)), ahead: fc.nat(days(40)) });

const momentOf = ({
  walk,
  pause,
  ahead,
}: typeof arbitraryMoment extends fc.Arbitrary<infer T> ? T : never) => {
  const { change, now } = walkThrough(walk).at(-1)!;
  const present = plusMinutes(now, pause);
  return { order: change.order, now: present, until: plusMinutes(present, ahead) };
};

describe('the plan', () => {
  it('is what really fires when nobody acts', () => {
    fc.assert(
      fc.property(arbitraryMoment, (moment) => {
        const { order, now, until } = momentOf(moment);
        const plan = planOf(order, buildFacts(now), until);
        const { firings } = fireAll(order, now, until, false);
        const planned = plan.map(({ at, step, rule, tells }) => ({
          at,
          step,
          rule,
          texts: tells.map(({ text }) => text),
        }));
        expect(planned).toEqual(firings);
      }),
      { numRuns: 200 },
    );
  });

  it('does not depend on the order in which timers of the same instant fire', () => {
    // A timer of this instant that fires before may tell a timed notice, or release recordings, by settling.
    const settled = new Set<string>([...timedNoticeKindSchema.options, 'release-recordings']);
    const named = (firings: readonly Firing[]) =>
      firings
        .filter(({ step }) => !settled.has(step))
        .map(({ at, step }) => `${at} ${step}`)
        .toSorted();
    fc.assert(
      fc.property(arbitraryMoment, (moment) => {
        const { order, now, until } = momentOf(moment);
        // Settling does at once what a question's timer or a hand-over of this instant would: theirs may then have nothing left to do.
        fc.pre(order.openQuestions === null && order.facts.plannedTrainer === null);
        const [a, b] = [false, true].map((lastFirst) => fireAll(order, now, until, lastFirst));
        expect(named(a!.firings)).toEqual(named(b!.firings));
      }),
      { numRuns: 100 },
    );
  });

  it('is in the order of time, within its bounds, and goes on as long as the order lives', () => {
    fc.assert(
      fc.property(arbitraryMoment, (moment) => {
        const { order, now } = momentOf(moment);
        const until = plusMinutes(now, days(30));
        const times = planOf(order, buildFacts(now), until).map(({ at }) => at);
        expect(times).toEqual(times.toSorted());
        expect(times.every((at) => at >= now && at <= until)).toBe(true);
        // Whatever is left undone is listed to the manager every day.
        const lastDays = times.filter((at) => at > plusMinutes(until, -days(2)));
        if (isLive(order)) expect(lastDays.length).toBeGreaterThan(0);
      }),
      { numRuns: 100 },
    );
  });
});
