import * as z from 'zod/mini';
import { instantSchema } from '../domain/instant.ts';
import { ruleIdSchema } from '../domain/rules.ts';
import { outboxResultSchema } from '../ports/outbox.ts';

export const reasonSchema = z.object({
  what: z.enum(['task', 'notice', 'timer', 'deadline', 'clock']),
  id: z.string(),
  rule: ruleIdSchema,
  ruleText: z.string(),
  why: z.string(),
  at: z.nullable(instantSchema),
  evidence: z.array(z.int()),
  result: z.nullable(outboxResultSchema),
});

/** `GET /api/orders/{id}/why`: the reason of each task, verdict on a question, notice, timer and the deadline; of a notice also what became of it. */
export const reasonsViewSchema = z.object({ orderId: z.string(), explanations: z.array(reasonSchema) });
