import type { Instant } from '../../shared/domain/instant.ts';
import type { Outbox, TimersItem } from '../../shared/ports/outbox.ts';
import type { Timers } from '../../shared/ports/timers.ts';

/** Carries out one change of timers and records that it is done. Shared by the stream's function and the sweep. */
export const changeTimers = async (
  { timers, outbox }: { timers: Timers; outbox: Outbox },
  { id, orderId, set, drop }: TimersItem,
  now: Instant,
): Promise<void> => {
  await Promise.all([
    ...drop.map(async (timer) => await timers.drop({ orderId, step: timer.step, version: timer.version })),
    ...set.map(async ({ step, version, at }) => await timers.set({ orderId, step, version, at }, now)),
  ]);
  await outbox.settle(id, { state: 'done', at: now, detail: null });
};
