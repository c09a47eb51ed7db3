import type { LedgerEntry } from '../domain/ledger.ts';

/** Reads what was booked; entries are written with the decision that books them, and never changed. */
export type Ledger = {
  /** All entries of an order, in the order of their booking. */
  ofOrder(orderId: string): Promise<readonly LedgerEntry[]>;
  /** The entries of a month of Shanghai (`YYYY-MM`), by trainer, order and entry; of one trainer where a staff id is given. */
  ofMonth(month: string, trainerId: string | null): Promise<readonly LedgerEntry[]>;
};
