import { findBrokenLink } from '../../shared/domain/history.ts';
import { ok } from '../../shared/runtime/answer.ts';
import { orderStore, secrets, sessions } from '../../shared/runtime/deps.ts';
import type { HttpFunction } from '../../shared/runtime/http-entry.ts';
import { httpEntry } from '../../shared/runtime/http-entry.ts';
import type { OrderReading } from '../../shared/runtime/read-order.ts';
import { readOrder } from '../../shared/runtime/read-order.ts';

/** `GET /api/orders/{orderId}/history`: all that has happened, and whether the chain of hashes is whole. */
export const showHistory =
  (reading: OrderReading): HttpFunction =>
  async (request, now) => {
    const read = await readOrder(reading, request, now);
    if ('answer' in read) return read.answer;
    const { orderId, head } = read.order;
    const entries = await reading.orders.history(orderId);
    return ok({ orderId, brokenAt: findBrokenLink(entries, head), entries });
  };

export const handler = httpEntry(() =>
  showHistory({ orders: orderStore(), sessions: sessions(), secrets: secrets() }),
);
