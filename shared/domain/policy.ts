import * as z from 'zod/mini';
import { businessCalendarSchema } from './business-calendar.ts';
import { holidayNameSchema } from './holidays.ts';
import { ruleIdSchema } from './rules.ts';

const minutes = z.int();
/** A span of service time: at most the seven days of the maintenance. */
const span = z.int().check(z.positive(), z.maximum(7 * 24 * 60));
const clockTime = z.string().check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$/));

/**
 * Who does a task or is told: a person of the order (trainer, assistant, sales), a desk of the house (manager, service, support),
 * or the responder: whoever answers the customer now, the trainer or under an emergency plan the support desk.
 */
export const partySchema = z.enum([
  'trainer',
  'assistant',
  'sales',
  'manager',
  'service',
  'support',
  'responder',
]);
export type Party = z.infer<typeof partySchema>;

/** From where a moment is counted: an event of the order, or a day of the nine at a Shanghai time. */
export const momentSchema = z.discriminatedUnion('from', [
  z.object({ from: z.literal('acceptance'), minutes }),
  z.object({ from: z.literal('raised'), minutes }),
  z.object({ from: z.literal('training'), minutes }),
  z.object({ from: z.literal('training-end'), minutes }),
  z.object({ from: z.literal('training-finished'), minutes }),
  z.object({ from: z.literal('last-training'), minutes }),
  z.object({ from: z.literal('due'), minutes }),
  z.object({ from: z.literal('day'), day: z.int().check(z.minimum(0), z.maximum(9)), time: clockTime }),
]);
export type Moment = z.infer<typeof momentSchema>;

/** One step of an escalation ladder: when it is reached with the task still open, `tell` hears of it. */
const rungSchema = z.object({ at: momentSchema, tell: partySchema });

const taskRuleSchema = z.object({
  rule: ruleIdSchema,
  who: partySchema,
  due: momentSchema,
  /** `raised`: told at once; `due`: told when due; `other`: another notice speaks of it. */
  announce: z.enum(['raised', 'due', 'other']),
  ladder: z.array(rungSchema).check(z.minLength(1)),
});

const noticeRuleSchema = z.object({ rule: ruleIdSchema, at: momentSchema, tell: partySchema });

export const taskKindSchema = z.enum([
  'join-group',
  'set-remark',
  'agree-time',
  'confirm-tools',
  'call-customer',
  'confirm-needs',
  'send-notice',
  'start-training',
  'finish-training',
  'upload-recording',
  'send-recording',
  'call-about-delay',
  'step-in',
  'arrange-cover',
  'open-qa-group',
  'hold-summary',
  'collect-signature',
  'return-visit',
  'hand-over',
  'accept-hand-over',
  'leave-group',
]);
export type TaskKind = z.infer<typeof taskKindSchema>;

export const timedNoticeKindSchema = z.enum(['briefing', 'summary-eve', 'last-training']);
export type TimedNoticeKind = z.infer<typeof timedNoticeKindSchema>;

/** R3.3 A peak season: a month of every year, or a statutory holiday. */
const seasonSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('month'), name: z.string(), month: z.int().check(z.minimum(1), z.maximum(12)) }),
  z.object({ type: z.literal('holiday'), name: z.string(), holiday: holidayNameSchema }),
]);
export type Season = z.infer<typeof seasonSchema>;

/** R3.1 The conditions under which time does not count. */
export const pauseConditionSchema = z.enum(['awaiting-customer', 'customer-asked-to-wait', 'system-outage']);

/** A policy: every number and every row of the playbook of one version of the rule book. An order keeps the version it was created under. */
export const policySchema = z.object({
  version: z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/)),
  /** R0.1 */
  kinds: z.array(z.string()),
  systems: z.array(z.string()),
  /** R0.2: the training day is day 1, acceptance is this day. */
  lastDay: z.int(),
  /** R1.2: while no training time is agreed, the training is assumed so many days after acceptance. */
  assumedTrainingAfterDays: z.int(),
  /** R1.3: so many calls without reaching the customer, and the assistant is told. */
  callAttempts: z.int(),
  /** R2.1: a start so many minutes after the agreed time is reported. */
  lateStartMinutes: z.int(),
  /** R3.1: a question is answered within `minutes` of service time; the responder is reminded after `remindMinutes`. */
  replies: z
    .object({ minutes: span, remindMinutes: span })
    .check(
      z.refine(
        ({ minutes, remindMinutes }) => remindMinutes < minutes,
        'the reminder comes before the limit',
      ),
    ),
  /** R3.5: so many minutes without an answer, and the customer is phoned. */
  callAfterMinutes: span,
  /** R3.1: when time counts. */
  calendar: businessCalendarSchema,
  /** R3.2: so many times may support step in on an order. */
  supportLimit: z.int().check(z.nonnegative()),
  /** R3.3 */
  seasons: z.array(seasonSchema),
  /** R3.4: a maintenance day belongs to who holds the order at `dayStart`; one that starts under the emergency plan is paid or not. */
  fees: z.object({ dayStart: clockTime, emergencyDays: z.enum(['unpaid', 'paid']) }),
  recordings: z.object({
    /** R2.2 The largest file, and what recorders write: MIME types. */
    maxBytes: z.int().check(z.positive()),
    contentTypes: z.array(z.string()),
    mostFiles: z.int().check(z.positive()),
    /** R2.2 The least share of the training's planned length that is on video. */
    leastShare: z.number().check(z.positive(), z.maximum(1)),
    /** R2.3 For how long a link lets the customer watch. */
    linkDays: z.int().check(z.positive()),
    /** R5.1 Kept so long in any case … */
    keepDays: z.int().check(z.positive()),
    /** R5.3 … and until so long after the covering draw, which has set its holds by then. */
    releaseAfterDrawMinutes: minutes,
    /** So long after an upload was begun, or called finished, it is looked whether it has come to a standstill; after the last look it is given up. */
    lookMinutes: z.array(minutes).check(z.minLength(1)),
  }),
  /** What is overdue with its ladder climbed to the end is listed to the manager every day at this time. */
  digest: z.object({ rule: ruleIdSchema, time: clockTime }),
  tasks: z.record(taskKindSchema, taskRuleSchema),
  notices: z.record(timedNoticeKindSchema, noticeRuleSchema),
  /** R4.4: where the customer finds customer service after hand-over. */
  serviceContact: z.object({ link: z.string(), publicAccount: z.string(), keyword: z.string() }),
});
export type Policy = z.infer<typeof policySchema>;
