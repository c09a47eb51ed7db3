import { dayOfOrder } from './deadline.ts';
import { holdingsOf } from './holdings.ts';
import type { Instant } from './instant.ts';
import { atShanghai } from './instant.ts';
import type { Pause } from './maintenance-facts.ts';
import type { Order } from './order.ts';
import type { Policy } from './policy.ts';
import type { ReplyClock, Span } from './reply-clocks.ts';
import { replyClocks } from './reply-clocks.ts';

/** R3.1 The clocks of an order's questions as of `now`, in order of time. */
export const clocksOf = (order: Order, policy: Policy, now: Instant): readonly ReplyClock[] =>
  replyClocks(
    {
      messages: order.facts.messages,
      calls: order.facts.calls.filter(({ reached }) => reached).map(({ at }) => at),
      holdings: holdingsOf(order.facts),
      pauses: pausesOf(order),
      period: periodOf(order, policy),
    },
    policy,
    now,
  );

/**
 * R0.2 The maintenance period: from the end of the training until day 9 begins, or until the order ended before; null before it.
 * Day 1's hours after the training are in it, as the customer begins to ask then.
 */
export const periodOf = (order: Order, policy: Policy): { from: Instant; to: Instant } | null => {
  const from = order.training.finishedAt;
  if (from === null) return null;
  const dayNine = atShanghai(dayOfOrder(order, policy.lastDay, policy), '00:00');
  return { from, to: order.endedAt !== null && order.endedAt < dayNine ? order.endedAt : dayNine };
};

/** R3.1 When the time of questions stood still. */
export const pausesOf = (order: Order): readonly Span[] =>
  order.facts.pauses.map((pause) => spanOf(pause, order));

/** A pause that waits for the customer ends, at the latest, with what the customer says next. */
const spanOf = ({ from, to, condition, seq }: Pause, { facts }: Order): Span => {
  if (condition !== 'awaiting-customer') return { from, to };
  const words = facts.messages
    .filter((message) => message.role === 'customer' && message.at > from && message.seq > seq)
    .map(({ at }) => at);
  const [first = null] = [...words, ...(to === null ? [] : [to])].toSorted();
  return { from, to: first };
};

/** The pause that lasts, or null. */
export const activePause = (order: Order): Pause | null =>
  order.facts.pauses.find((pause) => spanOf(pause, order).to === null) ?? null;

/** R3.1 Whether a clock's question still waits for its answer. */
export const isOpen = ({ state, endedAt }: ReplyClock): boolean =>
  endedAt === null && (state === 'running' || state === 'breached');

/** R3.1, R3.5 Open questions, the oldest first; each once, whoever held it. One that was breached and then dealt with by phone waits no more. */
export const openQuestions = (order: Order, policy: Policy, now: Instant): readonly ReplyClock[] =>
  clocksOf(order, policy, now).filter(
    (clock) => isOpen(clock) && (clock.state === 'running' || !isPhoned(order, clock.askedAt)),
  );

/** R4.1 Questions that nobody has answered: they go into the summary of day 9. Which they are follows from what was said, at whatever time one looks. */
export const unansweredQuestions = (order: Order, policy: Policy): readonly ReplyClock[] =>
  lastClocks(clocksOf(order, policy, order.createdAt)).filter(
    ({ askedAt, state }) =>
      state !== 'dismissed' &&
      !isPhoned(order, askedAt) &&
      !order.facts.messages.some(({ role, at }) => role !== 'customer' && at >= askedAt),
  );

/**
 * R3.5 Questions that have waited for so long that the customer must be phoned, by the clock of whoever must answer now: the answer came too
 * late or not at all, and no call has reached the customer since the question.
 */
export const owedCalls = (
  order: Order,
  policy: Policy,
  now: Instant,
): readonly { messageId: string; askedAt: Instant; since: Instant }[] =>
  lastClocks(clocksOf(order, policy, now)).flatMap(({ messageId, askedAt, callAt, state, endedAt }) => {
    if (state === 'dismissed' || callAt === null || isPhoned(order, askedAt)) return [];
    const waitedSoLong = endedAt === null ? now >= callAt : endedAt > callAt;
    return waitedSoLong ? [{ messageId, askedAt, since: callAt }] : [];
  });

/** R3.5 Whether a call has reached the customer since a question. */
export const isPhoned = ({ facts }: Order, askedAt: Instant): boolean =>
  facts.calls.some(({ reached, at }) => reached && at >= askedAt);

/** Of each question the clock of the one who had to answer it last. */
export const lastClocks = (clocks: readonly ReplyClock[]): readonly ReplyClock[] =>
  clocks.filter(({ messageId }, index) => clocks[index + 1]?.messageId !== messageId);
