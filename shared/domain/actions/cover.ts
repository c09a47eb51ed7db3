import * as z from 'zod/mini';
import type { Facts } from '../decision.ts';
import { isoTimeSchema } from '../instant.ts';
import { noticeFor } from '../notices.ts';
import type { Order } from '../order.ts';
import { liveStages, personSchema } from '../order.ts';
import { grantedText, steppedInText } from '../question-texts.ts';
import { openQuestions } from '../questions.ts';
import { isSupportFree, runningStep, supportLeft } from '../support.ts';
import { handOver, planHandOver, withdrawPlan } from '../trainer.ts';
import {
  action,
  alreadyDone,
  beforeAcceptance,
  emptySchema,
  limitReached,
  mostChanges,
  noteSchema,
  notYet,
  withFacts,
} from './action.ts';

/** Newest steps of support that stay on the record; all of them are in the history. */
const keptSteps = 20;

const refuseSpent = (order: Order, facts: Facts) =>
  isSupportFree(order, facts.policy, facts.now) || supportLeft(order, facts.policy) > 0
    ? null
    : ({
        refusal: {
          type: 'budget-spent',
          limit: facts.policy.supportLimit + order.facts.support.granted,
          used: order.facts.support.used,
        },
      } as const);

/** R3.2 */
const requestSupport = action({
  rule: 'R3.2',
  summary:
    'The trainer is busy and asks customer success to step in; before the last step the notice asks whether it is needed',
  roles: ['trainer', 'assistant'],
  stages: ['maintenance'],
  completes: [],
  input: z.strictObject({ reason: noteSchema }),
  decide: (order, { reason }, facts, actor) => {
    const { support } = order.facts;
    if (support.request !== null && !support.request.granted)
      return alreadyDone('request-support', support.request.at);
    const refused = refuseSpent(order, facts);
    if (refused !== null) return refused;
    const request = { at: facts.now, by: actor.id, reason, granted: false, seq: order.version + 1 };
    const asked = { ...support, requests: support.requests + 1, request };
    return { order: withFacts(order, { support: asked }), done: false };
  },
});

/** R3.2 Of two supporters who take the same request the second one is refused, as the first one's change came before. */
const takeOver = action({
  rule: 'R3.2',
  summary:
    'A supporter steps in, by request or because questions wait; uses up the budget but for an emergency plan in season',
  roles: ['support'],
  stages: ['maintenance'],
  completes: ['step-in'],
  input: emptySchema,
  decide: (order, _, facts, actor) => {
    const { support } = order.facts;
    const refused = refuseSpent(order, facts);
    if (refused !== null) return refused;
    const running = runningStep(order, facts.policy, facts.now);
    if (support.request === null && running !== null)
      return { refusal: { type: 'already-taken', by: running.by, at: running.at } };
    if (support.request === null && openQuestions(order, facts.policy, facts.now).length === 0)
      return notYet('take-over', 'request-support');
    const counted = !isSupportFree(order, facts.policy, facts.now);
    const step = { at: facts.now, by: actor.id, counted, seq: order.version + 1 };
    const taken = withFacts(order, {
      support: {
        ...support,
        request: null,
        used: support.used + Number(counted),
        steps: [...support.steps, step].slice(-keptSteps),
      },
    });
    const text = steppedInText(taken, actor.id, counted ? supportLeft(taken, facts.policy) : null);
    const saying = { kind: 'support-stepped-in', rule: 'R3.2', text } as const;
    const notices = (['trainer', 'assistant'] as const).map((tell) =>
      noticeFor(taken, { ...saying, tell }, facts),
    );
    return { order: taken, done: true, notices };
  },
});

/** R3.2 */
const overrideSupportLimit = action({
  rule: 'R3.2',
  summary:
    'A manager grants one more step of support on an order whose budget is used up, and asks support for it',
  roles: ['manager'],
  stages: ['maintenance'],
  completes: [],
  input: z.strictObject({ reason: noteSchema }),
  decide: (order, { reason }, facts, actor) => {
    const left = supportLeft(order, facts.policy);
    if (left > 0) return { refusal: { type: 'budget-left', left } };
    const { support } = order.facts;
    const request = { at: facts.now, by: actor.id, reason, granted: true, seq: order.version + 1 };
    const asked =
      support.request === null ? { requests: support.requests + 1, request } : { request: support.request };
    const granted = withFacts(order, { support: { ...support, ...asked, granted: support.granted + 1 } });
    const saying = {
      kind: 'support-granted',
      rule: 'R3.2',
      tell: 'trainer',
      text: grantedText(order, reason),
    } as const;
    return { order: granted, done: false, notices: [noticeFor(order, saying, facts)] };
  },
});

/** R3.4 */
const reportUnavailable = action({
  rule: 'R3.4',
  summary: 'The trainer can not maintain the order and says so in time: the assistant arranges cover',
  roles: ['trainer'],
  stages: beforeAcceptance,
  completes: [],
  input: z.strictObject({ reason: noteSchema }),
  decide: (order, { reason }, { now }, actor) => {
    const { unavailable } = order.facts;
    if (unavailable.open !== null) return alreadyDone('report-unavailable', unavailable.open.at);
    const open = { at: now, by: actor.id, reason, seq: order.version + 1 };
    return {
      order: withFacts(order, { unavailable: { count: unavailable.count + 1, open } }),
      done: false,
    };
  },
});

/** R3.4 */
const reassign = action({
  rule: 'R3.4',
  summary:
    'Another trainer has the order from now on, or from a later time on: questions, tasks and fee go along',
  roles: ['assistant', 'manager'],
  stages: liveStages,
  completes: ['arrange-cover'],
  input: z.strictObject({ trainer: personSchema, reason: noteSchema, at: z.optional(isoTimeSchema) }),
  decide: (order, { trainer, reason, at }, facts, actor) => {
    if (trainer.id === order.trainer.id) return keepTrainer(order, facts);
    if (order.facts.trainers.length >= mostChanges) return limitReached('trainers', mostChanges);
    if (at === undefined) return { ...handOver(order, trainer, facts), done: true };
    if (at <= facts.now)
      return { refusal: { type: 'impossible-time', field: 'at', value: at, why: 'in-the-past' } };
    const plan = { at, trainer, reason, by: actor.id, seq: order.version + 1 };
    const covered = withFacts(order, { unavailable: { ...order.facts.unavailable, open: null } });
    return { ...planHandOver(covered, plan, facts), done: true };
  },
});

/** R3.4 To name the trainer who has the order withdraws a hand-over that was planned. */
const keepTrainer = (order: Order, facts: Facts) =>
  order.facts.plannedTrainer === null
    ? alreadyDone('reassign', null)
    : { ...withdrawPlan(order, facts), done: false };

export const coverActions = {
  'request-support': requestSupport,
  'take-over': takeOver,
  'override-support-limit': overrideSupportLimit,
  'report-unavailable': reportUnavailable,
  reassign,
};
