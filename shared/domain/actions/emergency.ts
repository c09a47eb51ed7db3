import * as z from 'zod/mini';
import type { Facts, Notice } from '../decision.ts';
import { activeEmergency } from '../holdings.ts';
import type { Instant } from '../instant.ts';
import { noticeFor } from '../notices.ts';
import type { Order } from '../order.ts';
import { emergencyOffText, emergencyOnText, takenOverText } from '../question-texts.ts';
import { openQuestions } from '../questions.ts';
import { seasonAt } from '../seasons.ts';
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
    if (!on && active === null) return { refusal: { type: 'not-on', action: 'emergency-plan' } };
    if (on && order.facts.emergencies.length >= mostChanges) return limitReached('emergencies', mostChanges);
    const changed = on ? switchOn(order, reason, actor.id, facts) : switchOff(order, facts.now);
    return { order: changed, done: on, notices: emergencyNotices(order, changed, reason, facts) };
  },
});

const switchOn = (order: Order, reason: string, by: string, { now }: Facts): Order =>
  withFacts(order, {
    emergencies: [
      ...order.facts.emergencies,
      { from: now, to: null, reason, by, seq: order.version + 1, endSeq: null, qaGroup: null },
    ],
    unavailable: { ...order.facts.unavailable, open: null },
  });

/** A plan that was switched on in this very millisecond never was. */
const switchOff = (order: Order, now: Instant): Order =>
  withFacts(order, {
    emergencies: order.facts.emergencies
      .map((emergency) =>
        emergency.to === null ? { ...emergency, to: now, endSeq: order.version + 1 } : emergency,
      )
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
    ...(after.stage === 'maintenance' && (on || openQuestions(after, facts.policy, facts.now).length > 0)
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

export const emergencyActions = {
  'emergency-plan': emergencyPlan,
  'open-qa-group': openQaGroup,
};
