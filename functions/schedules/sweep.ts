import type { Instant } from '../../shared/domain/instant.ts';
import type { OrderStore } from '../../shared/ports/order-store.ts';
import type { Outbox } from '../../shared/ports/outbox.ts';
import type { DueTimers, NoticeQueue, Timers } from '../../shared/ports/timers.ts';
import { count, log } from '../../shared/runtime/log.ts';
import { metricNames } from '../../shared/runtime/metric-names.ts';
import { changeTimers } from './change-timers.ts';

export type Sweep = {
  orders: OrderStore;
  outbox: Outbox;
  timers: Timers;
  dueTimers: DueTimers;
  noticeQueue: NoticeQueue;
};

/** Sends on every timer that was due by `until` and is still wanted. */
export const sweepTimers = async ({ orders, dueTimers }: Sweep, until: Instant): Promise<void> => {
  for await (const { orderId, nextTimerAt } of orders.dueOrders(until)) {
    const order = await orders.load(orderId);
    const missed = (order?.timers ?? []).filter(({ at }) => at <= until);
    if (missed.length === 0) continue;
    count(metricNames.missedTimer, missed.length);
    log('warn', 'timer-missed', { orderId, nextTimerAt });
    await dueTimers.send(missed.map(({ step, version }) => ({ orderId, step, version })));
  }
};

/** Starts every effect again that was decided by `until` and has no result. */
export const sweepEffects = async (sweep: Sweep, until: Instant, now: Instant): Promise<void> => {
  for await (const item of sweep.outbox.pending(until)) {
    count(metricNames.missedEffect);
    log('warn', 'effect-missed', { id: item.id });
    if (item.kind === 'notice') await sweep.noticeQueue.send([item.id]);
    else await changeTimers(sweep, item, now);
  }
};
