import type { HistoryEntry } from '../domain/history.ts';
import type { Instant } from '../domain/instant.ts';
import type { Order, Timer } from '../domain/order.ts';
import type { LedgerEntry } from '../domain/ledger.ts';
import type { GroupMessage } from './group-messages.ts';
import type { OutboxItem } from './outbox.ts';

/** That a message was handled: its id, what it said, and which order it led to. */
export type Mark = { id: string; contentHash: string; orderId: string; expiresAt: Instant };

/** Everything that one decision writes, in one transaction. */
export type Commit = {
  /** The record that was decided on; null for a new order. The write fails if it has changed since. */
  before: Pick<Order, 'version' | 'stage'> | null;
  order: Order;
  entry: HistoryEntry;
  outbox: readonly OutboxItem[];
  mark: Mark | null;
  /** What was booked. */
  ledger: readonly LedgerEntry[];
  /** The message of the group that was recorded, with its text. */
  message: GroupMessage | null;
};

/** `stale`: the record or the mark has changed since it was read: load and decide again. */
export type CommitOutcome = 'committed' | 'stale';

/** An order with open questions, as the watch sees it: since when the oldest waits, and how many do. */
export type WaitingOrder = { orderId: string; since: Instant; count: number };

/** An order as the sweep and the auditor see it: live, or ended with recordings to release. */
export type LiveOrder = { orderId: string; nextTimerAt: Instant | null };

export type OrderStore = {
  load(orderId: string): Promise<Order | null>;
  commit(commit: Commit): Promise<CommitOutcome>;
  findMark(id: string): Promise<Mark | null>;
  /** The order's history from its beginning. */
  history(orderId: string): Promise<readonly HistoryEntry[]>;
  /** Live orders whose next timer lies at or before `until`, the earliest first; those without any come first of all. */
  dueOrders(until: Instant): AsyncIterable<LiveOrder>;
  /** Live orders with open questions, the one that has waited longest first. */
  waitingOrders(): AsyncIterable<WaitingOrder>;
  /** The orders whose training ended in a month of Shanghai (`YYYY-MM`), in order of time. */
  trainedIn(month: string): AsyncIterable<string>;
};

/** What the queue carries when a timer is due. */
export type DueTimer = { orderId: string } & Pick<Timer, 'step' | 'version'>;
