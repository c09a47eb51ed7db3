import type { Instant } from '../../shared/domain/instant.ts';
import type { Order } from '../../shared/domain/order.ts';
import { policyOf } from '../../shared/domain/policies/policies.ts';
import { followLink } from '../../shared/domain/recordings/link.ts';
import type { Recording } from '../../shared/domain/recordings/recording-facts.ts';
import { orderOfRecording } from '../../shared/domain/recordings/recording-id.ts';
import type { OrderStore } from '../../shared/ports/order-store.ts';
import type { RateLimit } from '../../shared/ports/rate-limit.ts';
import type { Secrets } from '../../shared/ports/secrets.ts';
import type { TextAnswer } from '../../shared/runtime/answer.ts';
import { readLink } from '../../shared/runtime/customer-link.ts';
import type { HttpRequest } from '../../shared/runtime/http-entry.ts';
import { log } from '../../shared/runtime/log.ts';
import { refusedPage } from './refused-page.ts';

export type LinkReading = { orders: OrderStore; secrets: Secrets; rateLimit: RateLimit };

/** What a customer's link leads to, for each kind of access; or the page that says why it leads nowhere. Each access is logged, without a person's data (R5.1). */
export const openLink = async (
  { orders, secrets, rateLimit }: LinkReading,
  { params }: Pick<HttpRequest, 'params'>,
  access: string,
  now: Instant,
): Promise<{ order: Order; recording: Recording } | { answer: TextAnswer }> => {
  const claims = await readLink('recording', params['token'] ?? '', await secrets.values('link-key'));
  const orderId = claims === null ? null : orderOfRecording(claims.recordingId);
  if (claims === null || orderId === null) return { answer: await refusedPage('unknown') };
  const wait = await rateLimit.take(`link.${claims.recordingId}.${claims.linkId}`, accessesPerMinute, now);
  if (wait !== null) return { answer: await refusedPage('busy') };
  const order = await orders.load(orderId);
  if (order === null) return { answer: await refusedPage('unknown') };
  const target = followLink(order, claims, { now, policy: policyOf(order.policy) });
  const outcome = target.type === 'refused' ? target.why : 'given';
  log('info', 'recording-access', { ...claims, access, outcome });
  if (target.type === 'refused') return { answer: await refusedPage(target.why) };
  return { order, recording: target.recording };
};

/** A link of a few people, whose players ask again for each jump. */
const accessesPerMinute = 120;
