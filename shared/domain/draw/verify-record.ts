import { compareText } from '../compare-text.ts';
import type { DrawRecord } from './draw-record.ts';
import { drawRecordSchema } from './draw-record.ts';
import type { Finding, RecordList } from './findings.ts';
import { numbered, sizesOf, takeByStratum } from './hold-draw.ts';
import { populationHash } from './population.ts';
import type { Ticketed } from './sample.ts';
import { compareTickets, mergeShards } from './sample.ts';
import { takesOf } from './take.ts';
import { ticketsOf } from './ticket.ts';

/** What was announced apart from the record, and so cannot have been changed along with it. */
export type Announced = { sha256?: string | undefined; seed?: string | undefined };

/**
 * Computes a published record again from its population and seed, and says what is wrong with it; nothing is wrong when the list is empty.
 * Whether the seed's source has really given that seed is for the source's own proof to show.
 */
export const verifyRecord = (published: unknown, announced: Announced = {}): readonly Finding[] => {
  const parsed = drawRecordSchema.safeParse(published);
  if (!parsed.success) return parsed.error.issues.map(malformed);
  const record = parsed.data;
  const doubles = listedTwice(record);
  const members = membership(record, announced);
  // Without every order's ticket and trainer nothing further can be computed, and would only be reported once more.
  if (members.some(({ type }) => type === 'ticket-missing')) return [...doubles, ...members];
  const { orders, findings } = checkTickets(record);
  return [
    ...doubles,
    ...members,
    ...checkHash(record),
    ...findings,
    ...checkStrata(record, orders),
    ...checkSample(record, orders),
  ];
};

const malformed = (issue: { path: PropertyKey[]; message: string }): Finding => ({
  type: 'malformed',
  where: issue.path.map(String).join('.'),
  problem: issue.message,
});

const idsOf = (items: readonly { id: string }[]): string[] => items.map(({ id }) => id);

/** The first of each id. */
const distinct = <Item extends { id: string }>(items: readonly Item[]): Item[] => {
  const seen = new Set<string>();
  return items.filter(({ id }) => seen.size < seen.add(id).size);
};

const listedTwice = ({ population, tickets, strata, sample, targeted }: DrawRecord): Finding[] => {
  const lists = { tickets, strata, sample, targeted };
  return [
    ...doublesIn('population', population.ids),
    ...(['tickets', 'strata', 'sample', 'targeted'] as const).flatMap((list) =>
      doublesIn(list, idsOf(lists[list])),
    ),
  ];
};

const doublesIn = (list: RecordList, ids: readonly string[]): Finding[] => {
  const seen = new Set<string>();
  const twice = new Set(ids.filter((id) => seen.size === seen.add(id).size));
  return [...twice].map((id) => ({ type: 'listed-twice', list, id }));
};

/** Whether what two lists have in common comes in another sequence. */
const sequence = (list: RecordList, found: readonly string[], expected: readonly string[]): Finding[] => {
  const [some, others] = [new Set(found), new Set(expected)];
  const shared = [...some].filter((id) => others.has(id));
  const due = [...others].filter((id) => some.has(id));
  return shared.some((id, index) => id !== due[index]) ? [{ type: 'out-of-sequence', list }] : [];
};

/** What was announced is the record's, and its population, tickets and sample are about the same orders. */
const membership = (record: DrawRecord, announced: Announced): Finding[] => {
  const { population, seed, spec, tickets, sample } = record;
  const ids = new Set(population.ids);
  const ticketed = new Set(idsOf(tickets));
  const named = new Set([...ticketed, ...idsOf(sample)]);
  return [
    ...differs('hash', announced.sha256, population.sha256),
    ...differs('seed', announced.seed, seed.value),
    ...(spec.seedSources.includes(seed.source)
      ? []
      : [{ type: 'seed-source-unnamed', source: seed.source } as const]),
    ...sequence('population', population.ids, population.ids.toSorted(compareText)),
    ...[...named].filter((id) => !ids.has(id)).map((id) => ({ type: 'order-left-out', id }) as const),
    ...[...ids].filter((id) => !ticketed.has(id)).map((id) => ({ type: 'ticket-missing', id }) as const),
  ];
};

