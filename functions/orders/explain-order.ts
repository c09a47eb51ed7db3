import { explanationsOf } from '../../shared/domain/explanations.ts';
import { policyOf } from '../../shared/domain/policies/policies.ts';
import type { Outbox } from '../../shared/ports/outbox.ts';
import { ok } from '../../shared/runtime/answer.ts';
import { orderStore, outbox, secrets, sessions } from '../../shared/runtime/deps.ts';
import type { HttpFunction } from '../../shared/runtime/http-entry.ts';
import { httpEntry } from '../../shared/runtime/http-entry.ts';
import type { OrderReading } from '../../shared/runtime/read-order.ts';
import { readOrder } from '../../shared/runtime/read-order.ts';

/** `GET /api/orders/{orderId}/why`: each task, notice, timer and the deadline with its rule, a sentence, the history entries, and what became of a notice. */
export const explainOrder =
  (reading: OrderReading & { outbox: Outbox }): HttpFunction =>
  async (request, now) => {
    const read = await readOrder(reading, request, now);
    if ('answer' in read) return read.answer;
    const { order } = read;
    const history = await reading.orders.history(order.orderId);
    const explanations = explanationsOf(order, history, policyOf(order.policy), now);
    const noticeIds = explanations.filter(({ what }) => what === 'notice').map(({ id }) => id);
    const found = await reading.outbox.find(noticeIds);
    const results = new Map(found.map(({ item, result }) => [item.id, result]));
    const withResults = explanations.map((item) => ({ ...item, result: results.get(item.id) ?? null }));
    return ok({ orderId: order.orderId, explanations: withResults });
  };

export const handler = httpEntry(() =>
  explainOrder({ orders: orderStore(), sessions: sessions(), secrets: secrets(), outbox: outbox() }),
);
