import * as z from 'zod/mini';
import { historyEntrySchema } from '../domain/history.ts';

export const historyEntryViewSchema = z.extend(historyEntrySchema, {
  facts: z.record(z.string(), z.unknown()),
});

/** `GET /api/orders/{id}/history`: all that has happened; `brokenAt` is the first entry that does not follow from the one before. */
export const historyViewSchema = z.object({
  orderId: z.string(),
  brokenAt: z.nullable(z.int()),
  entries: z.array(historyEntryViewSchema),
});
