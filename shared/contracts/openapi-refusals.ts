import * as z from 'zod/mini';
import { roleSchema } from '../domain/actions/action.ts';
import { instantSchema } from '../domain/instant.ts';
import { stageSchema } from '../domain/order.ts';
import type { Refusal } from '../domain/refusal.ts';

type Documented = { status: number; about: string; schema: z.ZodMiniType; example: object };

const body = <Code extends string, Detail extends z.core.$ZodLooseShape>(error: Code, detail: Detail) =>
  z.object({ error: z.literal(error), message: z.string(), ...detail });

/** Every body that refuses a request, by its code: the status that it comes with, when it does, and what it names. */
export const refusals = {
  malformed: {
    status: 400,
    about:
      'Body, query or header is not as described. `issues` lists all that is wrong and what is accepted.',
    schema: body('malformed', { issues: z.array(z.object({ path: z.string(), message: z.string() })) }),
    example: {
      issues: [{ path: 'data.fees.training', message: 'Invalid input: expected number, received string' }],
    },
  },
  unauthorized: {
    status: 401,
    about:
      'Who calls is not proven. Webhooks: `headers` (missing or malformed), `timestamp` (more than five minutes off), `signature`. Staff: `no-session`, `invalid-session`, `session-ended`.',
    schema: body('unauthorized', {
      reason: z.enum(['headers', 'timestamp', 'signature', 'no-session', 'invalid-session', 'session-ended']),
    }),
    example: { reason: 'signature' },
  },
  'wrong-role': {
    status: 403,
    about: 'The session carries none of the roles that may do this.',
    schema: body('wrong-role', { action: z.string(), accepted: z.array(roleSchema) }),
    example: { action: 'set-remark', accepted: ['trainer'] },
  },
  'foreign-upload': {
    status: 403,
    about: 'Somebody else is uploading this file: nobody but they can go on with it.',
    schema: body('foreign-upload', { recordingId: z.string() }),
    example: { recordingId: 'R20250308-001.0f3a9c51d2b74e68a1c5d9e2f4b60718' },
  },
  'not-found': {
    status: 404,
    about: 'This release knows no such action or address.',
    schema: body('not-found', {}),
    example: {},
  },
  'unknown-order': {
    status: 404,
    about: 'There is no order under this number.',
    schema: body('unknown-order', { orderId: z.string() }),
    example: { orderId: 'R20250308-001' },
  },
  'different-content': {
    status: 409,
    about: 'This order, or this message id, is known with other content. Nothing was changed.',
    schema: body('different-content', { orderId: z.string() }),
    example: { orderId: 'R20250308-001' },
  },
  'key-reused': {
    status: 409,
    about: 'This `Idempotency-Key` was used for another action or another body. Nothing was changed.',
    schema: body('key-reused', {}),
    example: {},
  },
  'wrong-stage': {
    status: 409,
    about: 'The order’s stage does not allow this (R0.2). `accepted` names the stages that do.',
    schema: body('wrong-stage', { action: z.string(), stage: stageSchema, accepted: z.array(stageSchema) }),
    example: { action: 'finish-training', stage: 'preparation', accepted: ['training'] },
  },
  'already-done': {
    status: 409,
    about: 'It has been recorded before; `at` says when, where that is known.',
    schema: body('already-done', { action: z.string(), at: z.nullable(instantSchema) }),
    example: { action: 'join-group', at: '2025-03-08T02:10:00.000Z' },
  },
  'not-yet': {
    status: 409,
    about: 'Something has to come first, e.g. the check of the needs before the training (R1.4).',
    schema: body('not-yet', { action: z.string(), missing: z.array(z.string()) }),
    example: { action: 'start-training', missing: ['confirm-needs'] },
  },
  'impossible-time': {
    status: 409,
    about: 'The time given can not be: after now, before now, before the start, or the one on record.',
    schema: body('impossible-time', {
      field: z.string(),
      value: instantSchema,
      why: z.enum([
        'in-the-future',
        'in-the-past',
        'before-start',
        'before-acceptance',
        'before-question',
        'unchanged',
        'not-agreed',
      ]),
    }),
    example: { field: 'startsAt', value: '2025-03-09T06:00:00.000Z', why: 'unchanged' },
  },
  'different-message': {
    status: 409,
    about: 'Another message was recorded under this id.',
    schema: body('different-message', { messageId: z.string() }),
    example: { messageId: 'msg-20250310-07' },
  },
  'unknown-message': {
    status: 404,
    about: 'The order’s group has no such message.',
    schema: body('unknown-message', { messageId: z.string() }),
    example: { messageId: 'msg-20250310-99' },
  },
  'not-a-question': {
    status: 409,
    about: 'Only what a customer wrote can be dismissed (R3.1).',
    schema: body('not-a-question', { messageId: z.string() }),
    example: { messageId: 'msg-20250310-08' },
  },
  'limit-reached': {
    status: 409,
    about: 'The order’s record holds no more of these.',
    schema: body('limit-reached', {
      what: z.enum([
        'messages',
        'calls',
        'dismissals',
        'pauses',
        'trainers',
        'emergencies',
        'recordings',
        'holds',
      ]),
      limit: z.int(),
    }),
    example: { what: 'messages', limit: 1000 },
  },
  'budget-left': {
    status: 409,
    about: 'Support may still step in without a grant (R3.2).',
    schema: body('budget-left', { rule: z.literal('R3.2'), left: z.int() }),
    example: { rule: 'R3.2', left: 2 },
  },
  'not-on': {
    status: 409,
    about: 'The emergency plan is not on (R3.3).',
    schema: body('not-on', { action: z.string() }),
    example: { action: 'emergency-plan' },
  },
  'budget-spent': {
    status: 409,
    about: 'Support has stepped in as often as it may; a manager can grant one more step (R3.2).',
    schema: body('budget-spent', { rule: z.literal('R3.2'), limit: z.int(), used: z.int() }),
    example: { rule: 'R3.2', limit: 3, used: 3 },
  },
  'already-taken': {
    status: 409,
    about: 'Another supporter has stepped in already; `by` and `at` say who and when (R3.2).',
    schema: body('already-taken', { by: z.string(), at: instantSchema }),
    example: { by: 'support-1', at: '2025-03-10T02:10:00.000Z' },
  },
  'former-trainer': {
    status: 409,
    about: 'The caller held the order before; another trainer does now (R3.4).',
    schema: body('former-trainer', { action: z.string() }),
    example: { action: 'record-summary' },
  },
  'unknown-recording': {
    status: 404,
    about: 'There is no recording under this id.',
    schema: body('unknown-recording', { recordingId: z.string() }),
    example: { recordingId: 'R20250308-001.0f3a9c51d2b74e68a1c5d9e2f4b60718' },
  },
  'unknown-hold': {
    status: 404,
    about: 'The order has no hold under this id (R5.3).',
    schema: body('unknown-hold', { holdId: z.string() }),
    example: { holdId: 'hold-2' },
  },
  'upload-over': {
    status: 409,
    about: 'The upload has come to its end: finished, aborted or given up at `at`.',
    schema: body('upload-over', { recordingId: z.string(), at: instantSchema }),
    example: {
      recordingId: 'R20250308-001.0f3a9c51d2b74e68a1c5d9e2f4b60718',
      at: '2025-03-09T08:20:00.000Z',
    },
  },
  'parts-differ': {
    status: 409,
    about: 'These parts have not arrived, or are others than the ones named: they are to be uploaded again.',
    schema: body('parts-differ', { recordingId: z.string(), parts: z.array(z.int()) }),
    example: { recordingId: 'R20250308-001.0f3a9c51d2b74e68a1c5d9e2f4b60718', parts: [7] },
  },
  'not-ready': {
    status: 409,
    about: 'The recording has not passed its check, so there is nothing to watch (R2.2).',
    schema: body('not-ready', { recordingId: z.string() }),
    example: { recordingId: 'R20250308-001.0f3a9c51d2b74e68a1c5d9e2f4b60718' },
  },
  'nothing-to-accept': {
    status: 409,
    about: 'Only a recording that is too short or begins too late can be let pass (R2.2).',
    schema: body('nothing-to-accept', { recordingId: z.string() }),
    example: { recordingId: 'R20250308-001.0f3a9c51d2b74e68a1c5d9e2f4b60718' },
  },
  'file-too-large': {
    status: 413,
    about: 'The file is larger than `maxBytes` (R2.2).',
    schema: body('file-too-large', { size: z.int(), maxBytes: z.int() }),
    example: { size: 30_000_000_000, maxBytes: 21_474_836_480 },
  },
  'unknown-file-type': {
    status: 415,
    about: 'The file is none that a recorder writes (R2.2). `accepted` names the types that are.',
    schema: body('unknown-file-type', { given: z.string(), accepted: z.array(z.string()) }),
    example: { given: 'image/png', accepted: ['video/mp4', 'video/x-flv'] },
  },
  'too-large': {
    status: 413,
    about: 'The body is larger than `maxBytes`.',
    schema: body('too-large', { maxBytes: z.int() }),
    example: { maxBytes: 65_536 },
  },
  'out-of-scope': {
    status: 422,
    about: 'The order is none that the rule book covers (R0.1). `accepted` names the values that are.',
    schema: body('out-of-scope', {
      rule: z.literal('R0.1'),
      field: z.string(),
      value: z.string(),
      accepted: z.array(z.string()),
    }),
    example: { rule: 'R0.1', field: 'kind', value: 'on-site', accepted: ['remote-7day'] },
  },
  fault: {
    status: 500,
    about: 'A fault of ours; it is logged. Read the order before trying again.',
    schema: body('fault', {}),
    example: {},
  },
  'try-later': {
    status: 503,
    about:
      'Too much at once: others were changing the same order all the time, or AWS is busy. Nothing was changed; try again after `retry-after`.',
    schema: body('try-later', {}),
    example: {},
  },
} as const satisfies Record<
  | Refusal['type']
  | 'malformed'
  | 'unauthorized'
  | 'not-found'
  | 'key-reused'
  | 'too-large'
  | 'fault'
  | 'try-later',
  Documented
>;

export type RefusalCode = keyof typeof refusals;

const isRefusalCode = (code: string): code is RefusalCode => Object.hasOwn(refusals, code);

export const refusalCodes: readonly RefusalCode[] = Object.keys(refusals).filter(isRefusalCode);
