import * as z from 'zod/mini';
import { instantSchema, isoTimeSchema } from '../domain/instant.ts';
import { stageSchema } from '../domain/order.ts';
import { partySchema } from '../domain/policy.ts';
import { ruleIdSchema } from '../domain/rules.ts';

/** So far ahead a plan reaches: an order that nobody touches is listed to the manager every day for ever. */
export const planDays = 366;

export const planQuerySchema = z.object({ until: z.optional(isoTimeSchema) });

export const plannedTimerSchema = z.object({
  at: instantSchema,
  step: z.string(),
  rule: ruleIdSchema,
  reason: z.string(),
  stage: stageSchema,
  tells: z.array(z.object({ tell: partySchema, mention: z.array(z.string()), text: z.string() })),
});

/** `GET /api/orders/{id}/plan`: every timer to come if nobody acts. */
export const planViewSchema = z.object({
  orderId: z.string(),
  until: instantSchema,
  timers: z.array(plannedTimerSchema),
});
