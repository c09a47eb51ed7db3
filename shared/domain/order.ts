import * as z from 'zod/mini';
import { calendarDaySchema, instantSchema } from './instant.ts';
import {
  callSchema,
  emergencySchema,
  holdingSchema,
  messageStampSchema,
  pauseSchema,
  seq,
  supportSchema,
  unavailableSchema,
} from './maintenance-facts.ts';
import { taskKindSchema, timedNoticeKindSchema } from './policy.ts';
import { holdSchema, recordingSchema } from './recordings/recording-facts.ts';
import { ruleIdSchema } from './rules.ts';

/** The CRM's number of an order. */
export const orderIdSchema = z
  .string()
  .check(z.regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, 'an order id is 1–64 characters of A–Z a–z 0–9 - _'));

export const stageSchema = z.enum([
  'preparation',
  'training',
  'maintenance',
  'acceptance',
  'closed',
  'cancelled',
]);
export type Stage = z.infer<typeof stageSchema>;

/** A line of text as people write it: trimmed, without line breaks and other control characters, which could forge lines of a message. */
export const lineSchema = (minLength: number, maxLength: number) =>
  z.string().check(
    z.trim(),
    z.minLength(minLength),
    z.maxLength(maxLength),
    z.refine(
      (text) => !/\p{Cc}/u.test(text),
      'a line of text has no line breaks or other control characters',
    ),
  );

/** A staff member as WeCom knows them; `@all` would mention everybody. */
export const staffIdSchema = z
  .string()
  .check(
    z.regex(/^[^\s@]\S{0,63}$/, 'a staff id is 1–64 characters without blanks, and does not begin with @'),
  );

export const personSchema = z.object({ id: staffIdSchema, name: lineSchema(1, 40) });

/** Fen, the hundredth of a yuan. */
export const fenSchema = z.int().check(z.nonnegative());

export const taskStateSchema = z.enum(['open', 'overdue', 'done', 'dropped']);

export const taskSchema = z.object({
  /** `call-customer-2`: the kind and how many of it the order has had. */
  id: z.string(),
  kind: taskKindSchema,
  rule: ruleIdSchema,
  /** What exactly is to be done, where that can change: the remark's text, the training time. */
  subject: z.string(),
  /** The staff id of the one who is to do it; empty for a desk. With another person it is another task. */
  holder: z.string(),
  state: taskStateSchema,
  raisedAt: instantSchema,
  dueAt: instantSchema,
  toldAt: z.nullable(instantSchema),
  /** The rung of the escalation ladder that comes next, and when the last one was reached. */
  rung: z.int(),
  chasedAt: z.nullable(instantSchema),
  doneAt: z.nullable(instantSchema),
  doneBy: z.nullable(z.string()),
  outcome: z.nullable(z.record(z.string(), z.json())),
  /** Numbers of the history entries that raised, chased and ended it. */
  evidence: z.array(z.int()),
});
export type Task = z.infer<typeof taskSchema>;

export const timerSchema = z.object({
  step: z.string(),
  at: instantSchema,
  /** The order's version that set it; a fired timer with another one is stale. */
  version: z.int(),
  rule: ruleIdSchema,
});
export type Timer = z.infer<typeof timerSchema>;

/** A line of the ledger that stands: what was booked for it, and under which entry. */
const bookedLineSchema = z.object({
  entryId: z.string(),
  kind: z.enum(['training', 'maintenance']),
  trainerId: z.string(),
  amount: fenSchema,
  days: z.array(z.int()),
});
export type BookedLine = z.infer<typeof bookedLineSchema>;

const doneSchema = z.nullable(z.object({ at: instantSchema, by: z.string() }));

