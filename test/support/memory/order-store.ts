import { compareText } from '../../../shared/domain/compare-text.ts';
import type { HistoryEntry } from '../../../shared/domain/history.ts';
import { monthOf } from '../../../shared/domain/instant.ts';
import type { LedgerEntry } from '../../../shared/domain/ledger.ts';
import type { Order } from '../../../shared/domain/order.ts';
import { isLive } from '../../../shared/domain/order.ts';
import type { Commit, Mark, OrderStore } from '../../../shared/ports/order-store.ts';
import type { MemoryGroupMessages } from './group-messages.ts';
import { memoryGroupMessages } from './group-messages.ts';
import type { MemoryOutbox } from './outbox.ts';
import { memoryOutbox } from './outbox.ts';

/**
 * Orders in memory, with the outbox and the messages that their commits write to. `committed` holds every commit that was taken, `booked`
 * every entry of the ledger, in order; `seed` puts orders there as they are, without history or effects.
 */
export const memoryOrderStore = (
  outbox: MemoryOutbox = memoryOutbox(),
  messages: MemoryGroupMessages = memoryGroupMessages(),
) => {
  const orders = new Map<string, Order>();
  const histories = new Map<string, HistoryEntry[]>();
  const marks = new Map<string, Mark>();
  const booked: LedgerEntry[] = [];
  const committed: Commit[] = [];

  const holds = ({ before, order, entry, outbox: items, mark, ledger, message }: Commit): boolean => {
    const stored = orders.get(order.orderId);
    return (
      (before === null
        ? stored === undefined
        : stored?.version === before.version && stored.stage === before.stage) &&
      !historyOf(entry.orderId).some(({ seq }) => seq === entry.seq) &&
      !items.some(({ id }) => outbox.has(id)) &&
      !ledger.some(isBooked) &&
      !(message !== null && messages.has(message)) &&
      !(mark !== null && marks.has(mark.id))
    );
  };

  const historyOf = (orderId: string): readonly HistoryEntry[] => histories.get(orderId) ?? [];

  const isBooked = ({ orderId, entryId }: LedgerEntry): boolean =>
    booked.some((entry) => entry.orderId === orderId && entry.entryId === entryId);

  const store: OrderStore = {
    load: async (orderId) => structuredClone(orders.get(orderId)) ?? null,

    commit: async (given) => {
      if (!holds(given)) return 'stale';
      const commit = structuredClone(given);
      const { order, entry, mark, ledger, message } = commit;
      orders.set(order.orderId, order);
      histories.set(
        entry.orderId,
        [...historyOf(entry.orderId), entry].toSorted((a, b) => a.seq - b.seq),
      );
      outbox.add(...commit.outbox);
      booked.push(...ledger);
      if (message !== null) messages.add(message);
      if (mark !== null) marks.set(mark.id, mark);
      committed.push(commit);
      return 'committed';
    },

    findMark: async (id) => structuredClone(marks.get(id)) ?? null,

    history: async (orderId) => structuredClone(historyOf(orderId)),

    async *dueOrders(until) {
      const live = [...orders.values()]
        .filter((order) => isLive(order) || order.timers.length > 0)
        .map(({ orderId, timers }) => ({ orderId, nextTimerAt: timers[0]?.at ?? null }))
        .filter(({ nextTimerAt }) => nextTimerAt === null || nextTimerAt <= until)
        .toSorted((a, b) => compareText(a.nextTimerAt ?? '', b.nextTimerAt ?? ''));
      yield* live;
    },

    async *waitingOrders() {
      const waiting = [...orders.values()].flatMap(({ orderId, openQuestions }) =>
        openQuestions === null ? [] : [{ orderId, ...openQuestions }],
      );
      yield* waiting.toSorted((a, b) => compareText(a.since, b.since));
    },

    async *trainedIn(month) {
      const trained = [...orders.values()].flatMap(({ orderId, training: { finishedAt } }) =>
        finishedAt !== null && monthOf(finishedAt) === month ? [{ orderId, finishedAt }] : [],
      );
      for (const { orderId } of trained.toSorted((a, b) => compareText(a.finishedAt, b.finishedAt)))
        yield orderId;
    },
  };

  return {
    ...store,
    committed: committed as readonly Commit[],
    booked: booked as readonly LedgerEntry[],
    seed: (...given: readonly Order[]): void => {
      for (const order of given) orders.set(order.orderId, structuredClone(order));
    },
  };
};

/** The store, and the outbox and the messages that one commit writes to. */
export const memoryStore = () => {
  const outbox = memoryOutbox();
  const messages = memoryGroupMessages();
  return { orders: memoryOrderStore(outbox, messages), outbox, messages };
};
