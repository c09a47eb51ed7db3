import type { Instant } from './instant.ts';
import type { Emergency } from './maintenance-facts.ts';
import type { Order } from './order.ts';

/** The name under which the support desk holds questions (R3.3). */
export const supportHolder = 'support';

/** Who has to answer from an instant on: a trainer's staff id, or `support` under the emergency plan. */
export type Holding = { from: Instant; holder: string; name: string };

type HoldingFacts = Pick<Order['facts'], 'trainers' | 'emergencies'>;

/** The emergency plan that is on at an instant, or null. */
export const emergencyAt = ({ emergencies }: HoldingFacts, at: Instant): Emergency | null =>
  emergencies.find(({ from, to }) => from <= at && (to === null || at < to)) ?? null;

/** The emergency plan that is on, or null. */
export const activeEmergency = ({ emergencies }: HoldingFacts): Emergency | null =>
  emergencies.find(({ to }) => to === null) ?? null;

/** R3.4 The trainer that holds the order at an instant, whoever answers; before all the first one. */
export const trainerAt = ({ trainers }: HoldingFacts, at: Instant): Order['facts']['trainers'][number] => {
  const held = trainers.findLast(({ from }) => from <= at) ?? trainers[0];
  if (held === undefined) throw new Error('an order without a trainer');
  return held;
};

/** R3.3, R3.4 Who had to answer one after the other, in order of time. */
export const holdingsOf = (facts: HoldingFacts): readonly Holding[] => {
  const changes = [...facts.trainers, ...facts.emergencies].flatMap((span) =>
    'to' in span && span.to !== null ? [span.from, span.to] : [span.from],
  );
  const holdings = [...new Set(changes)].toSorted().map((from): Holding => {
    if (emergencyAt(facts, from) !== null) return { from, holder: supportHolder, name: '客成组' };
    const { id, name } = trainerAt(facts, from);
    return { from, holder: id, name };
  });
  return holdings.filter(({ holder }, index) => holder !== holdings[index - 1]?.holder);
};

/** R3.4 Whether someone has held the order and no longer does. */
export const isFormerTrainer = (order: Order, staffId: string): boolean =>
  staffId !== order.trainer.id && order.facts.trainers.some(({ id }) => id === staffId);
