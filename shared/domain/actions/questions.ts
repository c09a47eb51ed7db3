import * as z from 'zod/mini';
import type { Facts } from '../decision.ts';
import { isoTimeSchema } from '../instant.ts';
import type { MessageStamp } from '../maintenance-facts.ts';
import type { Order, Task } from '../order.ts';
import { lineSchema } from '../order.ts';
import { pauseConditionSchema } from '../policy.ts';
import { activePause, clocksOf, isOpen, openQuestions, owedCalls } from '../questions.ts';
import type { StaffActor } from './action.ts';
import { action, alreadyDone, limitReached, noteSchema, notYet, refuseFuture, withFacts } from './action.ts';

/** Newest calls that stay on the record; all of them are in the history. */
const keptCalls = 20;
const mostCalls = 200;
const mostDismissals = 100;
const mostPauses = 50;

/** R3.1 The trainer may dismiss in time; what would undo a breach is another's to judge. */
const dismissMessage = action({
  rule: 'R3.1',
  summary:
    'A customer’s message needs no answer, e.g. a word of thanks; after a breach only assistant or manager may say so',
  roles: ['trainer', 'support', 'assistant', 'manager'],
  stages: ['training', 'maintenance', 'acceptance'],
  completes: [],
  input: z.strictObject({ messageId: z.string(), reason: lineSchema(1, 100) }),
  decide: (order, { messageId, reason }, facts, actor) => {
    const message = order.facts.messages.find(({ id }) => id === messageId);
    if (message === undefined) return { refusal: { type: 'unknown-message', messageId } };
    if (message.role !== 'customer') return { refusal: { type: 'not-a-question', messageId } };
    if (message.dismissed !== null) return alreadyDone('dismiss-message', message.dismissed.at);
    if (order.facts.messages.filter((one) => one.dismissed !== null).length >= mostDismissals)
      return limitReached('dismissals', mostDismissals);
    if (undoesBreach(order, message, facts) && !mayJudge(actor))
      return { refusal: { type: 'wrong-role', action: 'dismiss-message', accepted: judges } };
    const dismissed = { at: facts.now, by: actor.id, reason, seq: order.version + 1 };
    const messages = order.facts.messages.map((one) => (one === message ? { ...one, dismissed } : one));
    return { order: withFacts(order, { messages }), done: false };
  },
});

const judges = ['assistant', 'manager'] as const;
const mayJudge = ({ roles }: StaffActor): boolean => judges.some((role) => roles.includes(role));

const undoesBreach = (order: Order, { id }: MessageStamp, { policy, now }: Facts): boolean =>
  clocksOf(order, policy, now).some(({ messageId, state }) => messageId === id && state === 'breached');

/** R3.5 */
const recordCall = action({
  rule: 'R3.5',
  summary:
    'The customer was phoned about a question that waits or has waited too long: when, what came of it, a note; `not-reached` (also `no-answer`, `busy`, 未接通, 无人接听, 占线 and the like) keeps the duty open',
  roles: ['trainer', 'support', 'assistant', 'manager'],
  stages: ['maintenance', 'acceptance'],
  completes: ['call-about-delay'],
  input: z.strictObject({
    at: z.optional(isoTimeSchema),
    outcome: lineSchema(1, 40),
    note: noteSchema,
  }),
  decide: (order, { at = null, outcome, note }, { now, policy }, actor) => {
    if (order.facts.calls.length >= mostCalls) return limitReached('calls', mostCalls);
    const calledAt = at ?? now;
    const refused = refuseFuture('at', calledAt, now);
    if (refused !== null) return refused;
    const waiting = clocksOf(order, policy, now).filter(
      (clock) => isOpen(clock) || clock.state === 'breached',
    );
    const [first] = [...waiting, ...owedCalls(order, policy, now)].map(({ askedAt }) => askedAt).toSorted();
    if (first === undefined) return notYet('record-call', 'message.received');
    if (calledAt < first)
      return {
        refusal: { type: 'impossible-time', field: 'at', value: calledAt, why: 'before-question' },
      };
    const reached = !notReached.test(outcome);
    const call = { at: calledAt, by: actor.id, outcome, note, reached, seq: order.version + 1 };
    const asksBefore = ({ subject }: Task): boolean =>
      order.facts.messages.some((message) => message.id === subject && message.at <= calledAt);
    return {
      order: withFacts(order, { calls: keptOf([...order.facts.calls, call]) }),
      done: (task) => reached && asksBefore(task),
    };
  },
});

/** How people write that nobody answered. */
const notReached =
  /^(not[- ]?reached|no[- ]?answer|unreachable|busy|voicemail|未接|没接|未能接通|没有接|无人接|无法接通|未联系上|没联系上|占线|忙线|关机|停机|拒接|挂断)/i;

/** Every call that reached the customer settles the questions before it; of old ones the note goes, and of those in vain all. */
const keptOf = (calls: Order['facts']['calls']): Order['facts']['calls'] =>
  calls.flatMap((call, index) => {
    if (index >= calls.length - keptCalls) return [call];
    return call.reached ? [{ ...call, note: '' }] : [];
  });

/** R3.1 Time stops only for a reason of this list, and by somebody who does not gain by it. */
const pauseClocks = action({
  rule: 'R3.1',
  summary:
    'Open questions wait for the customer or for a disturbed system: their time stops until resumed; `awaiting-customer` ends with the customer’s next message',
  roles: ['assistant', 'manager'],
  stages: ['maintenance'],
  completes: [],
  input: z.strictObject({ condition: pauseConditionSchema, note: noteSchema }),
  decide: (order, { condition }, { now, policy }, actor) => {
    const active = activePause(order);
    if (active !== null) return alreadyDone('pause-clocks', active.from);
    if (openQuestions(order, policy, now).length === 0) return notYet('pause-clocks', 'message.received');
    if (order.facts.pauses.length >= mostPauses) return limitReached('pauses', mostPauses);
    const pause = { from: now, to: null, condition, by: actor.id, seq: order.version + 1 };
    return { order: withFacts(order, { pauses: [...order.facts.pauses, pause] }), done: false };
  },
});

/** R3.1 */
const resumeClocks = action({
  rule: 'R3.1',
  summary: 'The time of open questions runs on',
  roles: ['trainer', 'support', 'assistant', 'manager'],
  stages: ['maintenance', 'acceptance'],
  completes: [],
  input: z.strictObject({}),
  decide: (order, _, { now }) => {
    const active = activePause(order);
    if (active === null) return notYet('resume-clocks', 'pause-clocks');
    const pauses = order.facts.pauses.map((pause) => (pause === active ? { ...pause, to: now } : pause));
    return { order: withFacts(order, { pauses }), done: false };
  },
});

export const questionActions = {
  'dismiss-message': dismissMessage,
  'record-call': recordCall,
  'pause-clocks': pauseClocks,
  'resume-clocks': resumeClocks,
};
