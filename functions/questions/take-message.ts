import type { MessageAnswer, MessageWebhook } from '../../shared/contracts/message-webhook.ts';
import type { Desks } from '../../shared/domain/decision.ts';
import { sha256Hex } from '../../shared/domain/history.ts';
import type { Instant } from '../../shared/domain/instant.ts';
import { plusMinutes } from '../../shared/domain/instant.ts';
import { policyOf } from '../../shared/domain/policies/policies.ts';
import { recordMessage } from '../../shared/domain/record-message.ts';
import { isRefusal } from '../../shared/domain/refusal.ts';
import type { GroupMessage, GroupMessages } from '../../shared/ports/group-messages.ts';
import type { OrderStore } from '../../shared/ports/order-store.ts';
import type { Secrets } from '../../shared/ports/secrets.ts';
import type { Answer } from '../../shared/runtime/answer.ts';
import { answerRefusal, ok } from '../../shared/runtime/answer.ts';
import { commit, untilCommitted } from '../../shared/runtime/commit.ts';

export type MessageIntake = { orders: OrderStore; messages: GroupMessages; secrets: Secrets; desks: Desks };

const keptDays = 400;

/** Load → decide → commit for a verified message of a group. The same message again changes nothing. */
export const takeMessage = async (
  { orders, messages, desks }: MessageIntake,
  { data }: MessageWebhook,
  cause: string,
  now: Instant,
): Promise<Answer> => {
  const message = toGroupMessage(data, now);
  const { orderId, messageId } = message;
  return await untilCommitted(async () => {
    const [known, order] = await Promise.all([messages.find(orderId, messageId), orders.load(orderId)]);
    if (order === null) return answerRefusal({ type: 'unknown-order', orderId });
    if (known !== null) return answerKnown(known, message);
    const facts = { now, desks, policy: policyOf(order.policy) };
    const outcome = recordMessage(order, message, facts);
    if (isRefusal(outcome)) return answerRefusal(outcome.refusal);
    const written = await commit(orders, order, outcome, {
      actor: { type: 'chat' },
      id: cause,
      now,
      message,
    });
    return written === 'stale' ? written : answerOf(message, 'recorded');
  });
};

const toGroupMessage = (data: MessageWebhook['data'], now: Instant): GroupMessage => ({
  orderId: data.orderId,
  messageId: data.messageId,
  at: data.at,
  role: data.author.role,
  author: data.author.id,
  text: data.text,
  contentHash: sha256Hex(data),
  receivedAt: now,
  expiresAt: plusMinutes(now, keptDays * 24 * 60),
});

const answerKnown = (known: GroupMessage, message: GroupMessage): Answer =>
  known.contentHash === message.contentHash
    ? answerOf(message, 'repeated')
    : answerRefusal({ type: 'different-message', messageId: message.messageId });

const answerOf = ({ orderId, messageId }: GroupMessage, state: MessageAnswer['state']): Answer =>
  ok({ orderId, messageId, state } satisfies MessageAnswer);
