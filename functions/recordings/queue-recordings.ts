import type { EffectQueue } from '../../shared/ports/timers.ts';
import { recordingQueue } from '../../shared/runtime/deps.ts';
import type { OutboxFunction } from '../../shared/runtime/outbox-entry.ts';
import { outboxEntry } from '../../shared/runtime/outbox-entry.ts';

/** Stream of the outbox, kind `recording`: hands new work on recordings to the queue, where a long check holds up nothing else. */
export const queueRecordings =
  (queue: EffectQueue): OutboxFunction =>
  async (items) => {
    await queue.send(items.filter(({ kind }) => kind === 'recording').map(({ id }) => id));
  };

export const handler = outboxEntry(() => queueRecordings(recordingQueue()));
