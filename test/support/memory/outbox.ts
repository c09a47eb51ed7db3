import type { Instant } from '../../../shared/domain/instant.ts';
import { plusMinutes } from '../../../shared/domain/instant.ts';
import type { Outbox, OutboxItem, OutboxResult } from '../../../shared/ports/outbox.ts';

type Stored = { item: OutboxItem; result: OutboxResult | null; holder: string; heldUntil: Instant | null };

const claimMinutes = 10;

/** The outbox in memory. `add` is for the order store's commit and for tests that begin with an effect; `all` shows every effect in the order added. */
export const memoryOutbox = () => {
  const stored = new Map<string, Stored>();

  const outbox: Outbox = {
    claim: async (id, holder, now) => {
      const found = stored.get(id);
      if (found === undefined) return { type: 'unknown' };
      if (found.result !== null) return { type: 'settled', result: { ...found.result } };
      const free = found.heldUntil === null || found.heldUntil < now;
      if (!free && found.holder !== holder) return { type: 'held' };
      stored.set(id, { ...found, holder, heldUntil: plusMinutes(now, claimMinutes) });
      return { type: 'claimed', item: structuredClone(found.item) };
    },

    settle: async (id, result) => {
      const found = stored.get(id);
      if (found !== undefined && found.result === null) stored.set(id, { ...found, result: { ...result } });
    },

    find: async (ids) =>
      [...new Set(ids)].flatMap((id) => {
        const found = stored.get(id);
        return found === undefined ? [] : [view(found)];
      }),

    async *pending(until) {
      const isOpen = (found: Stored | undefined) =>
        found?.result === null && (found.heldUntil === null || found.heldUntil < until);
      const due = [...stored.values()].filter((found) => isOpen(found) && found.item.createdAt <= until);
      for (const { item } of due.toSorted((a, b) => (a.item.createdAt < b.item.createdAt ? -1 : 1)))
        if (isOpen(stored.get(item.id))) yield structuredClone(item);
    },
  };

  return {
    ...outbox,
    has: (id: string): boolean => stored.has(id),
    add: (...items: readonly OutboxItem[]): void => {
      for (const item of items)
        stored.set(item.id, { item: structuredClone(item), result: null, holder: '', heldUntil: null });
    },
    all: () => [...stored.values()].map(view),
  };
};

export type MemoryOutbox = ReturnType<typeof memoryOutbox>;

const view = ({ item, result }: Stored) => structuredClone({ item, result });
