import * as z from 'zod/mini';
import { dayOfOrder } from './deadline.ts';
import { emergencyAt, trainerAt } from './holdings.ts';
import type { CalendarDay, Instant } from './instant.ts';
import { atShanghai, later, plusMinutes } from './instant.ts';
import type { BookedLine, Order } from './order.ts';
import { isLive } from './order.ts';
import type { Policy } from './policy.ts';
import type { RuleId } from './rules.ts';

/** What an order's fees follow from: a part of its record, which its history can tell as well. */
export type FeeFacts = Pick<Order, 'stage' | 'acceptedAt' | 'fees' | 'endedAt'> & {
  training: Pick<Order['training'], 'startsAt' | 'startedAt' | 'finishedAt'>;
  facts: Pick<Order['facts'], 'trainers' | 'emergencies'>;
};

/** What a trainer is owed, in fen, for the training (day 1) or for the own days of the maintenance. */
export type FeeLine = Omit<BookedLine, 'entryId'>;

/** The rule by which a fee of a kind is paid. */
export const ruleOfFee = { training: 'R2.1', maintenance: 'R3.4' } as const satisfies Record<
  FeeLine['kind'],
  RuleId
>;

/** A day of the maintenance: its share of the fee in fen, and who gets it; `trainerId` is null when nobody does. */
export type MaintenanceDay = {
  day: number;
  date: CalendarDay;
  amount: number;
  trainerId: string | null;
  trainerName: string | null;
  /** R3.3 It starts under the emergency plan. */
  emergency: boolean;
};

/**
 * R3.4 The maintenance fee, split over the days between training and acceptance. A day belongs to whoever holds the order at its start, so
 * the day of a change is the predecessor's. A day that starts under the emergency plan, or after the order's cancellation, pays nobody.
 */
export const maintenanceDays = (order: FeeFacts, policy: Policy): readonly MaintenanceDay[] =>
  split(order.fees.maintenance, policy.lastDay - 2).map((amount, index) => {
    const day = index + 2;
    const start = startOfDay(order, day, policy);
    const served = isServed(order, start);
    const emergency = served && emergencyAt(order.facts, start) !== null;
    const paid = served && !(emergency && policy.fees.emergencyDays === 'unpaid');
    const holder = paid ? trainerAt(order.facts, start) : null;
    return {
      day,
      date: dayOfOrder(order, day, policy),
      amount,
      trainerId: holder?.id ?? null,
      trainerName: holder?.name ?? null,
      emergency,
    };
  });

/** R2.1, R3.4 What should stand in the ledger by now: the training fee once it is over, each trainer's maintenance days once all are. */
export const wantedLines = (order: FeeFacts, policy: Policy): readonly FeeLine[] =>
  [...trainingLine(order), ...maintenanceLines(order, policy)].filter(({ amount }) => amount > 0);

/** The course that the order takes if nothing changes: it is trained as agreed, handed over as planned, maintained to the end. */
export const expectedCourse = (order: Order, now: Instant): FeeFacts => {
  if (!isLive(order)) return order;
  const { plannedTrainer, trainers, emergencies } = order.facts;
  const { startsAt, startedAt, minutes } = order.training;
  const planned =
    plannedTrainer === null
      ? []
      : [{ from: plannedTrainer.at, ...plannedTrainer.trainer, seq: plannedTrainer.seq }];
  const finishedAt =
    order.training.finishedAt ?? later(now, plusMinutes(startedAt ?? startsAt ?? now, minutes));
  return {
    ...order,
    stage: 'acceptance',
    training: { ...order.training, finishedAt },
    facts: { trainers: [...trainers, ...planned], emergencies },
  };
};

/** Numbers of the history entries that a fee rests on: who held the order when it mattered, and when the emergency plan came and went. */
export const evidenceOfFee = (order: FeeFacts, kind: FeeLine['kind'], policy: Policy): readonly number[] => {
  const moments =
    kind === 'training'
      ? [order.training.finishedAt].flatMap((at) => at ?? [])
      : maintenanceDays(order, policy).map(({ day }) => startOfDay(order, day, policy));
  const last = moments.at(-1);
  const plans = order.facts.emergencies
    .filter(({ from }) => kind === 'maintenance' && last !== undefined && from <= last)
    .flatMap(({ seq, endSeq }) => (endSeq === null ? [seq] : [seq, endSeq]));
  return [...moments.map((at) => trainerAt(order.facts, at).seq), ...plans];
};

/** The name under which a trainer has held an order. */
export const trainerName = ({ facts }: Pick<FeeFacts, 'facts'>, trainerId: string): string =>
  facts.trainers.findLast(({ id }) => id === trainerId)?.name ?? trainerId;

/** Integer fen in equal shares; what is left over goes to the first ones, a fen each. */
const split = (fee: number, shares: number): readonly number[] =>
  Array.from({ length: shares }, (_, index) => Math.floor(fee / shares) + Number(index < fee % shares));

const startOfDay = (order: FeeFacts, day: number, policy: Policy): Instant =>
  atShanghai(dayOfOrder(order, day, policy), policy.fees.dayStart);

/** A cancelled order was served up to its end, and only if its training was finished. */
const isServed = ({ stage, training, endedAt }: FeeFacts, start: Instant): boolean =>
  stage !== 'cancelled' || (training.finishedAt !== null && endedAt !== null && start <= endedAt);

const trainingLine = ({ training, facts, fees }: FeeFacts): readonly FeeLine[] =>
  training.finishedAt === null
    ? []
    : [
        {
          kind: 'training',
          trainerId: trainerAt(facts, training.finishedAt).id,
          amount: fees.training,
          days: [1],
        },
      ];

const maintenanceLines = (order: FeeFacts, policy: Policy): readonly FeeLine[] => {
  if (!maintenanceIsOver(order)) return [];
  const paid = maintenanceDays(order, policy).flatMap(({ day, amount, trainerId }) =>
    trainerId === null ? [] : [{ day, amount, trainerId }],
  );
  const trainerIds = [...new Set(paid.map(({ trainerId }) => trainerId))];
  return trainerIds.map((trainerId) => {
    const own = paid.filter((day) => day.trainerId === trainerId);
    const amount = own.reduce((sum, day) => sum + day.amount, 0);
    return { kind: 'maintenance', trainerId, amount, days: own.map(({ day }) => day) };
  });
};

const maintenanceIsOver = ({ stage }: FeeFacts): boolean =>
  stage === 'acceptance' || stage === 'closed' || stage === 'cancelled';

/** What each trainer is owed in all, in fen, by staff id. */
export const payOf = (order: FeeFacts, policy: Policy): ReadonlyMap<string, number> => {
  const pay = new Map<string, number>();
  for (const { trainerId, amount } of wantedLines(order, policy))
    pay.set(trainerId, (pay.get(trainerId) ?? 0) + amount);
  return pay;
};

/** What a trainer would be paid instead, in fen. */
export const payChangeSchema = z.object({ trainerId: z.string(), before: z.int(), after: z.int() });
export type PayChange = z.infer<typeof payChangeSchema>;

/** The trainers whose pay differs. */
export const comparePay = (
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): readonly PayChange[] =>
  [...new Set([...before.keys(), ...after.keys()])]
    .map((trainerId) => ({
      trainerId,
      before: before.get(trainerId) ?? 0,
      after: after.get(trainerId) ?? 0,
    }))
    .filter((pay) => pay.before !== pay.after);
