import type { Draft, Facts, Notice } from './decision.ts';
import { noticeFor } from './notices.ts';
import type { Order } from './order.ts';
import { responderOf } from './people.ts';
import { plannedText, takenOverText, withdrawnPlanText } from './question-texts.ts';
import { replacedText } from './wording.ts';

/**
 * R3.4 The order in another trainer's hands from now on, or since the time that was planned: questions, tasks and the fee of the days that
 * begin from then on go along. Both trainers hear of it. With the same trainer nothing changes but, perhaps, the name.
 */
export const handOver = (
  before: Order,
  trainer: Order['trainer'],
  facts: Facts,
  { from, seq } = { from: facts.now, seq: before.version + 1 },
): Draft => {
  if (trainer.id === before.trainer.id) return { order: { ...before, trainer }, notices: [] };
  const holding = { from, id: trainer.id, name: trainer.name, seq };
  const order = {
    ...before,
    trainer,
    facts: {
      ...before.facts,
      ...ownFacts(before),
      trainers: [...before.facts.trainers, holding],
      plannedTrainer: null,
      support: { ...before.facts.support, request: null },
      unavailable: { ...before.facts.unavailable, open: null },
    },
  };
  const { plannedTrainer } = before.facts;
  return {
    order,
    notices: [
      replacedNotice(before, order, facts),
      ...takenOver(order, facts),
      ...(plannedTrainer === null || plannedTrainer.trainer.id === trainer.id
        ? []
        : [planNotice(before, plannedTrainer.trainer, withdrawnPlanText(before, plannedTrainer), facts)]),
    ],
  };
};

type Plan = NonNullable<Order['facts']['plannedTrainer']>;

/** R3.4 Another trainer will have the order from a later time on. Both hear of it now, and whoever an earlier plan had named hears that it is off. */
export const planHandOver = (order: Order, plan: Plan, facts: Facts): Draft => {
  const { order: free, notices } = withdrawPlan(order, facts);
  const text = plannedText(order, plan);
  return {
    order: { ...free, facts: { ...free.facts, plannedTrainer: plan } },
    notices: [
      ...notices,
      ...[order.trainer, plan.trainer].map((trainer) => planNotice(order, trainer, text, facts)),
    ],
  };
};

/** R3.4 Nothing is planned any more; both trainers hear of it. */
export const withdrawPlan = (order: Order, facts: Facts): Draft => {
  const { plannedTrainer } = order.facts;
  if (plannedTrainer === null) return { order, notices: [] };
  const text = withdrawnPlanText(order, plannedTrainer);
  return {
    order: { ...order, facts: { ...order.facts, plannedTrainer: null } },
    notices: [order.trainer, plannedTrainer.trainer].map((trainer) =>
      planNotice(order, trainer, text, facts),
    ),
  };
};

const planNotice = (order: Order, trainer: Order['trainer'], text: string, facts: Facts): Notice =>
  noticeFor({ ...order, trainer }, { kind: 'hand-over-planned', rule: 'R3.4', tell: 'trainer', text }, facts);

/** R3.4 The time of a planned hand-over has come; a timer that comes late does not move it. `order` has its next version already. */
export const handOverAsPlanned = (order: Order, facts: Facts): Draft => {
  const { plannedTrainer } = order.facts;
  if (plannedTrainer === null) throw new Error(`${order.orderId} plans no hand-over`);
  const { trainer, at } = plannedTrainer;
  return handOver(order, trainer, facts, { from: at, seq: order.version });
};

/** R1.0, R1.1, R1.4 Another trainer has yet to join the group, to try the tools and to check the own understanding of the needs. */
const ownFacts = ({ stage }: Order): Partial<Order['facts']> =>
  stage === 'preparation' ? { joinedGroup: null, tools: null, needs: null } : { joinedGroup: null };

/** R1.1 The one who has held the order hears that another one does from now on. */
const replacedNotice = (before: Order, after: Order, facts: Facts): Notice => {
  const text = replacedText(after, before.trainer.name);
  return noticeFor(before, { kind: 'trainer-replaced', rule: 'R1.1', tell: 'trainer', text }, facts);
};

/** R3.4 Before the maintenance there is nothing to answer, and under the emergency plan it is support that does. */
const takenOver = (order: Order, facts: Facts): readonly Notice[] =>
  order.stage === 'maintenance' && responderOf(order) === 'trainer'
    ? [
        noticeFor(
          order,
          {
            kind: 'questions-taken-over',
            rule: 'R3.4',
            tell: 'responder',
            text: takenOverText(order, facts),
          },
          facts,
        ),
      ]
    : [];