const differs = (what: 'hash' | 'seed', announced: string | undefined, published: string): Finding[] =>
  announced === undefined || announced === published
    ? []
    : [{ type: 'announcement-differs', what, announced, published }];

const checkHash = ({ month, spec, population, tickets }: DrawRecord): Finding[] => {
  const strata = new Map(tickets.map(({ id, stratum }) => [id, stratum]));
  const members = [...new Set(population.ids)]
    .toSorted(compareText)
    .map((id) => ({ id, stratum: strata.get(id) ?? '' }));
  const computed = populationHash({ month, closedAt: population.closedAt, spec }, members);
  const published = population.sha256;
  return computed === published ? [] : [{ type: 'population-changed', published, computed }];
};

/**
 * Every order with the ticket that it should have. When none follows from the seed, it is the seed that is in doubt: then what is published
 * is taken on, so that the rest is not reported as well.
 */
const checkTickets = ({ seed, tickets }: DrawRecord): { orders: Ticketed[]; findings: Finding[] } => {
  const ticketOf = ticketsOf(seed.value);
  const listed = distinct(tickets);
  const computed = listed.map(({ id, stratum }) => ({ id, stratum, ticket: ticketOf(id) }));
  const changed = listed.flatMap(({ id, ticket }, index): Finding[] => {
    const due = computed[index]?.ticket ?? '';
    return due === ticket ? [] : [{ type: 'ticket-changed', id, published: ticket, computed: due }];
  });
  const isOtherSeed = changed.length > 0 && changed.length === listed.length;
  const orders = (isOtherSeed ? listed : computed).toSorted(compareTickets);
  const moved = sequence('tickets', idsOf(tickets), idsOf(orders));
  return { orders, findings: [...(isOtherSeed ? [{ type: 'seed-changed' } as const] : changed), ...moved] };
};

const checkStrata = ({ spec, strata }: DrawRecord, orders: readonly Ticketed[]): Finding[] => {
  const due = takesOf(sizesOf(orders), spec.take);
  const listed = new Map(distinct(strata).map((stratum) => [stratum.id, stratum]));
  const known = new Set(idsOf(due));
  const findings = due.flatMap(({ id, size, take }): Finding[] => {
    const found = listed.get(id);
    if (found === undefined) return [{ type: 'stratum-missing', id }];
    return [
      ...unequal('stratum-size', id, found.size, size),
      ...(found.take < 1
        ? [{ type: 'stratum-without-share', id } as const]
        : unequal('stratum-take', id, found.take, take)),
    ];
  });
  const unknown = [...listed.keys()].filter((id) => !known.has(id));
  return [
    ...findings,
    ...unknown.map((id) => ({ type: 'stratum-unknown', id }) as const),
    ...sequence('strata', idsOf(strata), idsOf(due)),
  ];
};

const unequal = (
  type: 'stratum-size' | 'stratum-take',
  id: string,
  published: number,
  computed: number,
): Finding[] => (published === computed ? [] : [{ type, id, published, computed }]);

const checkSample = ({ spec, sample }: DrawRecord, orders: readonly Ticketed[]): Finding[] => {
  const takes = takeByStratum(takesOf(sizesOf(orders), spec.take));
  const due = numbered(mergeShards([orders], takes));
  const listed = new Map(distinct(sample).map((pick) => [pick.id, pick]));
  const drawn = new Set(idsOf(due));
  const findings = due.flatMap(({ id, ...computed }): Finding[] => {
    const found = listed.get(id);
    if (found === undefined) return [{ type: 'pick-missing', id, ...computed }];
    const { stratum, order } = found;
    if (stratum === computed.stratum && order === computed.order) return [];
    return [{ type: 'pick-moved', id, published: { stratum, order }, computed }];
  });
  const unearned = [...listed.values()].filter(({ id }) => !drawn.has(id));
  return [
    ...findings,
    ...unearned.map((pick) => ({ type: 'pick-unearned', ...pick }) as const),
    ...sequence('sample', idsOf(sample), idsOf(due)),
  ];
};
