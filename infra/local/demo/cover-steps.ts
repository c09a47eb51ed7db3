import type { Instant } from '../../../shared/domain/instant.ts';
import type { HistoryEntry } from '../../../shared/domain/history.ts';
import type { OrderAccount } from './account.ts';
import { timelineOf } from './timeline.ts';

/** A step by which somebody else came to answer an order's customer, or was refused to. */
export type CoverStep = { at: Instant; orderId: string; who: string; what: string };

const coverEvents: ReadonlySet<string> = new Set([
  'request-support',
  'take-over',
  'override-support-limit',
  'report-unavailable',
  'reassign',
  'emergency-plan',
  'open-qa-group',
] satisfies readonly HistoryEntry['event'][]);

/** Support and cover over the month, in order of time (R3.2–R3.4). */
export const coverSteps = (accounts: readonly OrderAccount[]): readonly CoverStep[] =>
  accounts
    .flatMap((account) =>
      timelineOf(account)
        .filter(({ what }) => coverEvents.has(/^[a-z-]+/.exec(what)?.[0] ?? ''))
        .map(({ at, who, what }) => ({ at, orderId: account.order.orderId, who, what })),
    )
    .toSorted((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)));
