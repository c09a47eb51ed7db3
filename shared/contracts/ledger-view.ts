import * as z from 'zod/mini';
import { expectedCourse, maintenanceDays, ruleOfFee, trainerName, wantedLines } from '../domain/fee-lines.ts';
import { lineText } from '../domain/fee-texts.ts';
import type { Instant } from '../domain/instant.ts';
import { calendarDaySchema } from '../domain/instant.ts';
import type { LedgerEntry } from '../domain/ledger.ts';
import { ledgerEntrySchema } from '../domain/ledger.ts';
import type { Order } from '../domain/order.ts';
import { fenSchema, staffIdSchema } from '../domain/order.ts';
import { policyOf } from '../domain/policies/policies.ts';

/** R3.4 A day of the maintenance, with its share of the fee; `trainerId` is null where nobody is paid for it. */
export const maintenanceDaySchema = z.object({
  day: z.int(),
  date: calendarDaySchema,
  amount: fenSchema,
  trainerId: z.nullable(staffIdSchema),
  trainerName: z.nullable(z.string()),
  emergency: z.boolean(),
});

/** What will be booked at the end if nothing changes. */
export const expectedLineSchema = z.pick(ledgerEntrySchema, {
  kind: true,
  rule: true,
  trainerId: true,
  trainerName: true,
  amount: true,
  days: true,
  why: true,
});

/** `GET /api/orders/{id}/ledger`: what is booked and what is to be expected; amounts in fen, `total` of the lines. */
export const ledgerViewSchema = z.object({
  orderId: z.string(),
  lines: z.array(ledgerEntrySchema),
  days: z.array(maintenanceDaySchema),
  expected: z.array(expectedLineSchema),
  total: z.int(),
});
export type LedgerView = z.infer<typeof ledgerViewSchema>;

/** An order's ledger: of one trainer where an id is given, with the days for which nobody is paid. */
export const viewLedger = (
  order: Order,
  entries: readonly LedgerEntry[],
  trainerId: string | null,
  now: Instant,
): LedgerView => {
  const isShown = (line: { trainerId: string | null }): boolean =>
    trainerId === null || line.trainerId === null || line.trainerId === trainerId;
  const policy = policyOf(order.policy);
  const course = expectedCourse(order, now);
  const told = { ...course, orderId: order.orderId, training: order.training };
  const shown = entries.filter(isShown);
  return {
    orderId: order.orderId,
    lines: shown,
    days: maintenanceDays(course, policy).filter(isShown),
    expected: wantedLines(course, policy)
      .filter(isShown)
      .map((line) => ({
        ...line,
        rule: ruleOfFee[line.kind],
        trainerName: trainerName(course, line.trainerId),
        why: lineText(told, line, policy),
      })),
    total: shown.reduce((sum, { amount }) => sum + amount, 0),
  };
};
