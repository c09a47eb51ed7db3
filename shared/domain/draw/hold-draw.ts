import { compareText } from '../compare-text.ts';
import type { Closing, DrawRecord } from './draw-record.ts';
import type { Member } from './population.ts';
import { populationHash } from './population.ts';
import type { Ticketed } from './sample.ts';
import { compareTickets, sampleOf } from './sample.ts';
import type { Stratum, StratumSize } from './take.ts';
import { takesOf } from './take.ts';
import { ticketsOf } from './ticket.ts';

/**
 * The record of a draw: everything in it follows from the closing, the orders and the seed, in whatever sequence the orders come. Throws
 * a RangeError when an order comes twice.
 */
export const holdDraw = (
  closing: Closing,
  orders: Iterable<Member>,
  seed: DrawRecord['seed'],
  targeted: DrawRecord['targeted'] = [],
): DrawRecord => {
  const members = [...orders].toSorted((a, b) => compareText(a.id, b.id));
  const strata = takesOf(sizesOf(members), closing.spec.take);
  const ticketOf = ticketsOf(seed.value);
  return {
    month: closing.month,
    spec: closing.spec,
    population: {
      closedAt: closing.closedAt,
      ids: members.map(({ id }) => id),
      sha256: populationHash(closing, members),
    },
    seed,
    strata: [...strata],
    tickets: members
      .map(({ id, stratum }) => ({ id, stratum, ticket: ticketOf(id) }))
      .toSorted(compareTickets),
    sample: numbered(sampleOf(members, seed.value, takeByStratum(strata))),
    targeted,
  };
};

/** How many orders each stratum has. */
export const sizesOf = (members: Iterable<Member>): readonly StratumSize[] => {
  const sizes = new Map<string, number>();
  for (const { stratum } of members) sizes.set(stratum, (sizes.get(stratum) ?? 0) + 1);
  return [...sizes].map(([id, size]) => ({ id, size }));
};

export const takeByStratum = (strata: readonly Stratum[]): ReadonlyMap<string, number> =>
  new Map(strata.map(({ id, take }) => [id, take]));

/** Each drawn order with its place in its stratum, from 1. */
export const numbered = (sample: readonly Ticketed[]): DrawRecord['sample'] => {
  const places = new Map<string, number>();
  return sample.map(({ id, stratum }) => {
    const order = (places.get(stratum) ?? 0) + 1;
    places.set(stratum, order);
    return { id, stratum, order };
  });
};
