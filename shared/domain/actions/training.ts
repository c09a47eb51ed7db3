import * as z from 'zod/mini';
import type { Facts } from '../decision.ts';
import type { Instant } from '../instant.ts';
import { isoTimeSchema, plusMinutes } from '../instant.ts';
import type { Order } from '../order.ts';
import { noticeFor } from '../notices.ts';
import { moveTo } from '../transitions.ts';
import { finishedText, lateStartText } from '../wording.ts';
import { action, notYet, refuseFuture } from './action.ts';

/** R2.1, R1.4: not before the needs are checked. */
const startTraining = action({
  rule: 'R2.1',
  summary: 'The live training has started; needs must have been checked before (R1.4)',
  roles: ['trainer'],
  stages: ['preparation'],
  completes: ['start-training'],
  input: z.strictObject({ at: z.optional(isoTimeSchema), customerJoinedAt: z.optional(isoTimeSchema) }),
  decide: (order, { at = null, customerJoinedAt = null }, facts) => {
    const startedAt = at ?? facts.now;
    if (order.training.startsAt === null) return notYet('start-training', 'confirm-time');
    if (order.facts.needs?.understood !== true) return notYet('start-training', 'confirm-needs');
    const refused =
      refuseStart(order, 'at', startedAt, facts.now) ??
      refuseStart(order, 'customerJoinedAt', customerJoinedAt ?? startedAt, facts.now);
    if (refused !== null) return refused;
    const training = { ...order.training, startedAt, customerJoinedAt };
    const started = { ...moveTo(order, 'training'), training };
    return { order: started, done: true, notices: lateStart(order, startedAt, facts) };
  },
});

const refuseStart = (order: Order, field: string, at: Instant, now: Instant) =>
  at < order.acceptedAt
    ? ({ refusal: { type: 'impossible-time', field, value: at, why: 'before-acceptance' } } as const)
    : refuseFuture(field, at, now);

/** R2.1 A late start is reported to the assistant with its time, whether or not the ladder has told that it is awaited. */
const lateStart = (order: Order, startedAt: Instant, facts: Facts) => {
  const { startsAt } = order.training;
  if (startsAt === null || startedAt <= plusMinutes(startsAt, facts.policy.lateStartMinutes)) return [];
  const text = lateStartText(order, startedAt);
  return [noticeFor(order, { kind: 'training-started-late', rule: 'R2.1', tell: 'assistant', text }, facts)];
};

/** R2.1, R2.4 The assistant is told by the product, not by hand. */
const finishTraining = action({
  rule: 'R2.4',
  summary: 'The live training has ended; the assistant is told in the group',
  roles: ['trainer'],
  stages: ['training'],
  completes: ['finish-training'],
  input: z.strictObject({ at: z.optional(isoTimeSchema) }),
  decide: (order, { at = null }, facts) => {
    const finishedAt = at ?? facts.now;
    const refused = refuseFuture('at', finishedAt, facts.now);
    if (refused !== null) return refused;
    if (order.training.startedAt !== null && finishedAt < order.training.startedAt)
      return { refusal: { type: 'impossible-time', field: 'at', value: finishedAt, why: 'before-start' } };
    const saying = {
      kind: 'training-finished',
      rule: 'R2.4',
      tell: 'assistant',
      text: finishedText(order, facts.policy),
    } as const;
    return {
      order: {
        ...moveTo(order, 'maintenance'),
        training: { ...order.training, finishedAt, finishRecordedAt: facts.now },
      },
      done: true,
      notices: [noticeFor(order, saying, facts)],
    };
  },
});

export const trainingActions = { 'start-training': startTraining, 'finish-training': finishTraining };
