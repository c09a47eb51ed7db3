import { viewOrder } from '../../shared/contracts/order-view.ts';
import { ok } from '../../shared/runtime/answer.ts';
import { orderStore, secrets, sessions } from '../../shared/runtime/deps.ts';
import type { HttpFunction } from '../../shared/runtime/http-entry.ts';
import { httpEntry } from '../../shared/runtime/http-entry.ts';
import type { OrderReading } from '../../shared/runtime/read-order.ts';
import { readOrder } from '../../shared/runtime/read-order.ts';

/** `GET /api/orders/{orderId}` */
export const showOrder =
  (reading: OrderReading): HttpFunction =>
  async (request, now) => {
    const read = await readOrder(reading, request, now);
    return 'answer' in read ? read.answer : ok(viewOrder(read.order, read.actor.id, now));
  };

export const handler = httpEntry(() =>
  showOrder({ orders: orderStore(), sessions: sessions(), secrets: secrets() }),
);
