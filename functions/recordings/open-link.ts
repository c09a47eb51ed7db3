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
import type { LinkClaims } from '../../shared/runtime/customer-link.ts';
import { readLink } from '../../shared/runtime/customer-link.ts';
import type { HttpRequest } from '../../shared/runtime/http-entry.ts';
import { log } from '../../shared/runtime/log.ts';
import type { RefusedReason } from './refused-page.ts';
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
  const target =
    claims === null || orderId === null
      ? unknown
      : await findTarget({ orders, rateLimit }, { ...claims, orderId }, now);
  log('info', 'recording-access', {
    recordingId: claims?.recordingId ?? 'unknown',
    by: claims === null ? 'nobody' : `link ${claims.linkId}`,
    access,
    outcome: 'refused' in target ? target.refused : 'given',
  });
  return 'refused' in target ? { answer: await refusedPage(target.refused) } : target;
};

type Target = { order: Order; recording: Recording } | { refused: RefusedReason };
const unknown = { refused: 'unknown' } as const;

const findTarget = async (
  { orders, rateLimit }: Pick<LinkReading, 'orders' | 'rateLimit'>,
  { orderId, recordingId, linkId }: LinkClaims & { orderId: string },
  now: Instant,
): Promise<Target> => {
  const wait = await rateLimit.take(`link.${recordingId}.${linkId}`, accessesPerMinute, now);
  if (wait !== null) return { refused: 'busy' };
  const order = await orders.load(orderId);
  if (order === null) return unknown;
  const target = followLink(order, { recordingId, linkId }, { now, policy: policyOf(order.policy) });
  return target.type === 'refused' ? { refused: target.why } : { order, recording: target.recording };
};

/** A link of a few people, whose players ask again for each jump. */
const accessesPerMinute = 120;
