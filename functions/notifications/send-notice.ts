import type { Instant } from '../../shared/domain/instant.ts';
import { stillHolds } from '../../shared/domain/notice-guard.ts';
import { policyOf } from '../../shared/domain/policies/policies.ts';
import type { NoticeChannel } from '../../shared/ports/notice-channel.ts';
import type { OrderStore } from '../../shared/ports/order-store.ts';
import type { NoticeItem, Outbox, OutboxResult } from '../../shared/ports/outbox.ts';
import type { RateLimit } from '../../shared/ports/rate-limit.ts';
import { count, log } from '../../shared/runtime/log.ts';
import { metricNames } from '../../shared/runtime/metric-names.ts';
import { TryLater } from '../../shared/runtime/try-later.ts';

export type Delivery = { outbox: Outbox; orders: OrderStore; rateLimit: RateLimit; channel: NoticeChannel };

/** WeCom takes 20 messages a minute from one robot. */
const robotMessagesPerMinute = 20;

/** Sends a notice that still holds, within the robot's limit. Throws TryLater where it has to come again. */
export const sendNotice = async (
  { orders, rateLimit, channel }: Delivery,
  { id, orderId, notice }: NoticeItem,
  now: Instant,
): Promise<Omit<OutboxResult, 'at'>> => {
  const order = await orders.load(orderId);
  if (order === null || !stillHolds(notice, order, { now, policy: policyOf(order.policy) })) {
    count(metricNames.noticeVoid);
    return { state: 'void', detail: 'the order has moved on' };
  }
  const { text, mention } = notice;
  const { robotKey } = order.group;
  const wait = await rateLimit.take(`robot.${robotKey}`, robotMessagesPerMinute, now);
  if (wait !== null) throw new TryLater(`the robot's minute is full until ${wait}`);
  const outcome = await channel.send({ noticeId: id, robotKey, text, mention });
  if (outcome.type === 'try-later') throw new TryLater(`WeCom: ${outcome.reason}`);
  if (outcome.type === 'sent') {
    count(metricNames.noticeSent);
    return { state: 'done', detail: null };
  }
  count(metricNames.noticeRefused);
  log('error', 'notice-refused', { id, code: outcome.code, reason: outcome.reason });
  if (outcome.reason === 'bad-key' || outcome.reason === 'robot-disabled')
    throw new TryLater('the group has no working robot: it is sent when the order names one');
  return { state: 'refused', detail: `${outcome.reason} (${outcome.code})` };
};
