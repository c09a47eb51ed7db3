import * as z from 'zod/mini';
import type { Change } from '../domain/decision.ts';
import { effectsOf } from '../domain/effects.ts';
import { comparePay, expectedCourse, payChangeSchema, payOf } from '../domain/fee-lines.ts';
import { historyEntrySchema } from '../domain/history.ts';
import type { Instant } from '../domain/instant.ts';
import type { Order } from '../domain/order.ts';
import { policyOf } from '../domain/policies/policies.ts';
import { partySchema } from '../domain/policy.ts';
import { ruleIdSchema } from '../domain/rules.ts';
import './issues.ts';

/** What goes with an action beside its body: `?dryRun=` and the header `Idempotency-Key`. */
export const actionCallSchema = z.object({
  dryRun: z._default(z.enum(['true', 'false']), 'false'),
  'idempotency-key': z.optional(
    z.string().check(z.regex(/^[\x21-\x7e]{1,256}$/, 'an idempotency key is 1–256 visible ASCII characters')),
  ),
});

/** The answer to an action with `?dryRun=true`: what it would change, and what it would tell. */
export const dryRunViewSchema = z.object({
  dryRun: z.literal(true),
  effects: historyEntrySchema.shape.effects,
  notices: z.array(
    z.object({
      kind: z.string(),
      rule: ruleIdSchema,
      tell: partySchema,
      mention: z.array(z.string()),
      text: z.string(),
    }),
  ),
  /** R3.4 Trainers who would be paid differently in the end, in fen. */
  pay: z.array(payChangeSchema),
});

/** A change that is not made. The robots' keys stay inside. */
export const viewDryRun = (
  before: Order,
  change: Change,
  now: Instant,
): z.infer<typeof dryRunViewSchema> => ({
  dryRun: true,
  effects: effectsOf(before, change),
  notices: change.notices.map(({ kind, rule, tell, mention, text }) => ({
    kind,
    rule,
    tell,
    mention: [...mention],
    text,
  })),
  pay: payChanges(before, change.order, now),
});

const payChanges = (before: Order, after: Order, now: Instant) => {
  const policy = policyOf(after.policy);
  const [old, next] = [before, after].map((order) => payOf(expectedCourse(order, now), policy));
  return [...comparePay(old ?? new Map(), next ?? new Map())];
};
