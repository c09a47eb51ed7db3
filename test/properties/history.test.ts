import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HistoryEntry } from '../../shared/domain/history.ts';
import { canonicalJson } from '../../shared/domain/canonical-json.ts';
import { findBrokenLink, sha256Hex } from '../../shared/domain/history.ts';
import { commit } from '../../shared/runtime/commit.ts';
import type { Walk } from '../support/build-order.ts';
import { actorOf, arbitraryWalk, walkThrough } from '../support/build-order.ts';
import { memoryOrderStore } from '../support/memory/order-store.ts';

/** The history of a walk, sealed by the very commit that the product uses. */
const historyOf = async (walk: Walk) => {
  const store = memoryOrderStore();
  let order: Awaited<ReturnType<typeof commit>> | null = null;
  for (const { change, input, now } of walkThrough(walk)) {
    order = await commit(store, order, change, { actor: actorOf(input), id: null, now });
    if (order === 'stale') throw new Error('nobody else writes here');
  }
  return { order: order!, entries: await store.history(walk.data.orderId) };
};

/** The walk of an order whose customer and shop can be told from everything else. */
const personal = { name: '诸葛孔明', phone: '13987654321', shop: '蓬莱阁亲子乐园' };
const withPersonal = (walk: Walk): Walk => ({
  ...walk,
  data: {
    ...walk.data,
    customer: { name: personal.name, phone: personal.phone },
    shop: { ...walk.data.shop, name: personal.shop },
  },
});

describe('the history', () => {
  it('is whole for any walk, one entry a change, and ends where the record says', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryWalk, async (walk) => {
        const { order, entries } = await historyOf(walk);
        expect(findBrokenLink(entries)).toBeNull();
        expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: order.version }, (_, i) => i + 1));
        expect(order.head).toEqual({ seq: order.version, hash: entries.at(-1)!.hash });
        for (const task of order.tasks)
          expect(task.evidence.every((seq) => seq >= 1 && seq <= order.version)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('shows any one byte that was changed in any entry', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryWalk,
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 1, max: 127 }),
        async (walk, n, place, flip) => {
          const { entries } = await historyOf(walk);
          const index = n % entries.length;
          const bytes = Buffer.from(JSON.stringify(entries[index]));
          bytes[place % bytes.length]! ^= flip;
          const forged = parsed(bytes.toString());
          fc.pre(forged !== null && canonicalJson(forged) !== canonicalJson(entries[index]));
          const broken = findBrokenLink(entries.with(index, forged));
          expect(broken).toBe(index + 1);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('shows an entry that was taken out, doubled or put elsewhere, and one that was sealed anew', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryWalk, fc.nat(), async (walk, n) => {
        const { entries } = await historyOf(walk);
        fc.pre(entries.length > 2);
        const index = n % (entries.length - 1);
        const entry = entries[index]!;
        const { hash: _, ...content } = { ...entry, event: 'forged' };
        const resealed = { ...content, hash: sha256Hex(content) };
        expect(findBrokenLink(entries.toSpliced(index, 1))).toBe(index + 1);
        expect(findBrokenLink(entries.toSpliced(index, 0, entry))).toBe(index + 2);
        expect(findBrokenLink(entries.toSpliced(index, 2, entries[index + 1]!, entry))).toBe(index + 1);
        expect(findBrokenLink(entries.with(index, resealed))).toBe(index + 2);
      }),
      { numRuns: 60 },
    );
  });

  it('names nobody: neither the customer, nor the phone, nor the shop', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryWalk, async (walk) => {
        const { entries } = await historyOf(withPersonal(walk));
        const text = JSON.stringify(entries);
        for (const known of Object.values(personal)) expect(text).not.toContain(known);
        // What the notices said of the shop is not there either, though they are listed.
        expect(text).toContain('"notices":[{');
      }),
      { numRuns: 60 },
    );
  });
});

const shuffled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, member]) => [key, shuffled(member)]),
  );
};

describe('canonical JSON', () => {
  it('does not depend on the order of the keys, nor on members that are undefined', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(shuffled(value))).toBe(canonicalJson(value));
        expect(canonicalJson({ b: undefined, a: value })).toBe(canonicalJson({ a: value }));
      }),
    );
  });

  it('is JSON of the same value, so that different values never share it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

const parsed = (text: string): HistoryEntry | null => {
  try {
    const value: HistoryEntry = JSON.parse(text);
    return value;
  } catch {
    return null;
  }
};
