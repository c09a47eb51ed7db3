import { effectMessageSchema } from '../../shared/contracts/queue-messages.ts';
import { noticeChannel, orderStore, outbox, rateLimit } from '../../shared/runtime/deps.ts';
import type { QueueFunction } from '../../shared/runtime/queue-entry.ts';
import { queueEntry } from '../../shared/runtime/queue-entry.ts';
import type { Delivery } from './send-notice.ts';
import { sendNotice } from './send-notice.ts';

/**
 * Queue `notices`: claims a notice and sends it to the group, unless the order has moved on. What became of it is recorded.
 * A message for a notice that another one is delivering has nothing to do; should that one die, the sweep finds the notice.
 */
export const deliverNotice =
  (delivery: Delivery): QueueFunction<{ id: string }> =>
  async ({ id }, messageId, now) => {
    const claim = await delivery.outbox.claim(id, messageId, now);
    if (claim.type === 'settled' || claim.type === 'held') return;
    if (claim.type === 'unknown' || claim.item.kind !== 'notice') throw new Error(`${id} is no notice`);
    const result = await sendNotice(delivery, claim.item, now);
    await delivery.outbox.settle(id, { ...result, at: now });
  };

export const handler = queueEntry(effectMessageSchema, () =>
  deliverNotice({ outbox: outbox(), orders: orderStore(), rateLimit: rateLimit(), channel: noticeChannel() }),
);
