import { dueTimerSchema } from '../../shared/contracts/queue-messages.ts';
import type { Desks } from '../../shared/domain/decision.ts';
import { fireTimer } from '../../shared/domain/fire-timer.ts';
import { policyOf } from '../../shared/domain/policies/policies.ts';
import type { DueTimer, OrderStore } from '../../shared/ports/order-store.ts';
import { commit, untilCommitted } from '../../shared/runtime/commit.ts';
import { orderStore } from '../../shared/runtime/deps.ts';
import { readDesks } from '../../shared/runtime/env.ts';
import { count } from '../../shared/runtime/log.ts';
import { metricNames } from '../../shared/runtime/metric-names.ts';
import type { QueueFunction } from '../../shared/runtime/queue-entry.ts';
import { queueEntry } from '../../shared/runtime/queue-entry.ts';
import { TryLater } from '../../shared/runtime/try-later.ts';

/** Queue `due-timers`: a timer is a hint. The order is read again, and a late, double or stale timer changes nothing. */
export const runDueTimer =
  ({ orders, desks }: { orders: OrderStore; desks: Desks }): QueueFunction<DueTimer> =>
  async (timer, messageId, now) => {
    await untilCommitted(async () => {
      const order = await orders.load(timer.orderId);
      if (order === null) throw new Error(`timer ${timer.step} names the unknown order ${timer.orderId}`);
      const fired = fireTimer(order, timer, { now, desks, policy: policyOf(order.policy) });
      if (fired.type === 'early') throw new TryLater(`due at ${fired.dueAt}`);
      if (fired.type === 'stale') return count(metricNames.staleTimer);
      const { step, version } = timer;
      const cause = { actor: { type: 'timer', step, version }, id: messageId, now } as const;
      return await commit(orders, order, fired.change, cause);
    });
  };

export const handler = queueEntry(dueTimerSchema, () =>
  runDueTimer({ orders: orderStore(), desks: readDesks() }),
);
