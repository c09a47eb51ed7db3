import type { Order } from '../domain/order.ts';
import { orderIdSchema } from '../domain/order.ts';
import type { OrderStore } from '../ports/order-store.ts';

/** The order that a path names; null when there is none, or when no order can have that number: a store refuses empty and endless keys. */
export const findOrder = async (orders: OrderStore, orderId: string): Promise<Order | null> =>
  orderIdSchema.safeParse(orderId).success ? await orders.load(orderId) : null;
