import { compareText } from '../compare-text.ts';
import type { Member } from './population.ts';
import { ticketsOf } from './ticket.ts';

/** An order with its ticket. */
export type Ticketed = Member & { ticket: string };

/** How many orders are drawn of each stratum. */
export type Takes = ReadonlyMap<string, number>;

/** Smallest ticket first. Equal tickets would be a collision of SHA-256; the id settles even those, as in the reference program. */
export const compareTickets = (a: Ticketed, b: Ticketed): number => {
  if (a.ticket === b.ticket) return compareText(a.id, b.id);
  return a.ticket < b.ticket ? -1 : 1;
};

/**
 * The sample of a population, or what a shard of it may contribute: of each stratum the smallest tickets, strata by their ids. Takes one
 * order at a time and remembers at most twice the sample. Throws a RangeError for an order of a stratum that is in no take.
 */
export const sampleOf = (members: Iterable<Member>, seed: string, takes: Takes): readonly Ticketed[] =>
  smallest(ticketed(members, seed), takes);

/** The sample of the whole from those of its shards, whichever way it was parted. A shard that is given twice changes nothing. */
export const mergeShards = (shards: Iterable<readonly Ticketed[]>, takes: Takes): readonly Ticketed[] =>
  smallest(flattened(shards), takes);

function* ticketed(members: Iterable<Member>, seed: string): Generator<Ticketed> {
  const ticketOf = ticketsOf(seed);
  for (const { id, stratum } of members) yield { id, stratum, ticket: ticketOf(id) };
}

function* flattened<Item>(lists: Iterable<readonly Item[]>): Generator<Item> {
  for (const list of lists) yield* list;
}

/** What is kept of a stratum: up to twice its take; once it has been cut, nothing above `bound` can be drawn any more. */
type Kept = { take: number; orders: Ticketed[]; bound: Ticketed | undefined };

const smallest = (orders: Iterable<Ticketed>, takes: Takes): readonly Ticketed[] => {
  const strata = new Map([...takes].map(([id, take]): [string, Kept] => [id, newKept(take)]));
  for (const order of orders) {
    const kept = strata.get(order.stratum);
    if (kept === undefined) throw new RangeError(`no take for stratum ${order.stratum}`);
    if (kept.bound !== undefined && compareTickets(order, kept.bound) >= 0) continue;
    kept.orders.push(order);
    if (kept.orders.length >= 2 * kept.take) cut(kept);
  }
  const byId = [...strata].toSorted(([a], [b]) => compareText(a, b));
  return byId.flatMap(([, kept]) => {
    cut(kept);
    return kept.orders;
  });
};

const newKept = (take: number): Kept => ({ take, orders: [], bound: undefined });

const cut = (kept: Kept): void => {
  const sorted = kept.orders.toSorted(compareTickets);
  const distinct = sorted.filter(({ id }, index) => id !== sorted[index - 1]?.id);
  kept.orders = distinct.slice(0, kept.take);
  if (kept.orders.length === kept.take) kept.bound = kept.orders.at(-1);
};
