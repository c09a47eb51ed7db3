import type { CalendarDay, Instant } from './instant.ts';
import { dayOf, monthDay, plusDays } from './instant.ts';
import type { Policy } from './policy.ts';

type TrainingFacts = {
  acceptedAt: Instant;
  training: { startsAt: Instant | null; startedAt: Instant | null };
};

/** R0.2 The Shanghai day that is day `number` of the nine; day 1 is the training day, assumed by R1.2 while no time is agreed. */
export const dayOfOrder = (order: TrainingFacts, number: number, policy: Policy): CalendarDay => {
  const training = order.training.startedAt ?? order.training.startsAt;
  const first =
    training === null ? plusDays(dayOf(order.acceptedAt), policy.assumedTrainingAfterDays) : dayOf(training);
  return plusDays(first, number - 1);
};

/** R1.2 The order's last day. */
export const deadlineOf = (order: TrainingFacts, policy: Policy): CalendarDay =>
  dayOfOrder(order, policy.lastDay, policy);

/** R1.2 The group remark, `截止M/D 姓名`. */
export const remarkOf = (deadline: CalendarDay, trainerName: string): string =>
  `截止${monthDay(deadline)} ${trainerName}`;
