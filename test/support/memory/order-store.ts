import type { HistoryEntry } from '../../../shared/domain/history.ts';
import type { Order } from '../../../shared/domain/order.ts';
import { isLive } from '../../../shared/domain/order.ts';
import type { Commit, Mark, OrderStore } from '../../../shared/ports/order-store.ts';
import type { MemoryOutbox } from './outbox.ts';
import { memoryOutbox } from './outbox.ts';

/**
 * Orders in memory, with the outbox that their commits write to. `committed` holds every commit that was taken, in order; `seed` puts
 * orders there as they are, without history or effects.
 */
export const memoryOrderStore = (outbox: MemoryOutbox = memoryOutbox()) => {
  const orders = new Map<string, Order>();
  const histories = new Map<string, HistoryEntry[]>();
  const marks = new Map<string, Mark>();
  const committed: Commit[] = [];

  const holds = ({ before, order, entry, outbox: items, mark }: Commit): boolean => {
    const stored = orders.get(order.orderId);
    return (
      (before === null
        ? stored === undefined
        : stored?.version === before.version && stored.stage === before.stage) &&
      !historyOf(entry.orderId).some(({ seq }) => seq === entry.seq) &&
      !items.some(({ id }) => outbox.has(id)) &&
      !(mark !== null && marks.has(mark.id))
    );
  };

  const historyOf = (orderId: string): readonly HistoryEntry[] => histories.get(orderId) ?? [];

  const store: OrderStore = {
    load: async (orderId) => structuredClone(orders.get(orderId)) ?? null,

    commit: async (given) => {
      if (!holds(given)) return 'stale';
      const commit = structuredClone(given);
      const { order, entry, mark } = commit;
      orders.set(order.orderId, order);
      histories.set(
        entry.orderId,
        [...historyOf(entry.orderId), entry].toSorted((a, b) => a.seq - b.seq),
      );
      outbox.add(...commit.outbox);
      if (mark !== null) marks.set(mark.id, mark);
      committed.push(commit);
      return 'committed';
    },

    findMark: async (id) => structuredClone(marks.get(id)) ?? null,

    history: async (orderId) => structuredClone(historyOf(orderId)),

    async *dueOrders(until) {
      const live = [...orders.values()]
        .filter(isLive)
        .map(({ orderId, timers }) => ({ orderId, nextTimerAt: timers[0]?.at ?? null }))
        .filter(({ nextTimerAt }) => nextTimerAt === null || nextTimerAt <= until)
        .toSorted((a, b) => ((a.nextTimerAt ?? '') < (b.nextTimerAt ?? '') ? -1 : 1));
      yield* live;
    },
  };

  return {
    ...store,
    committed: committed as readonly Commit[],
    seed: (...given: readonly Order[]): void => {
      for (const order of given) orders.set(order.orderId, structuredClone(order));
    },
  };
};

/** The store and the outbox that one commit writes to. */
export const memoryStore = () => {
  const outbox = memoryOutbox();
  return { orders: memoryOrderStore(outbox), outbox };
};
