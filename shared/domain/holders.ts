import * as z from 'zod/mini';
import { holdingsOf } from './holdings.ts';
import type { Instant } from './instant.ts';
import { epochMs, later } from './instant.ts';
import type { Order } from './order.ts';
import type { Policy } from './policy.ts';
import { clocksOf, isOpen, periodOf } from './questions.ts';

/** R3.4 What one holder of an order's questions has to answer for. */
export const holderRecordSchema = z.object({
  holder: z.string(),
  name: z.string(),
  /** Minutes of the maintenance period in which this holder had to answer. */
  minutesHeld: z.int(),
  answered: z.int(),
  breaches: z.int(),
  open: z.int(),
});
type HolderRecord = z.infer<typeof holderRecordSchema>;

/** R3.1, R3.4 The maintenance period by holder, in the order in which they came: who held how long, answered and breached how much. */
export const holderRecords = (order: Order, policy: Policy, now: Instant): readonly HolderRecord[] => {
  const clocks = clocksOf(order, policy, now);
  const holdings = holdingsOf(order.facts);
  const spans = holdings.map(({ from, holder, name }, index) => ({
    holder,
    name,
    ms: heldMs({ from, to: holdings[index + 1]?.from ?? now }, periodOf(order, policy), now),
  }));
  return [...new Set(spans.map(({ holder }) => holder))].flatMap((holder) => {
    const own = clocks.filter((clock) => clock.holder === holder);
    const held = spans.filter((span) => span.holder === holder);
    const record = {
      holder,
      name: held[0]?.name ?? holder,
      minutesHeld: Math.floor(held.reduce((sum, { ms }) => sum + ms, 0) / 60_000),
      answered: own.filter(({ answeredBy }) => answeredBy !== null).length,
      breaches: own.filter(({ state }) => state === 'breached').length,
      open: own.filter(isOpen).length,
    };
    return record.minutesHeld > 0 || own.length > 0 ? [record] : [];
  });
};

type Period = { from: Instant; to: Instant };

const heldMs = (held: Period, period: Period | null, now: Instant): number => {
  if (period === null) return 0;
  const to = [held.to, period.to, now].toSorted()[0] ?? now;
  return Math.max(0, epochMs(to) - epochMs(later(held.from, period.from)));
};
