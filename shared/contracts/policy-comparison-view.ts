import * as z from 'zod/mini';
import { policyChangeSchema } from '../domain/policy-comparison.ts';
import { clockStateSchema } from '../domain/reply-clocks.ts';
import { payChangeSchema } from '../domain/fee-lines.ts';
import { settlementQuerySchema } from './settlement-view.ts';

/** `POST /api/what-if`: the month whose orders are gone through (by the end of their training), and what is changed. */
export const comparisonRequestSchema = z.strictObject({
  month: settlementQuerySchema.shape.month,
  changes: policyChangeSchema,
});

/** Who would have breached, or been paid, differently. Amounts in fen. */
export const comparisonViewSchema = z.object({
  month: z.string(),
  orders: z.int(),
  breaches: z.object({ before: z.int(), after: z.int() }),
  pay: z.object({ before: z.int(), after: z.int() }),
  changed: z.array(
    z.object({
      orderId: z.string(),
      clocks: z.array(
        z.object({
          clockId: z.string(),
          messageId: z.string(),
          holder: z.string(),
          before: clockStateSchema,
          after: clockStateSchema,
          why: z.string(),
        }),
      ),
      pay: z.array(payChangeSchema),
    }),
  ),
});
