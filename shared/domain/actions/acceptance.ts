import * as z from 'zod/mini';
import type { Facts } from '../decision.ts';
import { isoTimeSchema } from '../instant.ts';
import { noticeFor } from '../notices.ts';
import type { Order } from '../order.ts';
import { isWaiting } from '../timers.ts';
import { moveTo } from '../transitions.ts';
import { reopenedText, returnedText, unsignedText } from '../wording.ts';
import {
  action,
  alreadyDone,
  emptySchema,
  noteSchema,
  notesSchema,
  notYet,
  refuseFuture,
  withFacts,
} from './action.ts';

const stages = ['acceptance'] as const;

/** R4.1 */
const recordSummary = action({
  rule: 'R4.1',
  summary: 'Day 9: what was answered, what is still open, and whether one last training is wanted',
  roles: ['trainer'],
  stages,
  completes: ['hold-summary'],
  input: z.strictObject({
    answered: notesSchema,
    open: notesSchema,
    lastTraining: z.optional(z.strictObject({ startsAt: isoTimeSchema })),
  }),
  decide: (order, { answered, open, lastTraining }, { now }) => {
    const { summary, reopened } = order.facts;
    if (summary?.round === reopened) return alreadyDone('record-summary', summary.at);
    const startsAt = lastTraining?.startsAt ?? null;
    if (startsAt !== null && startsAt <= now)
      return {
        refusal: {
          type: 'impossible-time',
          field: 'lastTraining.startsAt',
          value: startsAt,
          why: 'in-the-past',
        },
      };
    const recorded = { at: now, round: reopened, answered, open, lastTraining: startsAt };
    return { order: withFacts(order, { summary: recorded }), done: true };
  },
});

/** R4.2 What the trainer states of a signature given outside the product; it never stands for silence. */
const recordSignature = action({
  rule: 'R4.2',
  summary: 'The customer has signed survey and confirmation; where, and when',
  roles: ['trainer'],
  stages,
  completes: ['collect-signature'],
  input: z.strictObject({
    at: z.optional(isoTimeSchema),
    where: z.enum(['paper', 'wecom']),
    note: z.optional(noteSchema),
  }),
  decide: (order, { at = null, where, note }, { now }) => {
    if (order.facts.summary === null) return notYet('record-signature', 'record-summary');
    if (order.facts.signature !== null) return alreadyDone('record-signature', order.facts.signature.at);
    const signedAt = at ?? now;
    const signature = { at: signedAt, where, note: note ?? null };
    return (
      refuseFuture('at', signedAt, now) ?? {
        order: withFacts(order, { signature }),
        done: true,
      }
    );
  },
});

/** R4.3 Not OK re-opens the order: one more summary, one more visit. */
const returnVisit = action({
  rule: 'R4.3',
  summary: 'The sales assistant’s return visit: OK, or not OK with a reason, which re-opens the order',
  roles: ['sales'],
  stages,
  completes: ['return-visit'],
  input: z.discriminatedUnion('ok', [
    z.strictObject({ ok: z.literal(true), reason: z.optional(noteSchema) }),
    z.strictObject({ ok: z.literal(false), reason: noteSchema }),
  ]),
  decide: (order, input, facts) => {
    const { summary, reopened, returnVisit: visit } = order.facts;
    if (visit?.ok === true) return alreadyDone('return-visit', visit.at);
    if (summary?.round !== reopened) return notYet('return-visit', 'record-summary');
    const recorded = { at: facts.now, ok: input.ok, reason: input.reason ?? null };
    if (input.ok) return { order: withFacts(order, { returnVisit: recorded }), done: true };
    const text = reopenedText(order, input.reason);
    const saying = { kind: 'order-reopened', rule: 'R4.3', tell: 'trainer', text } as const;
    return {
      order: withFacts(order, { returnVisit: recorded, reopened: reopened + 1 }),
      done: true,
      notices: [noticeFor(order, saying, facts)],
    };
  },
});

/** R4.4 */
const handOver = action({
  rule: 'R4.4',
  summary: 'The trainer hands the order over to customer service',
  roles: ['trainer'],
  stages,
  completes: ['hand-over'],
  input: emptySchema,
  decide: (order) => {
    const { returnVisit: visit, handOver: state } = order.facts;
    if (visit?.ok !== true) return notYet('hand-over', 'return-visit');
    if (state === 'offered' || state === 'accepted') return alreadyDone('hand-over', null);
    return { order: withFacts(order, { handOver: 'offered' }), done: true };
  },
});

/** R4.4 */
const acceptHandOver = action({
  rule: 'R4.4',
  summary: 'Customer service accepts the hand-over',
  roles: ['service'],
  stages,
  completes: ['accept-hand-over'],
  input: emptySchema,
  decide: (order) => {
    if (order.facts.handOver === 'accepted') return alreadyDone('accept-hand-over', null);
    if (order.facts.handOver !== 'offered') return notYet('accept-hand-over', 'hand-over');
    return { order: withFacts(order, { handOver: 'accepted' }), done: true };
  },
});

/** R4.4 */
const returnHandOver = action({
  rule: 'R4.4',
  summary: 'Customer service sends the hand-over back with a reason',
  roles: ['service'],
  stages,
  completes: ['accept-hand-over'],
  input: z.strictObject({ reason: noteSchema }),
  decide: (order, { reason }, facts) => {
    if (order.facts.handOver !== 'offered') return notYet('return-hand-over', 'hand-over');
    const round = order.facts.handOverRound + 1;
    const saying = {
      kind: 'hand-over-returned',
      rule: 'R4.4',
      tell: 'trainer',
      text: returnedText(order, reason),
    } as const;
    return {
      order: withFacts(order, { handOver: 'returned', handOverRound: round }),
      done: true,
      notices: [noticeFor(order, saying, facts)],
    };
  },
});

/** R4.3, R4.4 The trainer leaves after customer service has accepted: the order is closed. */
const leaveGroup = action({
  rule: 'R4.4',
  summary:
    'The trainer has told the customer how to reach customer service and has left the group; closes the order',
  roles: ['trainer'],
  stages,
  completes: ['leave-group'],
  input: emptySchema,
  decide: (order, _, facts, actor) => {
    if (order.facts.handOver !== 'accepted') return notYet('leave-group', 'accept-hand-over');
    if (owesCall(order)) return notYet('leave-group', 'record-call');
    const left = withFacts(order, { leftGroup: { at: facts.now, by: actor.id } });
    const closed = { ...moveTo(left, 'closed'), endedAt: facts.now };
    return { order: closed, done: true, notices: unsigned(order, facts) };
  },
});

/** R3.5 A call that is owed is closed by its record only, not by the end of the order. */
const owesCall = ({ tasks }: Order): boolean =>
  tasks.some((task) => task.kind === 'call-about-delay' && isWaiting(task));

/** R4.2 Silence is never acceptance: an order that ends unsigned says so, to sales. */
const unsigned = (order: Order, facts: Facts) => {
  if (order.facts.signature !== null) return [];
  const text = unsignedText(order);
  return [
    noticeFor(order, { kind: 'closed-unsigned', rule: 'R4.2', tell: 'sales', text, ofEnd: true }, facts),
  ];
};

export const acceptanceActions = {
  'record-summary': recordSummary,
  'record-signature': recordSignature,
  'return-visit': returnVisit,
  'hand-over': handOver,
  'accept-hand-over': acceptHandOver,
  'return-hand-over': returnHandOver,
  'leave-group': leaveGroup,
};
