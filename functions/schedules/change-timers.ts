import type { Instant } from '../../shared/domain/instant.ts';
import type { Outbox, TimersItem } from '../../shared/ports/outbox.ts';
import type { Timers } from '../../shared/ports/timers.ts';

type Timer = TimersItem['set'][number];

/** Carries out one change of timers and records that it is done; what is due already is sent on in the order of its time. Shared by the stream's function and the sweep. */
export const changeTimers = async (
  { timers, outbox }: { timers: Timers; outbox: Outbox },
  { id, orderId, set, drop }: TimersItem,
  now: Instant,
): Promise<void> => {
  for (const timer of set.filter(({ at }) => at <= now).toSorted(byTime))
    await timers.set({ orderId, ...timer }, now);
  await Promise.all([
    ...drop.map(async (timer) => await timers.drop({ orderId, ...timer })),
    ...set.filter(({ at }) => at > now).map(async (timer) => await timers.set({ orderId, ...timer }, now)),
  ]);
  await outbox.settle(id, { state: 'done', at: now, detail: null });
};

const byTime = (a: Timer, b: Timer): number => (`${a.at} ${a.step}` < `${b.at} ${b.step}` ? -1 : 1);
