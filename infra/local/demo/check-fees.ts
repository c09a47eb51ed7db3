import type { SettlementView } from '../../../shared/contracts/settlement-view.ts';
import type { LedgerEntry } from '../../../shared/domain/ledger.ts';
import type { OrderAccount } from './account.ts';
import type { Check, Finding } from './check.ts';
import { check } from './check.ts';
import { expectedFees } from './expected-fees.ts';

/** What is verified of the month's money, to the fen. */
export const checkFees = (
  accounts: readonly OrderAccount[],
  settlement: SettlementView,
): readonly Check[] => [
  settled(accounts, settlement),
  check('a ledger comes to the fees without the unpaid days (R3.4)', 'ledgers', accounts, feesBooked),
  check('nobody is paid for a day that was not theirs (R3.3, R3.4)', 'days', accounts, daysHeld),
];

/** The statement has every line of the ledgers, and no other. */
const settled = (accounts: readonly OrderAccount[], { lines, totals, total }: SettlementView): Check => {
  const booked = accounts.flatMap(({ ledger }) => ledger?.lines ?? []);
  const sums = {
    'the ledgers': sum(booked),
    'the lines': sum(lines),
    'the trainers': totals.reduce((all, { amount }) => all + amount, 0),
    'fees less unpaid days': accounts.map(earned).reduce((all, amount) => all + amount, 0),
  };
  const known = new Set(lines.map(lineOf));
  return {
    claim: 'the settlement is the sum of the ledgers and of the fees without the unpaid days (R3.4)',
    looked: `${lines.length} lines`,
    faults: [
      ...Object.entries(sums)
        .filter(([, amount]) => amount !== total)
        .map(([name, amount]) => `the settlement's ${total} fen are ${amount} by ${name}`),
      ...booked
        .filter((entry) => !known.has(lineOf(entry)))
        .map(({ entryId }) => `${entryId} is not settled`),
      ...(lines.length === booked.length ? [] : [`${booked.length} entries, ${lines.length} lines`]),
    ],
  };
};

const sum = (lines: readonly { amount: number }[]): number =>
  lines.reduce((all, { amount }) => all + amount, 0);

const lineOf = ({ entryId, trainerId, amount }: LedgerEntry): string => `${entryId} ${trainerId} ${amount}`;

const earned = (account: OrderAccount): number => {
  const { training, days } = expectedFees(account);
  return training + days.reduce((all, { amount }) => all + amount, 0);
};

const feesBooked = (account: OrderAccount): Finding => {
  const entries = account.ledger?.lines ?? [];
  const faults = sum(entries) === earned(account) ? [] : [`${sum(entries)} fen, not ${earned(account)}`];
  return { looked: Number(entries.length > 0), faults };
};

/** Counter-entries and what they undo are left out: what stands is what is paid. */
const daysHeld = (account: OrderAccount): Finding => {
  const entries = account.ledger?.lines ?? [];
  const undone = new Set(entries.map(({ reverses }) => reverses));
  const paid = entries
    .filter(
      ({ kind, entryId, reverses }) => kind === 'maintenance' && reverses === null && !undone.has(entryId),
    )
    .flatMap(({ days, trainerId }) => days.map((day) => ({ day, trainerId })));
  const due = expectedFees(account).days.filter(({ unpaid }) => unpaid === null);
  return {
    looked: paid.length,
    faults: [
      ...paid
        .filter(({ day, trainerId }) => !due.some((one) => one.day === day && one.trainer === trainerId))
        .map(({ day, trainerId }) => `day ${day} is paid to ${trainerId}`),
      ...(new Set(paid.map(({ day }) => day)).size === paid.length ? [] : ['a day is paid twice']),
    ],
  };
};
