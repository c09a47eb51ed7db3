import type { StaffActor } from '../domain/actions/action.ts';
import type { Instant } from '../domain/instant.ts';
import type { Order } from '../domain/order.ts';
import type { OrderStore } from '../ports/order-store.ts';
import type { Answer } from './answer.ts';
import { answerRefusal } from './answer.ts';
import type { HttpRequest } from './http-entry.ts';
import type { SessionCheck } from './session.ts';
import { authenticate } from './session.ts';
import { findOrder } from './find-order.ts';

export type OrderReading = SessionCheck & { orders: OrderStore };

/** The order that a request names, for a caller with a session; or the answer that says why not. */
export const readOrder = async (
  reading: OrderReading,
  request: HttpRequest,
  now: Instant,
): Promise<{ order: Order; actor: StaffActor } | { answer: Answer }> => {
  const caller = await authenticate(request, reading, now);
  if ('answer' in caller) return caller;
  const { orderId = '' } = request.params;
  const order = await findOrder(reading.orders, orderId);
  if (order === null) return { answer: answerRefusal({ type: 'unknown-order', orderId }) };
  return { order, actor: caller.actor };
};
