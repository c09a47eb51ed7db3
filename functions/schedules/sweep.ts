import type { Instant } from '../../shared/domain/instant.ts';
import type { OrderStore } from '../../shared/ports/order-store.ts';
import type { Outbox } from '../../shared/ports/outbox.ts';
import type { DueTimers, EffectQueue, Timers } from '../../shared/ports/timers.ts';
import { count, log } from '../../shared/runtime/log.ts';
import { metricNames } from '../../shared/runtime/metric-names.ts';
import { changeTimers } from './change-timers.ts';

export type Sweep = {
  orders: OrderStore;
  outbox: Outbox;
  timers: Timers;
  dueTimers: DueTimers;
  noticeQueue: EffectQueue;
  recordingQueue: EffectQueue;
};

/** Sends on every timer that was due by `until` and is still wanted. */
export const sweepTimers = async ({ orders, dueTimers }: Sweep, until: Instant): Promise<void> => {
  await startEach(orders.dueOrders(until), async ({ orderId, nextTimerAt }) => {
    const order = await orders.load(orderId);
    const missed = (order?.timers ?? []).filter(({ at }) => at <= until);
    if (missed.length === 0) return;
    count(metricNames.missedTimer, missed.length);
    log('warn', 'timer-missed', { orderId, nextTimerAt });
    await dueTimers.send(missed.map(({ step, version }) => ({ orderId, step, version })));
  });
};

/** Starts every effect again that was decided by `until` and has no result. */
export const sweepEffects = async (sweep: Sweep, until: Instant, now: Instant): Promise<void> => {
  await startEach(sweep.outbox.pending(until), async (item) => {
    count(metricNames.missedEffect);
    log('warn', 'effect-missed', { id: item.id });
    if (item.kind === 'timers') await changeTimers(sweep, item, now);
    else if (item.kind === 'notice') await sweep.noticeQueue.send([item.id]);
    else await sweep.recordingQueue.send([item.id]);
  });
};

/** The oldest comes first in every sweep: if it fails, the others still have their turn, and the sweep fails at its end. */
const startEach = async <Item>(
  items: AsyncIterable<Item>,
  start: (item: Item) => Promise<void>,
): Promise<void> => {
  const faults: unknown[] = [];
  for await (const item of items) await start(item).catch((fault: unknown) => faults.push(fault));
  if (faults.length > 0) throw new AggregateError(faults, `${faults.length} could not be started again`);
};
