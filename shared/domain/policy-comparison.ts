import * as z from 'zod/mini';
import { openMsAWeek } from './business-calendar.ts';
import type { PayChange } from './fee-lines.ts';
import { comparePay, payOf } from './fee-lines.ts';
import type { Instant } from './instant.ts';
import type { Order } from './order.ts';
import type { Policy } from './policy.ts';
import { policySchema } from './policy.ts';
import { breachSentence } from './question-texts.ts';
import { clocksOf } from './questions.ts';
import type { ReplyClock } from './reply-clocks.ts';

const { replies, calendar, fees } = policySchema.shape;

/** A limit is looked for window by window: a calendar that hardly ever opens would take long. */
const leastOpenMs = 5 * 60 * 60_000;

/** What may be tried on orders of the past: the parameters that decide who breaches and who is paid. */
export const policyChangeSchema = z.strictObject({
  replies: z.optional(replies),
  calendar: z.optional(
    calendar.check(
      z.refine(
        (tried) => openMsAWeek(tried) >= leastOpenMs,
        'a calendar to be tried is open for at least five hours a week',
      ),
    ),
  ),
  fees: z.optional(fees),
});
export type PolicyChange = z.infer<typeof policyChangeSchema>;

/** The policy with the changes that are to be tried. */
export const tryChange = (policy: Policy, change: PolicyChange): Policy =>
  policySchema.parse({
    ...policy,
    ...Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)),
  });

/** How an order would have gone under another policy; empty lists where all is the same. */
export type Comparison = {
  orderId: string;
  clocks: readonly {
    clockId: string;
    messageId: string;
    holder: string;
    before: ReplyClock['state'];
    after: ReplyClock['state'];
    why: string;
  }[];
  pay: readonly PayChange[];
  /** Breaches and fen of the order in all. */
  breaches: BeforeAfter;
  paid: BeforeAfter;
};
type BeforeAfter = { before: number; after: number };

/** R3.1, R3.4 What would differ on an order if `changed` had been its policy: verdicts on its questions, and fen to its trainers. */
export const compareOrder = (order: Order, policy: Policy, changed: Policy, now: Instant): Comparison => {
  const [had, wouldHave] = [clocksOf(order, policy, now), clocksOf(order, changed, now)];
  const verdicts = new Map(had.map(({ id, state }) => [id, state]));
  const clocks = wouldHave.flatMap((clock) => {
    const before = verdicts.get(clock.id);
    if (before === undefined || before === clock.state) return [];
    const { id, messageId, holder, state } = clock;
    return [
      {
        clockId: id,
        messageId,
        holder,
        before,
        after: state,
        why: `${breachSentence(order, clock, changed, now)}（规则 R3.1）。`,
      },
    ];
  });
  const [paid, wouldBePaid] = [payOf(order, policy), payOf(order, changed)];
  return {
    orderId: order.orderId,
    clocks,
    pay: comparePay(paid, wouldBePaid),
    breaches: { before: breachesIn(had), after: breachesIn(wouldHave) },
    paid: { before: sumOf(paid), after: sumOf(wouldBePaid) },
  };
};

const breachesIn = (clocks: readonly ReplyClock[]): number =>
  clocks.filter(({ state }) => state === 'breached').length;

const sumOf = (pay: ReadonlyMap<string, number>): number => [...pay.values()].reduce((a, b) => a + b, 0);
