import { effectMessageSchema } from '../../shared/contracts/queue-messages.ts';
import type { Outbox } from '../../shared/ports/outbox.ts';
import { orderStore, outbox, recordingObjects, videoInspector } from '../../shared/runtime/deps.ts';
import { readDesks } from '../../shared/runtime/env.ts';
import type { QueueFunction } from '../../shared/runtime/queue-entry.ts';
import { queueEntry } from '../../shared/runtime/queue-entry.ts';
import { carryOutWork } from './carry-out-work.ts';
import type { RecordingDesk } from './check-recording.ts';

/** Queue `recordings`: claims a piece of work on a recording and does it, unless it has become void. What became of it is recorded. */
export const workOnRecording =
  (desk: RecordingDesk & { outbox: Outbox }): QueueFunction<{ id: string }> =>
  async ({ id }, messageId, now) => {
    const claim = await desk.outbox.claim(id, messageId, now);
    if (claim.type === 'settled' || claim.type === 'held') return;
    if (claim.type === 'unknown' || claim.item.kind !== 'recording')
      throw new Error(`${id} is no work on a recording`);
    const result = await carryOutWork(desk, claim.item, now);
    await desk.outbox.settle(id, { ...result, at: now });
  };

export const handler = queueEntry(effectMessageSchema, () =>
  workOnRecording({
    outbox: outbox(),
    orders: orderStore(),
    objects: recordingObjects(),
    inspectVideo: videoInspector(),
    desks: readDesks(),
  }),
);
