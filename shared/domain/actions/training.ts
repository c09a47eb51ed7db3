import * as z from 'zod/mini';
import { isoTimeSchema } from '../instant.ts';
import { noticeFor } from '../notices.ts';
import { moveTo } from '../transitions.ts';
import { finishedText } from '../wording.ts';
import { action, notYet, refuseFuture } from './action.ts';

/** R2.1, R1.4: not before the needs are checked. */
const startTraining = action({
  rule: 'R2.1',
  summary: 'The live training has started; needs must have been checked before (R1.4)',
  roles: ['trainer'],
  stages: ['preparation'],
  completes: ['start-training'],
  input: z.strictObject({ at: z.optional(isoTimeSchema), customerJoinedAt: z.optional(isoTimeSchema) }),
  decide: (order, { at = null, customerJoinedAt = null }, { now }) => {
    const startedAt = at ?? now;
    if (order.training.startsAt === null) return notYet('start-training', 'confirm-time');
    if (order.facts.needs?.understood !== true) return notYet('start-training', 'confirm-needs');
    const refused =
      refuseFuture('at', startedAt, now) ??
      (customerJoinedAt === null ? null : refuseFuture('customerJoinedAt', customerJoinedAt, now));
    if (refused !== null) return refused;
    const training = { ...order.training, startedAt, customerJoinedAt };
    return { order: { ...moveTo(order, 'training'), training }, done: true };
  },
});

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
      order: { ...moveTo(order, 'maintenance'), training: { ...order.training, finishedAt } },
      done: true,
      notices: [noticeFor(order, saying, facts)],
    };
  },
});

export const trainingActions = { 'start-training': startTraining, 'finish-training': finishTraining };
