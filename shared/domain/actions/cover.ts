import * as z from 'zod/mini';
import type { Facts, Notice } from '../decision.ts';
import { activeEmergency } from '../holdings.ts';
import type { Instant } from '../instant.ts';
import { isoTimeSchema } from '../instant.ts';
import { noticeFor } from '../notices.ts';
import type { Order } from '../order.ts';
import { personSchema } from '../order.ts';
import {
  emergencyOffText,
  emergencyOnText,
  grantedText,
  steppedInText,
  takenOverText,
} from '../question-texts.ts';
import { openQuestions } from '../questions.ts';
import { seasonAt } from '../seasons.ts';
import { isSupportFree, runningStep, supportLeft } from '../support.ts';
import { handOver } from '../trainer.ts';
import { action, alreadyDone, emptySchema, noteSchema, notYet, withFacts } from './action.ts';

/** Newest steps of support that stay on the record; all of them are in the history. */
const keptSteps = 20;
const beforeAcceptance = ['preparation', 'training', 'maintenance'] as const;

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
    if (support.request !== null) return alreadyDone('request-support', support.request.at);
    const refused = refuseSpent(order, facts);
    if (refused !== null) return refused;
    const request = { at: facts.now, by: actor.id, reason, seq: order.version + 1 };
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
    const running = runningStep(order);
    if (support.request === null && running !== null)
      return { refusal: { type: 'already-taken', by: running.by, at: running.at } };
    if (support.request === null && openQuestions(order, facts.policy, facts.now).length === 0)
      return notYet('take-over', 'request-support');
    const refused = refuseSpent(order, facts);
    if (refused !== null) return refused;
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
  summary: 'A manager grants one more step of support on an order whose budget is used up',
  roles: ['manager'],
  stages: ['maintenance'],
  completes: [],
  input: z.strictObject({ reason: noteSchema }),
  decide: (order, { reason }, facts) => {
    if (supportLeft(order, facts.policy) > 0) return notYet('override-support-limit', 'take-over');
    const { support } = order.facts;
    const granted = withFacts(order, { support: { ...support, granted: support.granted + 1 } });
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
  stages: ['preparation', 'training', 'maintenance', 'acceptance'],
  completes: ['arrange-cover'],
  input: z.strictObject({ trainer: personSchema, reason: noteSchema, at: z.optional(isoTimeSchema) }),
  decide: (order, { trainer, reason, at }, facts, actor) => {
    if (trainer.id === order.trainer.id) return alreadyDone('reassign', null);
    if (at === undefined) return { ...handOver(order, trainer, facts), done: true };
    if (at <= facts.now)
      return { refusal: { type: 'impossible-time', field: 'at', value: at, why: 'in-the-past' } };
    const plannedTrainer = { at, trainer, reason, by: actor.id, seq: order.version + 1 };
    const settled = { ...order.facts.unavailable, open: null };
    return { order: withFacts(order, { plannedTrainer, unavailable: settled }), done: true };
  },
});

/** R3.3, R3.4 */
const emergencyPlan = action({
  rule: 'R3.3',
  summary:
    'The emergency plan of an order on or off: while it is on, support answers in a Q&A group, and no maintenance fee is paid',
  roles: ['assistant', 'manager'],
  stages: beforeAcceptance,
  completes: ['arrange-cover'],
  input: z.strictObject({ on: z.boolean(), reason: noteSchema }),
  decide: (order, { on, reason }, facts, actor) => {
    const active = activeEmergency(order.facts);
    if (on && active !== null) return alreadyDone('emergency-plan', active.from);
    if (!on && active === null) return notYet('emergency-plan', 'emergency-plan');
    const changed = on ? switchOn(order, reason, actor.id, facts) : switchOff(order, facts.now);
    return { order: changed, done: on, notices: emergencyNotices(order, changed, reason, facts) };
  },
});

const switchOn = (order: Order, reason: string, by: string, { now }: Facts): Order =>
  withFacts(order, {
    emergencies: [
      ...order.facts.emergencies,
      { from: now, to: null, reason, by, seq: order.version + 1, qaGroup: null },
    ],
    unavailable: { ...order.facts.unavailable, open: null },
  });

/** A plan that was switched on in this very millisecond never was. */
const switchOff = (order: Order, now: Instant): Order =>
  withFacts(order, {
    emergencies: order.facts.emergencies
      .map((emergency) => (emergency.to === null ? { ...emergency, to: now } : emergency))
      .filter(({ from, to }) => from !== to),
  });

const emergencyNotices = (before: Order, after: Order, reason: string, facts: Facts): readonly Notice[] => {
  const on = activeEmergency(after.facts) !== null;
  const season = seasonAt(facts.now, facts.policy)?.name ?? null;
  const unpaid = facts.policy.fees.emergencyDays === 'unpaid';
  const saying = {
    kind: on ? 'emergency-on' : 'emergency-off',
    rule: 'R3.3',
    text: on ? emergencyOnText(before, reason, season, unpaid) : emergencyOffText(before, reason),
  } as const;
  const taken = { kind: 'questions-taken-over', rule: 'R3.4', tell: 'responder' } as const;
  return [
    ...(['trainer', 'support'] as const).map((tell) => noticeFor(after, { ...saying, tell }, facts)),
    ...(after.stage === 'maintenance'
      ? [noticeFor(after, { ...taken, text: takenOverText(after, facts) }, facts)]
      : []),
  ];
};

/** R3.3 */
const openQaGroup = action({
  rule: 'R3.3',
  summary: 'The assistant has pulled the customer into the Q&A group of the emergency plan',
  roles: ['assistant'],
  stages: beforeAcceptance,
  completes: ['open-qa-group'],
  input: emptySchema,
  decide: (order, _, { now }, actor) => {
    const active = activeEmergency(order.facts);
    if (active === null) return notYet('open-qa-group', 'emergency-plan');
    if (active.qaGroup !== null) return alreadyDone('open-qa-group', active.qaGroup.at);
    const emergencies = order.facts.emergencies.map((emergency) =>
      emergency === active ? { ...emergency, qaGroup: { at: now, by: actor.id } } : emergency,
    );
    return { order: withFacts(order, { emergencies }), done: true };
  },
});

export const coverActions = {
  'request-support': requestSupport,
  'take-over': takeOver,
  'override-support-limit': overrideSupportLimit,
  'report-unavailable': reportUnavailable,
  reassign,
  'emergency-plan': emergencyPlan,
  'open-qa-group': openQaGroup,
};
