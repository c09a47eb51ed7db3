import * as z from 'zod/mini';
import { instantSchema } from './instant.ts';
import { orderIdSchema } from './order.ts';
import { ruleIdSchema } from './rules.ts';

/** An entry of the ledger: append-only. What turns out wrong is undone by an entry of its own that `reverses` it. */
export const ledgerEntrySchema = z.object({
  /** `<order>.<version>.<number>`: the order's change that booked it, and which entry of that change. */
  entryId: z.string(),
  orderId: orderIdSchema,
  /** When it was booked; its Shanghai month is the statement that it belongs to. */
  at: instantSchema,
  month: z.string().check(z.regex(/^\d{4}-\d{2}$/)),
  kind: z.enum(['training', 'maintenance']),
  rule: ruleIdSchema,
  trainerId: z.string(),
  trainerName: z.string(),
  /** Fen; negative in a counter-entry. */
  amount: z.int(),
  /** R3.4 The days of the order that it pays for. */
  days: z.array(z.int()),
  /** The entry that it undoes. */
  reverses: z.nullable(z.string()),
  /** One sentence in Chinese for the person concerned. */
  why: z.string(),
  /** Numbers of the history entries that it rests on. */
  evidence: z.array(z.int()),
});
export type LedgerEntry = z.infer<typeof ledgerEntrySchema>;
