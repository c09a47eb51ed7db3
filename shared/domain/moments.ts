import { dayOfOrder } from './deadline.ts';
import type { Instant } from './instant.ts';
import { atShanghai, plusMinutes } from './instant.ts';
import type { Order } from './order.ts';
import type { Moment, Policy } from './policy.ts';

type Reference = { raisedAt: Instant; dueAt: Instant };

/** The instant a moment of the playbook means for an order; null while the event it counts from has no time. */
export const momentOf = (
  order: Order,
  moment: Moment,
  policy: Policy,
  reference: Reference,
): Instant | null => {
  if (moment.from === 'day') return atShanghai(dayOfOrder(order, moment.day, policy), moment.time);
  const origin = originOf(order, moment.from, reference);
  return origin === null ? null : plusMinutes(origin, moment.minutes);
};

const originOf = (
  order: Order,
  from: Exclude<Moment['from'], 'day'>,
  reference: Reference,
): Instant | null => {
  const { startsAt, startedAt, finishedAt, minutes } = order.training;
  switch (from) {
    case 'acceptance':
      return order.acceptedAt;
    case 'raised':
      return reference.raisedAt;
    case 'due':
      return reference.dueAt;
    case 'training':
      return startsAt;
    case 'training-end':
      return startedAt === null ? null : plusMinutes(startedAt, minutes);
    case 'training-finished':
      return finishedAt;
    case 'last-training':
      return order.facts.summary?.lastTraining ?? null;
  }
};
