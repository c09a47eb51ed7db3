import * as z from 'zod/mini';
import { instantSchema } from './instant.ts';
import { pauseConditionSchema } from './policy.ts';

/** Number of the history entry that recorded something: its evidence. */
export const seq = z.int();

/** R3.1 A message of the order's group without its text, which is kept apart: what verdicts on questions are made of. */
export const messageStampSchema = z.object({
  id: z.string(),
  /** The message's own time, not when it reached us. */
  at: instantSchema,
  role: z.enum(['customer', 'trainer', 'support']),
  /** Staff id; empty for a customer. */
  author: z.string(),
  seq,
  /** Why it needs no answer, where somebody has said so. */
  dismissed: z.nullable(z.object({ at: instantSchema, by: z.string(), reason: z.string(), seq })),
});
export type MessageStamp = z.infer<typeof messageStampSchema>;

export const pauseSchema = z.object({
  from: instantSchema,
  to: z.nullable(instantSchema),
  condition: pauseConditionSchema,
  by: z.string(),
  seq,
});
export type Pause = z.infer<typeof pauseSchema>;

/** R3.4 A trainer of the order, from when on. */
export const holdingSchema = z.object({ from: instantSchema, id: z.string(), name: z.string(), seq });

/** R3.3 The emergency plan: while it is on, support answers. */
export const emergencySchema = z.object({
  from: instantSchema,
  to: z.nullable(instantSchema),
  reason: z.string(),
  by: z.string(),
  seq,
  /** The history entry that ended it. */
  endSeq: z.nullable(z.int()),
  /** That the customer is in the Q&A group. */
  qaGroup: z.nullable(z.object({ at: instantSchema, by: z.string() })),
});
export type Emergency = z.infer<typeof emergencySchema>;

/** R3.2 Steps of support into an order. */
export const supportSchema = z.object({
  /** How often it was asked for; the number of the newest request. */
  requests: z.int(),
  /** `granted`: a manager has put it, with a grant; the trainer may put it anew. */
  request: z.nullable(
    z.object({ at: instantSchema, by: z.string(), reason: z.string(), granted: z.boolean(), seq }),
  ),
  /** Steps that used up the budget, and how many more a manager has granted. */
  used: z.int(),
  granted: z.int(),
  /** The newest steps. */
  steps: z.array(z.object({ at: instantSchema, by: z.string(), counted: z.boolean(), seq })),
});

/** R3.5 A phone call to the customer about a delay. */
export const callSchema = z.object({
  at: instantSchema,
  by: z.string(),
  outcome: z.string(),
  note: z.string(),
  reached: z.boolean(),
  seq,
});

/** R3.4 That the trainer can not maintain, and how often they have said so. */
export const unavailableSchema = z.object({
  count: z.int(),
  open: z.nullable(z.object({ at: instantSchema, by: z.string(), reason: z.string(), seq })),
});
