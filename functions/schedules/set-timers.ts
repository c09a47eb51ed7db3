import type { Outbox, TimersItem } from '../../shared/ports/outbox.ts';
import type { Timers } from '../../shared/ports/timers.ts';
import { outbox, timers } from '../../shared/runtime/deps.ts';
import type { OutboxFunction } from '../../shared/runtime/outbox-entry.ts';
import { outboxEntry } from '../../shared/runtime/outbox-entry.ts';
import { changeTimers } from './change-timers.ts';

/** Stream of the outbox, kind `timers`: sets and drops the schedules that a decision changed. Names are deterministic: a double changes nothing. */
export const setTimers =
  (deps: { timers: Timers; outbox: Outbox }): OutboxFunction =>
  async (items, now) => {
    const changes = items.filter((item): item is TimersItem => item.kind === 'timers');
    for (const item of changes) await changeTimers(deps, item, now);
  };

export const handler = outboxEntry(() => setTimers({ timers: timers(), outbox: outbox() }));
