import type { Facts, Notice } from './decision.ts';
import type { Order, Task } from './order.ts';
import { isLive } from './order.ts';
import { clocksOf } from './questions.ts';
import type { ReplyClock } from './reply-clocks.ts';
import { isWaiting } from './timers.ts';

/** R1.3 Whether a notice still holds when it is delivered: nobody hears of a time that has moved, a task that is done, a question that is answered, an order that has ended. */
export const stillHolds = (
  { guard }: Pick<Notice, 'guard'>,
  order: Order,
  { policy, now }: Pick<Facts, 'policy' | 'now'>,
): boolean => {
  if (guard.live && !isLive(order)) return false;
  if (guard.clock !== null && !clocksOf(order, policy, now).some(isSameAs(guard.clock))) return false;
  if (guard.training !== null && guard.training !== order.training.startsAt) return false;
  return guard.taskIds.every((id) => order.tasks.some((task) => task.id === id && waitsAt(task, guard.rung)));
};

const isSameAs =
  (told: NonNullable<Notice['guard']['clock']>) =>
  ({ id, state }: ReplyClock): boolean =>
    id === told.id && state === told.state;

const waitsAt = (task: Task, rung: number | null): boolean =>
  isWaiting(task) && (rung === null || task.rung === rung);
