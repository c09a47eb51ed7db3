import type { EffectQueue } from '../../shared/ports/timers.ts';
import { noticeQueue } from '../../shared/runtime/deps.ts';
import type { OutboxFunction } from '../../shared/runtime/outbox-entry.ts';
import { outboxEntry } from '../../shared/runtime/outbox-entry.ts';

/** Stream of the outbox, kind `notice`: hands new notices to the queue, where they wait for their place in WeCom's limits. */
export const queueNotices =
  (queue: EffectQueue): OutboxFunction =>
  async (items) => {
    await queue.send(items.filter(({ kind }) => kind === 'notice').map(({ id }) => id));
  };

export const handler = outboxEntry(() => queueNotices(noticeQueue()));
