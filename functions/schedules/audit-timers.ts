import type { Instant } from '../../shared/domain/instant.ts';
import { plusMinutes } from '../../shared/domain/instant.ts';
import type { OrderStore } from '../../shared/ports/order-store.ts';
import { orderStore } from '../../shared/runtime/deps.ts';
import { count, log } from '../../shared/runtime/log.ts';
import { metricNames } from '../../shared/runtime/metric-names.ts';
import { scheduledEntry } from '../../shared/runtime/scheduled-entry.ts';

/** So long after its time a timer should have fired, or been found by two sweeps. */
const graceMinutes = 70;

/** Every hour: checks that each live order has a timer to come. The heartbeat is sent only when all have; its absence is the alarm. */
export const auditTimers =
  ({ orders }: { orders: OrderStore }) =>
  async (now: Instant): Promise<void> => {
    const lost = [];
    for await (const { orderId } of orders.dueOrders(plusMinutes(now, -graceMinutes))) lost.push(orderId);
    count(metricNames.ordersWithoutTimer, lost.length);
    const [example] = lost;
    if (example === undefined) count(metricNames.auditHeartbeat);
    else log('error', 'audit-failed', { orders: lost.length, example });
  };

export const handler = scheduledEntry(() => auditTimers({ orders: orderStore() }));