/** What the order's people have recorded: the facts from which tasks and timers are derived. */
const factsSchema = z.object({
  joinedGroup: doneSchema,
  remark: z.nullable(z.object({ text: z.string(), at: instantSchema })),
  tools: doneSchema,
  /** R1.3: the training time that the customer has confirmed by phone. */
  confirmedTime: z.nullable(instantSchema),
  /** R1.3: calls that did not reach the customer, for the training time given. */
  missedCalls: z.nullable(z.object({ training: instantSchema, count: z.int() })),
  needs: z.nullable(
    z.object({
      extraNeeds: z.array(z.string()),
      understood: z.boolean(),
      note: z.nullable(z.string()),
      at: instantSchema,
    }),
  ),
  /** R1.5: the rules of the maintenance period as the customer was told them, with the deadline of that time. */
  noticeSent: z.nullable(z.object({ at: instantSchema, by: z.string(), deadline: calendarDaySchema })),
  /** R3.1 In the order in which they reached us. */
  messages: z.array(messageStampSchema),
  /** R3.1 What the people have been told of a clock, by its id. */
  clocksTold: z.record(z.string(), z.enum(['reminded', 'breached'])),
  pauses: z.array(pauseSchema),
  calls: z.array(callSchema),
  support: supportSchema,
  unavailable: unavailableSchema,
  trainers: z.array(holdingSchema),
  plannedTrainer: z.nullable(
    z.object({ at: instantSchema, trainer: personSchema, reason: z.string(), by: z.string(), seq }),
  ),
  emergencies: z.array(emergencySchema),
  /** R2.2 The files of the training's recording. */
  recordings: z.array(recordingSchema),
  /** R5.3 */
  holds: z.array(holdSchema),
  summary: z.nullable(
    z.object({
      at: instantSchema,
      round: z.int(),
      answered: z.array(z.string()),
      open: z.array(z.string()),
      lastTraining: z.nullable(instantSchema),
    }),
  ),
  /** R4.3: a return visit that was not OK asks for one more summary. */
  reopened: z.int(),
  signature: z.nullable(z.object({ at: instantSchema, where: z.string(), note: z.nullable(z.string()) })),
  returnVisit: z.nullable(z.object({ at: instantSchema, ok: z.boolean(), reason: z.nullable(z.string()) })),
  handOver: z.enum(['none', 'offered', 'returned', 'accepted']),
  handOverRound: z.int(),
  leftGroup: doneSchema,
});

/** A remote 7-day order as it is stored: the truth from which plan, tasks, timers and notices follow. */
export const orderSchema = z.object({
  orderId: orderIdSchema,
  version: z.int(),
  policy: z.string(),
  stage: stageSchema,
  kind: z.string(),
  system: z.string(),
  acceptedAt: instantSchema,
  shop: z.object({
    name: z.string(),
    package: z.string(),
    businessType: z.string(),
    needs: z.array(z.string()),
  }),
  customer: z.object({ name: z.string(), phone: z.string() }),
  training: z.object({
    startsAt: z.nullable(instantSchema),
    minutes: z.int(),
    startedAt: z.nullable(instantSchema),
    customerJoinedAt: z.nullable(instantSchema),
    finishedAt: z.nullable(instantSchema),
    /** R5.3 When its end was recorded, which may be later: a list that is closed by then does not grow. */
    finishRecordedAt: z.nullable(instantSchema),
  }),
  trainer: personSchema,
  assistant: personSchema,
  sales: personSchema,
  group: z.object({ robotKey: z.string() }),
  fees: z.object({ training: fenSchema, maintenance: fenSchema }),
  /** SHA-256 of what the CRM created, to tell a repeated message from another order under the same number. */
  contentHash: z.string(),
  facts: factsSchema,
  /** R3.1 How many questions wait for an answer, and since when the oldest one does; null when none does. */
  openQuestions: z.nullable(z.object({ since: instantSchema, count: z.int() })),
  /** Lines of the ledger that stand. */
  booked: z.array(bookedLineSchema),
  tasks: z.array(taskSchema),
  /** Timed notices that were sent: kind → what they were about. */
  told: z.partialRecord(timedNoticeKindSchema, z.string()),
  /** The day of the last list of overdue tasks to the manager. */
  digestedAt: z.nullable(instantSchema),
  timers: z.array(timerSchema),
  /** The newest entry of the history. */
  head: z.object({ seq: z.int(), hash: z.string() }),
  createdAt: instantSchema,
  endedAt: z.nullable(instantSchema),
  cancelReason: z.nullable(z.string()),
  deadline: calendarDaySchema,
  remark: z.string(),
});
export type Order = z.infer<typeof orderSchema>;

/** The stages of an order that has not ended. */
export const liveStages = [
  'preparation',
  'training',
  'maintenance',
  'acceptance',
] as const satisfies readonly Stage[];

export const isLive = ({ stage }: Pick<Order, 'stage'>): boolean => liveStages.some((live) => live === stage);
