import { compareText } from '../../../shared/domain/compare-text.ts';
import type { LedgerEntry } from '../../../shared/domain/ledger.ts';
import type { Ledger } from '../../../shared/ports/ledger.ts';

/** The ledger of what a memory store's commits have booked, handed over as the list that grows with them. */
export const memoryLedger = (booked: readonly LedgerEntry[]): Ledger => {
  const entriesThat = (fits: (entry: LedgerEntry) => boolean): LedgerEntry[] =>
    structuredClone(booked.filter(fits));
  return {
    ofOrder: async (orderId) => entriesThat((entry) => entry.orderId === orderId),
    ofMonth: async (month, trainerId) =>
      entriesThat((entry) => entry.month === month && (trainerId ?? entry.trainerId) === entry.trainerId)
        .toSorted((a, b) => compareText(a.orderId, b.orderId))
        .toSorted((a, b) => compareText(a.trainerId, b.trainerId)),
  };
};
