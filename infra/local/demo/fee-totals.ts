import type { SettlementView } from '../../../shared/contracts/settlement-view.ts';
import type { OrderAccount } from './account.ts';
import { expectedFees } from './expected-fees.ts';

/** A trainer's month, in fen. */
export type PayTotal = {
  trainerId: string;
  name: string;
  trainings: number;
  training: number;
  days: number;
  maintenance: number;
  /** Days of his that began under the emergency plan. */
  unpaidDays: number;
  total: number;
};

export type FeeTotals = {
  month: string;
  byTrainer: readonly PayTotal[];
  total: number;
  /** A line of the statement in the words of the product: of a shared order, if there is one. */
  example: { orderId: string; amount: number; why: string } | null;
};

/** The settlement of the month by trainer. */
export const feeTotals = (
  accounts: readonly OrderAccount[],
  { month, lines, totals, total }: SettlementView,
): FeeTotals => {
  const unpaid = accounts
    .flatMap((account) => expectedFees(account).days)
    .filter((day) => day.unpaid === 'emergency');
  return {
    month,
    byTrainer: totals
      .map(({ trainerId, trainerName, amount }) => {
        const own = lines.filter((line) => line.trainerId === trainerId);
        const training = own.filter(({ kind }) => kind === 'training');
        const maintenance = own.filter(({ kind }) => kind === 'maintenance');
        return {
          trainerId,
          name: trainerName,
          trainings: training.length,
          training: sum(training),
          days: maintenance.reduce((days, line) => days + line.days.length, 0),
          maintenance: sum(maintenance),
          unpaidDays: unpaid.filter(({ trainer }) => trainer === trainerId).length,
          total: amount,
        };
      })
      .toSorted((a, b) => (a.trainerId < b.trainerId ? -1 : 1)),
    total,
    example: exampleOf(lines),
  };
};

const sum = (lines: readonly { amount: number }[]): number =>
  lines.reduce((all, { amount }) => all + amount, 0);

const exampleOf = (lines: SettlementView['lines']): FeeTotals['example'] => {
  const maintenance = lines.filter(({ kind }) => kind === 'maintenance');
  const orders = Map.groupBy(maintenance, ({ orderId }) => orderId);
  const shared = maintenance.find(({ orderId }) => (orders.get(orderId)?.length ?? 0) > 1);
  const line = shared ?? maintenance[0];
  return line === undefined ? null : { orderId: line.orderId, amount: line.amount, why: line.why };
};
