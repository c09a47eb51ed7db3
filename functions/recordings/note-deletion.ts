import { objectDeletedSchema } from '../../shared/contracts/object-deleted.ts';
import type { ObjectDeleted } from '../../shared/contracts/object-deleted.ts';
import type { Desks } from '../../shared/domain/decision.ts';
import { recordDeletion } from '../../shared/domain/recordings/check.ts';
import { orderOfRecording, recordingOfKey } from '../../shared/domain/recordings/recording-id.ts';
import type { OrderStore } from '../../shared/ports/order-store.ts';
import { changeOrder } from '../../shared/runtime/change-order.ts';
import { orderStore } from '../../shared/runtime/deps.ts';
import { readDesks } from '../../shared/runtime/env.ts';
import type { QueueFunction } from '../../shared/runtime/queue-entry.ts';
import { queueEntry } from '../../shared/runtime/queue-entry.ts';

/** Queue `recording-events`: what S3 says of recordings that it has deleted is the proof that they are gone (R5.1). */
export const noteDeletion =
  (desk: { orders: OrderStore; desks: Desks }): QueueFunction<ObjectDeleted> =>
  async ({ id: eventId, detail }, _, now) => {
    const recordingId = recordingOfKey(detail.object.key);
    const orderId = recordingId === null ? null : orderOfRecording(recordingId);
    if (recordingId === null || orderId === null)
      throw new Error('an object that is no recording was deleted');
    const deletion = {
      what: detail['deletion-type'] === 'Permanently Deleted' ? 'erased' : 'hidden',
      reason: detail.reason === 'Lifecycle Expiration' ? 'expired' : 'removed',
      versionId: detail.object['version-id'] ?? null,
      eventId,
    } as const;
    const changed = await changeOrder(
      desk,
      orderId,
      (order, facts) => recordDeletion(order, recordingId, deletion, facts),
      { actor: { type: 'product' }, id: eventId, now },
    );
    if ('refusal' in changed) throw new Error(`a recording of the unknown order ${orderId} was deleted`);
  };

export const handler = queueEntry(objectDeletedSchema, () =>
  noteDeletion({ orders: orderStore(), desks: readDesks() }),
);
