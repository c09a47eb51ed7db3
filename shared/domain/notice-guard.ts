import type { Notice } from './decision.ts';
import type { Order } from './order.ts';
import { isLive } from './order.ts';
import { isWaiting } from './timers.ts';

/** R1.3 Whether a notice still holds: its task still waits, and the training time that it speaks of has not moved or been cancelled. */
export const stillHolds = (notice: Pick<Notice, 'guard'>, order: Order): boolean => {
  const { taskId, training } = notice.guard;
  const taskHolds = taskId === null || order.tasks.some((task) => task.id === taskId && isWaiting(task));
  return taskHolds && (training === null || (isLive(order) && training === order.training.startsAt));
};
