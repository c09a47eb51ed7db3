import { yuan } from '../../../shared/domain/fee-texts.ts';
import { fold, table } from './columns.ts';
import type { FeeTotals } from './fee-totals.ts';

/** The settlement of the month, by trainer, in yuan. */
export const renderSettlement = ({ byTrainer, total, example }: FeeTotals, columns: number): string[] => [
  ...table([
    ['trainer', '', 'trainings', 'yuan', 'maintenance days', 'yuan', 'unpaid emergency days', 'total'],
    ...byTrainer.map((pay) => [
      pay.trainerId,
      pay.name,
      pay.trainings,
      yuan(pay.training),
      pay.days,
      yuan(pay.maintenance),
      pay.unpaidDays,
      yuan(pay.total),
    ]),
    [
      'all',
      '',
      sumOf(byTrainer, 'trainings'),
      yuan(sumOf(byTrainer, 'training')),
      sumOf(byTrainer, 'days'),
      yuan(sumOf(byTrainer, 'maintenance')),
      sumOf(byTrainer, 'unpaidDays'),
      yuan(total),
    ],
  ]),
  ...(example === null
    ? []
    : ['', `why, of a line (${example.orderId}, ¥${yuan(example.amount)}):`, ...fold(example.why, columns)]),
];

const sumOf = <Name extends string>(rows: readonly Record<Name, number>[], name: Name): number =>
  rows.reduce((sum, row) => sum + row[name], 0);
