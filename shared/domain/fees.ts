import type { Facts } from './decision.ts';
import type { FeeLine } from './fee-lines.ts';
import { evidenceOfFee, ruleOfFee, trainerName, wantedLines } from './fee-lines.ts';
import { counterText, lineText } from './fee-texts.ts';
import { monthOf } from './instant.ts';
import type { LedgerEntry } from './ledger.ts';
import type { BookedLine, Order } from './order.ts';

/**
 * R2.1, R3.4 Brings the ledger in line with what the order's trainers are owed by now: books what is missing, and undoes by an entry of its
 * own what no longer holds, as when the CRM amends a fee. Booked once, it books nothing more.
 */
export const bookFees = (order: Order, facts: Facts): { order: Order; ledger: readonly LedgerEntry[] } => {
  const wanted = wantedLines(order, facts.policy);
  const [kept, gone] = parted(order.booked, (line) => wanted.some((one) => isSame(line, one)));
  const missing = wanted.filter((one) => !kept.some((line) => isSame(line, one)));
  const drafts = [
    ...gone.map((line) => counterEntry(order, line, wanted)),
    ...missing.map((line) => newEntry(order, line, facts)),
  ];
  const ledger = drafts.map((draft, index): LedgerEntry => ({
    entryId: `${order.orderId}.${order.version}.L${index + 1}`,
    orderId: order.orderId,
    at: facts.now,
    month: monthOf(facts.now),
    rule: ruleOfFee[draft.kind],
    trainerName: trainerName(order, draft.trainerId),
    evidence: evidence(order, draft.kind, facts),
    ...draft,
  }));
  const booked = [...kept, ...ledger.filter(({ reverses }) => reverses === null).map(bookedLine)];
  return { order: { ...order, booked }, ledger };
};

type Draft = FeeLine & Pick<LedgerEntry, 'reverses' | 'why'>;

const newEntry = (order: Order, line: FeeLine, { policy }: Facts): Draft => ({
  ...line,
  reverses: null,
  why: lineText(order, line, policy),
});

const counterEntry = (order: Order, { entryId, ...line }: BookedLine, wanted: readonly FeeLine[]): Draft => ({
  ...line,
  amount: -line.amount,
  reverses: entryId,
  why: counterText(line, entryId, trainerName(order, line.trainerId), replacementOf(line, wanted)),
});

const replacementOf = ({ kind, trainerId }: FeeLine, wanted: readonly FeeLine[]): FeeLine | null =>
  wanted.find((one) => one.kind === kind && one.trainerId === trainerId) ?? null;

const evidence = (order: Order, kind: FeeLine['kind'], { policy }: Facts): number[] =>
  [...new Set([...evidenceOfFee(order, kind, policy), order.version])].toSorted((a, b) => a - b);

const bookedLine = ({ entryId, kind, trainerId, amount, days }: LedgerEntry): BookedLine => ({
  entryId,
  kind,
  trainerId,
  amount,
  days,
});

const isSame = (a: FeeLine, b: FeeLine): boolean =>
  a.kind === b.kind &&
  a.trainerId === b.trainerId &&
  a.amount === b.amount &&
  a.days.join() === b.days.join();

const parted = <Item>(items: readonly Item[], test: (item: Item) => boolean): [Item[], Item[]] => [
  items.filter((item) => test(item)),
  items.filter((item) => !test(item)),
];
