import type { CrmMessage } from '../../shared/contracts/crm-message.ts';
import type { Desks, Facts, Outcome } from '../../shared/domain/decision.ts';
import { sha256Hex } from '../../shared/domain/history.ts';
import type { Instant } from '../../shared/domain/instant.ts';
import { plusMinutes } from '../../shared/domain/instant.ts';
import type { Order } from '../../shared/domain/order.ts';
import { currentPolicy, policyOf } from '../../shared/domain/policies/policies.ts';
import { amendOrder, cancelOrder, changesNothing, receiveOrder } from '../../shared/domain/receive-order.ts';
import { isRefusal } from '../../shared/domain/refusal.ts';
import type { OrderStore } from '../../shared/ports/order-store.ts';
import type { Secrets } from '../../shared/ports/secrets.ts';
import type { Answer } from '../../shared/runtime/answer.ts';
import { answerRefusal, ok } from '../../shared/runtime/answer.ts';
import { commit, untilCommitted } from '../../shared/runtime/commit.ts';
import { count } from '../../shared/runtime/log.ts';
import { metricNames } from '../../shared/runtime/metric-names.ts';

export type OrderIntake = { orders: OrderStore; secrets: Secrets; desks: Desks };

const markDays = 90;

/** Load → decide → commit for a verified message of the CRM. The same message again changes nothing and gets the order as it is. */
export const takeCrmMessage = async (
  { orders, desks }: OrderIntake,
  message: CrmMessage,
  messageId: string,
  now: Instant,
): Promise<Answer> => {
  const { orderId } = message.data;
  const markId = `crm.${messageId}`;
  const contentHash = sha256Hex(message);
  return await untilCommitted(async () => {
    const [mark, order] = await Promise.all([orders.findMark(markId), orders.load(orderId)]);
    if (mark !== null || isRepeated(message, order))
      return answerRepeated(order, orderId, (mark?.contentHash ?? contentHash) === contentHash);
    if (message.type === 'order.amended' && order !== null && changesNothing(order, message.data))
      return ok(summary(order));
    const outcome = decide(message, order, { now, desks, policy: currentPolicy });
    if (isRefusal(outcome)) return answerRefusal(outcome.refusal);
    const expiresAt = plusMinutes(now, markDays * 24 * 60);
    const written = await commit(orders, order, outcome, {
      actor: { type: 'crm' },
      id: messageId,
      now,
      mark: { id: markId, contentHash, orderId, expiresAt },
    });
    if (written === 'stale') return written;
    if (message.type === 'order.created') count(metricNames.orderCreated);
    return ok(summary(written), message.type === 'order.created' ? 201 : 200);
  });
};

const decide = (message: CrmMessage, order: Order | null, facts: Facts): Outcome => {
  if (message.type === 'order.created')
    return order === null
      ? receiveOrder(message.data, sha256Hex(message.data), facts)
      : { refusal: { type: 'different-content', orderId: order.orderId } };
  if (order === null) return { refusal: { type: 'unknown-order', orderId: message.data.orderId } };
  const ofOrder = { ...facts, policy: policyOf(order.policy) };
  return message.type === 'order.amended'
    ? amendOrder(order, message.data, ofOrder)
    : cancelOrder(order, message.data.reason ?? null, ofOrder);
};

/** An order that is created again with the same content, under another message id. */
const isRepeated = (message: CrmMessage, order: Order | null): boolean =>
  message.type === 'order.created' && order !== null && order.contentHash === sha256Hex(message.data);

const answerRepeated = (order: Order | null, orderId: string, sameContent: boolean): Answer =>
  order !== null && sameContent ? ok(summary(order)) : answerRefusal({ type: 'different-content', orderId });

const summary = ({ orderId, stage, deadline, remark }: Order) => ({ orderId, stage, deadline, remark });
