import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Outbox, OutboxItem, OutboxResult } from '../../../shared/ports/outbox.ts';
import { buildOrder } from '../build-order.ts';
import { buildCommit, buildNotice, buildWork, collect, minute, start } from './build-commit.ts';
import type { StoreRig, Stores } from './order-store.ts';

const done: OutboxResult = { state: 'done', at: minute(1), detail: null };
const refused: OutboxResult = { state: 'refused', at: minute(2), detail: 'bad-key (93000)' };

const timersItem = (id: string): OutboxItem => ({
  id,
  orderId: 'A-1001',
  createdAt: start,
  kind: 'timers',
  set: [{ step: 'briefing', at: minute(30), version: 2 }],
  drop: [{ step: 'digest', version: 1 }],
});

/** What every outbox must do, whatever is behind it. */
export const describeOutbox = (name: string, open: () => Promise<StoreRig>): void => {
  describe(`the outbox: ${name}`, () => {
    let rig: StoreRig;
    let stores: Stores;
    let outbox: Outbox;
    let orders = 0;
    beforeAll(async () => {
      rig = await open();
    });
    beforeEach(async () => {
      stores = await rig.fresh();
      ({ outbox } = stores);
    });
    afterAll(async () => {
      await rig.close();
    });

    /** Effects come into being with a decision only. */
    const decide = async (...items: OutboxItem[]): Promise<void> => {
      orders += 1;
      const order = { ...buildOrder(), orderId: `A-${orders}` };
      await stores.orders.commit(buildCommit(null, order, { outbox: items }));
    };
    const idsOf = (items: readonly { id: string }[]) => items.map(({ id }) => id);

    it('gives a claimed effect as it was decided, be it a notice, a change of timers or work on a recording', async () => {
      const items = [buildNotice('n'), timersItem('t'), buildWork('r')];
      await decide(...items);
      for (const item of items)
        await expect(outbox.claim(item.id, 'message-1', start)).resolves.toStrictEqual({
          type: 'claimed',
          item,
        });
    });

    it('does not know what was never decided, and makes nothing of it', async () => {
      await expect(outbox.claim('n', 'message-1', start)).resolves.toStrictEqual({ type: 'unknown' });
      await outbox.settle('n', done);
      await expect(outbox.claim('n', 'message-1', start)).resolves.toStrictEqual({ type: 'unknown' });
      await expect(outbox.find(['n'])).resolves.toStrictEqual([]);
      await expect(collect(outbox.pending(minute(60)))).resolves.toStrictEqual([]);
    });

    it('gives an effect again to the message that has claimed it, and to no other', async () => {
      await decide(buildNotice('n'));
      await outbox.claim('n', 'message-1', start);
      await expect(outbox.claim('n', 'message-2', minute(5))).resolves.toStrictEqual({ type: 'held' });
      await expect(outbox.claim('n', 'message-1', minute(5))).resolves.toMatchObject({ type: 'claimed' });
    });

    it('lets another message claim once the claim has run out, and then no longer the first one', async () => {
      await decide(buildNotice('n'));
      await outbox.claim('n', 'message-1', start);
      await expect(outbox.claim('n', 'message-2', minute(10))).resolves.toStrictEqual({ type: 'held' });
      await expect(outbox.claim('n', 'message-2', minute(10.01))).resolves.toMatchObject({
        type: 'claimed',
      });
      await expect(outbox.claim('n', 'message-1', minute(11))).resolves.toStrictEqual({ type: 'held' });
    });

    it('counts a claim from when it was last made', async () => {
      await decide(buildNotice('n'));
      await outbox.claim('n', 'message-1', start);
      await outbox.claim('n', 'message-1', minute(8));
      await expect(outbox.claim('n', 'message-2', minute(17))).resolves.toStrictEqual({ type: 'held' });
    });

    it('gives an effect to one of many messages that claim it at once', async () => {
      await decide(buildNotice('n'));
      const holders = Array.from({ length: 10 }, (_, index) => `message-${index}`);
      const claims = await Promise.all(holders.map(async (holder) => await outbox.claim('n', holder, start)));
      expect(claims.filter(({ type }) => type === 'claimed')).toHaveLength(1);
      expect(claims.filter(({ type }) => type === 'held')).toHaveLength(9);
    });

    it('says of a settled effect what became of it, to everybody and for ever', async () => {
      await decide(buildNotice('n'));
      await outbox.claim('n', 'message-1', start);
      await outbox.settle('n', refused);
      for (const holder of ['message-1', 'message-2'])
        await expect(outbox.claim('n', holder, minute(999))).resolves.toStrictEqual({
          type: 'settled',
          result: refused,
        });
    });

    it('keeps the first result', async () => {
      await decide(buildNotice('n'));
      await outbox.settle('n', done);
      await outbox.settle('n', refused);
      await expect(outbox.find(['n'])).resolves.toStrictEqual([{ item: buildNotice('n'), result: done }]);
    });

    it('finds many effects at once, each one once, with their results, and leaves out what is unknown', async () => {
      const ids = Array.from({ length: 130 }, (_, index) => `n-${index}`);
      await decide(...ids.slice(0, 65).map((id) => buildNotice(id)));
      await decide(...ids.slice(65).map((id) => buildNotice(id)));
      await outbox.settle('n-7', done);
      const found = await outbox.find([...ids, 'unknown', 'n-7', 'n-8']);
      expect(new Set(idsOf(found.map(({ item }) => item)))).toStrictEqual(new Set(ids));
      expect(found).toHaveLength(ids.length);
      expect(found.filter(({ result }) => result !== null)).toStrictEqual([
        { item: buildNotice('n-7'), result: done },
      ]);
      await expect(outbox.find([])).resolves.toStrictEqual([]);
    });

    it('lists what has no result yet, the oldest first, up to the time asked for', async () => {
      await decide(
        buildNotice('later', { createdAt: minute(3) }),
        buildNotice('first', { createdAt: minute(1) }),
        buildNotice('second', { createdAt: minute(2) }),
      );
      await expect(collect(outbox.pending(minute(2)))).resolves.toStrictEqual([
        buildNotice('first', { createdAt: minute(1) }),
        buildNotice('second', { createdAt: minute(2) }),
      ]);
      expect(idsOf(await collect(outbox.pending(minute(3))))).toStrictEqual(['first', 'second', 'later']);
      await outbox.settle('second', { ...done, state: 'void' });
      expect(idsOf(await collect(outbox.pending(minute(3))))).toStrictEqual(['first', 'later']);
    });

    it('lists no effect that a message is holding, until its last claim has run out', async () => {
      await decide(buildNotice('n'));
      for (const retry of [1, 3, 8]) {
        await outbox.claim('n', 'message-1', minute(retry));
        expect(await collect(outbox.pending(minute(retry + 10)))).toStrictEqual([]);
      }
      expect(await collect(outbox.pending(minute(18.01)))).toStrictEqual([buildNotice('n')]);
    });

    it('lists no effect that gets its result while the list is read', async () => {
      await decide(
        buildNotice('first', { createdAt: minute(1) }),
        buildNotice('second', { createdAt: minute(2) }),
      );
      const seen: string[] = [];
      for await (const { id } of outbox.pending(minute(5))) {
        seen.push(id);
        await outbox.settle('second', done);
      }
      expect(seen).toStrictEqual(['first']);
    });
  });
};
