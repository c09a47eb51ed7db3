import type { Instant } from '../../../shared/domain/instant.ts';
import { atShanghai, dayOf, plusDays } from '../../../shared/domain/instant.ts';
import type { OrderAccount } from './account.ts';
import { shiftAt, shiftsOf } from './shifts.ts';

/** A day of the maintenance, who had the order when it began, and what he gets for it in fen; nothing where it is not paid. */
export type DueDay = {
  day: number;
  trainer: string;
  amount: number;
  unpaid: 'emergency' | 'cancelled' | null;
};

/** R2.1, R3.4 What an order's trainers have earned by now, in fen, counted by hand: the training once it is over, the days once all are. */
export const expectedFees = (
  account: OrderAccount,
): { training: number; days: readonly DueDay[]; unpaid: number } => {
  const { view } = account;
  if (view === null || view.training.finishedAt === null) return { training: 0, days: [], unpaid: 0 };
  const isOver = view.stage !== 'training' && view.stage !== 'maintenance';
  const days = isOver ? daysOf(account, view.training.startedAt ?? view.training.finishedAt) : [];
  const paid = days.reduce((sum, { amount }) => sum + amount, 0);
  const owed = isOver ? account.order.fees.maintenance : 0;
  return { training: account.order.fees.training, days, unpaid: owed - paid };
};

/** Each day a seventh; what does not divide goes to the first days, a fen each. The one who has the order when a day begins has that day. */
const daysOf = (account: OrderAccount, startedAt: Instant): readonly DueDay[] => {
  const { maintenance } = account.order.fees;
  const shifts = shiftsOf(account);
  const cancelledAt = account.view?.stage === 'cancelled' ? account.view.endedAt : null;
  return [2, 3, 4, 5, 6, 7, 8].map((day, index) => {
    const start = atShanghai(plusDays(dayOf(startedAt), day - 1), '00:00');
    const { trainer, emergency } = shiftAt(shifts, start);
    const isCancelled = cancelledAt !== null && start > cancelledAt;
    const unpaid = isCancelled ? 'cancelled' : emergency ? 'emergency' : null;
    const share = Math.floor(maintenance / 7) + Number(index < maintenance % 7);
    return { day, trainer, amount: unpaid === null ? share : 0, unpaid };
  });
};
