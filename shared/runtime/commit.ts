import { setTimeout as pause } from 'node:timers/promises';
import type { Actor, Change } from '../domain/decision.ts';
import { effectId, effectsOf, timerChanges } from '../domain/effects.ts';
import { sealEntry } from '../domain/history.ts';
import type { Instant } from '../domain/instant.ts';
import type { Order } from '../domain/order.ts';
import { orderSchema } from '../domain/order.ts';
import { breachesBetween } from '../domain/tell-clocks.ts';
import type { GroupMessage } from '../ports/group-messages.ts';
import type { Commit, Mark, OrderStore } from '../ports/order-store.ts';
import type { OutboxItem } from '../ports/outbox.ts';
import { count } from './log.ts';
import { metricNames } from './metric-names.ts';
import { TryLater } from './try-later.ts';

/** Who decided, because of which message (with its text, where it is one of the group), and when. */
export type Cause = {
  actor: Actor;
  id: string | null;
  now: Instant;
  mark?: Mark;
  message?: GroupMessage;
};

/**
 * Writes a decision in one transaction: the record (if nobody was faster), its history entry, the effects to come, the mark of the message.
 * Gives the order as written, or `stale`: then load and decide again.
 */
export const commit = async (
  store: OrderStore,
  before: Order | null,
  change: Change,
  cause: Cause,
): Promise<Order | 'stale'> => {
  const prepared = prepareCommit(before, change, cause);
  const outcome = await store.commit(prepared);
  if (outcome !== 'committed') return 'stale';
  const breaches = breachesBetween(before, prepared.order);
  if (breaches > 0) count(metricNames.replyBreached, breaches);
  return prepared.order;
};

const attempts = 8;

/** Loads, decides and commits again while others are faster. Throws TryLater when they always are. */
export const untilCommitted = async <Result>(attempt: () => Promise<Result | 'stale'>): Promise<Result> => {
  for (let number = 0; number < attempts; number += 1) {
    const result = await attempt();
    if (result !== 'stale') return result;
    await pause(Math.random() * 10 * 2 ** number);
  }
  throw new TryLater(`the record changed ${attempts} times in a row`);
};

const prepareCommit = (before: Order | null, change: Change, cause: Cause): Commit => {
  const seq = change.order.version;
  const entry = sealEntry({
    orderId: change.order.orderId,
    seq,
    at: cause.now,
    event: change.event,
    actor: cause.actor,
    cause: cause.id,
    rules: [...change.rules],
    facts: change.facts,
    effects: effectsOf(before, change),
    prevHash: before?.head.hash ?? '',
  });
  /** Parsed, so that no record is written that could not be read again. */
  const order = orderSchema.parse({ ...change.order, head: { seq, hash: entry.hash } });
  return {
    before,
    order,
    entry,
    outbox: outboxOf(before, order, change, cause.now),
    mark: cause.mark ?? null,
    ledger: change.ledger ?? [],
    message: cause.message ?? null,
  };
};

const outboxOf = (before: Order | null, order: Order, change: Change, createdAt: Instant): OutboxItem[] => {
  const { set, drop } = timerChanges(before, order, change.usedTimer);
  const base = { orderId: order.orderId, createdAt };
  const timers =
    set.length + drop.length === 0
      ? []
      : [{ ...base, id: effectId(order, 'timers'), kind: 'timers' as const, set, drop }];
  const notices = change.notices.map((notice, index) => ({
    ...base,
    id: effectId(order, index),
    kind: 'notice' as const,
    notice: { ...notice, mention: [...notice.mention] },
  }));
  const work = (change.work ?? []).map((item, index) => ({
    ...base,
    id: effectId(order, `recording-${index}`),
    kind: 'recording' as const,
    ...item,
  }));
  return [...timers, ...notices, ...work];
};
