import type { Desks } from '../../shared/domain/decision.ts';
import type { Instant } from '../../shared/domain/instant.ts';
import { atShanghai, later, plusDays, plusMinutes } from '../../shared/domain/instant.ts';
import { planOf } from '../../shared/domain/plan.ts';
import { policyOf } from '../../shared/domain/policies/policies.ts';
import { toInputIssues } from '../../shared/contracts/issues.ts';
import { planDays, planQuerySchema } from '../../shared/contracts/plan-view.ts';
import { badRequest, ok } from '../../shared/runtime/answer.ts';
import { orderStore, secrets, sessions } from '../../shared/runtime/deps.ts';
import { readDesks } from '../../shared/runtime/env.ts';
import type { HttpFunction } from '../../shared/runtime/http-entry.ts';
import { httpEntry } from '../../shared/runtime/http-entry.ts';
import type { OrderReading } from '../../shared/runtime/read-order.ts';
import { readOrder } from '../../shared/runtime/read-order.ts';

/** `GET /api/orders/{orderId}/plan`: every timer to come if nobody acts, with its rule, until `?until=` (else the end of the last day), at most a year ahead. */
export const showPlan =
  (reading: OrderReading & { desks: Desks }): HttpFunction =>
  async (request, now) => {
    const read = await readOrder(reading, request, now);
    if ('answer' in read) return read.answer;
    const { order } = read;
    const query = planQuerySchema.safeParse({ until: request.query['until'] });
    if (!query.success) return badRequest(toInputIssues(query.error.issues));
    const endOfLastDay = later(now, atShanghai(plusDays(order.deadline, 1), '00:00'));
    const until = earlier(query.data.until ?? endOfLastDay, plusMinutes(now, planDays * 24 * 60));
    const facts = { now, desks: reading.desks, policy: policyOf(order.policy) };
    return ok({ orderId: order.orderId, until, timers: planOf(order, facts, until) });
  };

const earlier = (a: Instant, b: Instant): Instant => (a <= b ? a : b);

export const handler = httpEntry(() =>
  showPlan({ orders: orderStore(), sessions: sessions(), secrets: secrets(), desks: readDesks() }),
);
