import * as z from 'zod/mini';
import type { LedgerEntry } from '../domain/ledger.ts';
import { ledgerEntrySchema } from '../domain/ledger.ts';
import { staffIdSchema } from '../domain/order.ts';

/** The month of a statement, and the trainer to whom it is narrowed down. */
export const settlementQuerySchema = z.object({
  month: z
    .string()
    .check(z.regex(/^20\d{2}-(0[1-9]|1[0-2])$/, 'a month is written as YYYY-MM, e.g. 2025-03')),
  trainer: z.optional(staffIdSchema),
});

export const settlementTotalSchema = z.object({
  trainerId: z.string(),
  trainerName: z.string(),
  amount: z.int(),
  /** How many lines it sums up. */
  lines: z.int(),
});

/** `GET /api/settlements/{month}`: what was booked in a month of Shanghai, by trainer and order; amounts in fen. `trainerId` is null for everybody. */
export const settlementViewSchema = z.object({
  month: z.string(),
  trainerId: z.nullable(z.string()),
  lines: z.array(ledgerEntrySchema),
  totals: z.array(settlementTotalSchema),
  total: z.int(),
});
export type SettlementView = z.infer<typeof settlementViewSchema>;

/** The statement of a month, from its lines. */
export const viewSettlement = (
  month: string,
  trainerId: string | null,
  lines: readonly LedgerEntry[],
): SettlementView => ({
  month,
  trainerId,
  lines: [...lines],
  totals: [...Map.groupBy(lines, (line) => line.trainerId)].map(([id, own]) => ({
    trainerId: id,
    trainerName: own.at(-1)?.trainerName ?? id,
    amount: sum(own),
    lines: own.length,
  })),
  total: sum(lines),
});

const sum = (lines: readonly LedgerEntry[]): number => lines.reduce((total, { amount }) => total + amount, 0);
