import * as z from 'zod/mini';
import type { Change } from '../domain/decision.ts';
import { effectsOf } from '../domain/effects.ts';
import { historyEntrySchema } from '../domain/history.ts';
import type { Order } from '../domain/order.ts';
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
});

/** A change that is not made. The robots' keys stay inside. */
export const viewDryRun = (before: Order, { order, notices }: Change): z.infer<typeof dryRunViewSchema> => ({
  dryRun: true,
  effects: effectsOf(before, order, notices),
  notices: notices.map(({ kind, rule, tell, mention, text }) => ({
    kind,
    rule,
    tell,
    mention: [...mention],
    text,
  })),
});
