import * as z from 'zod/mini';
import type { Facts } from '../decision.ts';
import type { Instant } from '../instant.ts';
import { isoTimeSchema } from '../instant.ts';
import { noticeFor } from '../notices.ts';
import type { Order } from '../order.ts';
import { liveStages } from '../order.ts';
import { movedNotices, withTrainingTime } from '../receive-order.ts';
import { notReachedText } from '../wording.ts';
import { action, alreadyDone, emptySchema, noteSchema, notesSchema, notYet, withFacts } from './action.ts';

/** R1.1 */
const joinGroup = action({
  rule: 'R1.1',
  summary: 'The assistant has pulled the trainer into the project group',
  roles: ['assistant'],
  stages: liveStages,
  completes: ['join-group'],
  input: emptySchema,
  decide: (order, _, { now }, actor) =>
    order.facts.joinedGroup === null
      ? { order: withFacts(order, { joinedGroup: { at: now, by: actor.id } }), done: true }
      : alreadyDone('join-group', order.facts.joinedGroup.at),
});

/** R1.2 */
const setRemark = action({
  rule: 'R1.2',
  summary: 'The trainer has set the group remark to the text that the order names',
  roles: ['trainer'],
  stages: liveStages,
  completes: ['set-remark'],
  input: emptySchema,
  decide: (order, _, { now }) =>
    order.facts.remark?.text === order.remark
      ? alreadyDone('set-remark', order.facts.remark.at)
      : { order: withFacts(order, { remark: { text: order.remark, at: now } }), done: true },
});

/** R1.0 */
const confirmTools = action({
  rule: 'R1.0',
  summary: 'The trainer has tried the three tools: EV录屏, 向日葵, 企业微信',
  roles: ['trainer'],
  stages: ['preparation'],
  completes: ['confirm-tools'],
  input: z.strictObject({
    recorder: z.literal(true),
    remoteControl: z.literal(true),
    wecom: z.literal(true),
  }),
  decide: (order, _, { now }, actor) =>
    order.facts.tools === null
      ? { order: withFacts(order, { tools: { at: now, by: actor.id } }), done: true }
      : alreadyDone('confirm-tools', order.facts.tools.at),
});

/** R1.3 */
const confirmTime = action({
  rule: 'R1.3',
  summary: 'What came of the call to the customer: confirmed, moved to another time, or not reached',
  roles: ['trainer', 'assistant'],
  stages: ['preparation'],
  completes: ['call-customer', 'agree-time'],
  input: z.discriminatedUnion('outcome', [
    z.strictObject({
      outcome: z.literal('confirmed'),
      startsAt: z.optional(z.nullable(isoTimeSchema)),
      note: z.optional(noteSchema),
    }),
    z.strictObject({ outcome: z.literal('moved'), startsAt: isoTimeSchema, note: z.optional(noteSchema) }),
    z.strictObject({
      outcome: z.literal('not-reached'),
      startsAt: z.optional(z.nullable(isoTimeSchema)),
      note: z.optional(noteSchema),
    }),
  ]),
  decide: (order, input, facts) => {
    if (input.outcome === 'moved') return moveTraining(order, input.startsAt, facts);
    const { startsAt } = order.training;
    if (startsAt === null) return notYet('confirm-time', 'training.startsAt');
    if ((input.startsAt ?? startsAt) !== startsAt) return notTheAgreed(input.startsAt ?? startsAt);
    if (order.facts.confirmedTime === startsAt) return alreadyDone('confirm-time', null);
    if (input.outcome === 'not-reached') return missCall(order, startsAt, facts);
    return { order: withFacts(order, { confirmedTime: startsAt }), done: true };
  },
});

/** R1.4 */
const confirmNeeds = action({
  rule: 'R1.4',
  summary:
    'Needs beside the order, and whether the own understanding matches; not understood keeps the task open',
  roles: ['trainer'],
  stages: ['preparation'],
  completes: ['confirm-needs'],
  input: z.strictObject({ extraNeeds: notesSchema, understood: z.boolean(), note: z.optional(noteSchema) }),
  decide: (order, { extraNeeds, understood, note }, { now }) => {
    const changed = withFacts(order, { needs: { extraNeeds, understood, note: note ?? null, at: now } });
    return { order: changed, done: understood };
  },
});

/** R1.5 */
const sendNotice = action({
  rule: 'R1.5',
  summary: 'The trainer has sent the rules of the maintenance period to the customer',
  roles: ['trainer'],
  stages: liveStages,
  completes: ['send-notice'],
  input: emptySchema,
  decide: (order, _, { now }, actor) =>
    order.facts.noticeSent?.deadline === order.deadline
      ? alreadyDone('send-notice', order.facts.noticeSent.at)
      : {
          order: withFacts(order, { noticeSent: { at: now, by: actor.id, deadline: order.deadline } }),
          done: true,
        },
});

export const preparationActions = {
  'join-group': joinGroup,
  'set-remark': setRemark,
  'confirm-tools': confirmTools,
  'confirm-time': confirmTime,
  'confirm-needs': confirmNeeds,
  'send-notice': sendNotice,
};

/** Another time than the agreed one is recorded as `moved`. */
const notTheAgreed = (value: Instant) =>
  ({ refusal: { type: 'impossible-time', field: 'startsAt', value, why: 'not-agreed' } }) as const;

const moveTraining = (order: Order, startsAt: Instant, facts: Facts) => {
  const from = order.training.startsAt;
  const why = startsAt === from ? 'unchanged' : 'in-the-past';
  if (startsAt === from || startsAt <= facts.now)
    return { refusal: { type: 'impossible-time', field: 'startsAt', value: startsAt, why } } as const;
  const moved = withTrainingTime(order, startsAt);
  return { order: moved, done: true, notices: movedNotices(moved, from, facts) };
};

/** R1.3 The last of the attempts tells the assistant. */
const missCall = (order: Order, training: Instant, facts: Facts) => {
  const missed = order.facts.missedCalls;
  const count = missed?.training === training ? missed.count + 1 : 1;
  const changed = withFacts(order, { missedCalls: { training, count } });
  if (count !== facts.policy.callAttempts) return { order: changed, done: false };
  const text = notReachedText(order, count);
  const saying = {
    kind: 'customer-not-reached',
    rule: 'R1.3',
    tell: 'assistant',
    text,
    ofTraining: true,
  } as const;
  return { order: changed, done: false, notices: [noticeFor(order, saying, facts)] };
};
