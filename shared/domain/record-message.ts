import type { Facts, Outcome } from './decision.ts';
import type { Instant } from './instant.ts';
import { plusMinutes } from './instant.ts';
import type { MessageStamp } from './maintenance-facts.ts';
import type { Order } from './order.ts';
import { isLive, liveStages } from './order.ts';
import { clocksOf, pausesOf } from './questions.ts';
import { settle } from './settle.ts';

/** A message of the order's group, without its text. */
export type SaidMessage = { messageId: string; at: Instant; role: MessageStamp['role']; author: string };

/** So far may the clock of the chat be ahead of ours. */
const aheadMinutes = 5;

/** With so many stamps an order's record stays below DynamoDB's 400 KB, however long the ids. */
const mostMessages = 1000;
/** So many of the newest stay in any case: what comes late comes soon after. */
const newest = 300;

/**
 * R3.1 A message of the group is recorded with its own time. It may be late or out of order: the verdicts are derived anew from all of them.
 * Of an order that has ended only what was said before its end is taken.
 */
export const recordMessage = (
  order: Order,
  { messageId, at, role, author }: SaidMessage,
  facts: Facts,
): Outcome => {
  const event = role === 'customer' ? 'message-received' : 'message-sent';
  if (!isLive(order) && (order.endedAt === null || at > order.endedAt))
    return {
      refusal: {
        type: 'wrong-stage',
        action: event,
        stage: order.stage,
        accepted: liveStages,
      },
    };
  if (at > plusMinutes(facts.now, aheadMinutes))
    return { refusal: { type: 'impossible-time', field: 'at', value: at, why: 'in-the-future' } };
  const kept = order.facts.messages.length < mostMessages ? order.facts.messages : forgetIdle(order, facts);
  if (kept.length >= mostMessages)
    return { refusal: { type: 'limit-reached', what: 'messages', limit: mostMessages } };
  const staff = role === 'customer' ? '' : author;
  const stamp = { id: messageId, at, role, author: staff, seq: order.version + 1, dismissed: null };
  return settle(
    order,
    {
      order: { ...order, facts: { ...order.facts, messages: [...kept, stamp] } },
      event,
      rules: ['R3.1'],
      facts: { messageId, at, role, ...(staff !== '' && { author: staff }) },
      notices: [],
    },
    facts,
  );
};

/** Leaves out old messages that no verdict rests on: more words of a question, more words of an answer. Their texts and history entries remain. */
const forgetIdle = (order: Order, { policy, now }: Facts): MessageStamp[] => {
  const bearing = new Set(clocksOf(order, policy, now).flatMap(({ evidence }) => evidence));
  const ends = new Set(pausesOf(order).map(({ to }) => to));
  const { messages } = order.facts;
  return messages.filter(
    (message, index) =>
      index >= messages.length - newest ||
      bearing.has(message.seq) ||
      ends.has(message.at) ||
      message.dismissed !== null,
  );
};
