import { parseJson } from '../../shared/contracts/parse-json.ts';
import { comparisonRequestSchema } from '../../shared/contracts/policy-comparison-view.ts';
import type { OrderStore } from '../../shared/ports/order-store.ts';
import { answerRefusal, badRequest, ok } from '../../shared/runtime/answer.ts';
import { orderStore, secrets, sessions } from '../../shared/runtime/deps.ts';
import type { HttpFunction } from '../../shared/runtime/http-entry.ts';
import { httpEntry } from '../../shared/runtime/http-entry.ts';
import type { SessionCheck } from '../../shared/runtime/session.ts';
import { authenticate } from '../../shared/runtime/session.ts';
import { compareMonth } from './compare-month.ts';

const accepted = ['manager', 'auditor'] as const;

/** `POST /api/what-if`: runs a changed policy over the orders of a month, and says who would have breached or been paid differently. Changes nothing. */
export const comparePolicy =
  (desk: SessionCheck & { orders: OrderStore }): HttpFunction =>
  async (request, now) => {
    const caller = await authenticate(request, desk, now);
    if ('answer' in caller) return caller.answer;
    if (!accepted.some((role) => caller.actor.roles.includes(role)))
      return answerRefusal({ type: 'wrong-role', action: 'what-if', accepted });
    const asked = parseJson(comparisonRequestSchema, request.body);
    if ('issues' in asked) return badRequest(asked.issues);
    return ok(await compareMonth(desk.orders, asked.data, now));
  };

export const handler = httpEntry(() =>
  comparePolicy({ orders: orderStore(), sessions: sessions(), secrets: secrets() }),
);
