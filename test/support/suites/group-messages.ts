import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { GroupMessage } from '../../../shared/ports/group-messages.ts';
import { buildOrder } from '../build-order.ts';
import { buildCommit, buildMessage, minute } from './build-commit.ts';
import type { StoreRig, Stores } from './order-store.ts';

/** What every keeper of the groups' messages must do, whatever is behind it. */
export const describeGroupMessages = (name: string, open: () => Promise<StoreRig>): void => {
  describe(`the messages of the groups: ${name}`, () => {
    let rig: StoreRig;
    let stores: Stores;
    beforeAll(async () => {
      rig = await open();
    });
    beforeEach(async () => {
      stores = await rig.fresh();
    });
    afterAll(async () => {
      await rig.close();
    });

    /** Messages come into being with a decision only. */
    const say = async (orderId: string, said: readonly Partial<GroupMessage>[]): Promise<void> => {
      for (const [index, overrides] of said.entries()) {
        const order = { ...buildOrder(), orderId, version: index + 1 };
        const before = index === 0 ? null : { version: index, stage: order.stage };
        const message = buildMessage({ orderId, ...overrides });
        await stores.orders.commit({ ...buildCommit(null, order), before, message });
      }
    };
    const idsOf = (messages: readonly GroupMessage[]) => messages.map(({ messageId }) => messageId);

    it('have nothing of what was never said', async () => {
      await expect(stores.messages.find('A-1', 'said-1')).resolves.toBeNull();
      await expect(stores.messages.ofOrder('A-1')).resolves.toStrictEqual([]);
    });

    it('give a message as it was written, to the millisecond of its end, also one without text', async () => {
      const spoken = buildMessage({ orderId: 'A-1', messageId: 'm-1', text: '第一行\n第二行 👍 "引号"' });
      const picture = buildMessage({ orderId: 'A-1', messageId: 'm-2', at: minute(1), text: '' });
      await say('A-1', [spoken, picture]);
      await expect(stores.messages.find('A-1', 'm-1')).resolves.toStrictEqual(spoken);
      await expect(stores.messages.find('A-1', 'm-2')).resolves.toStrictEqual(picture);
    });

    it('are those of one order: the same id in another group is another message', async () => {
      await say('A-1', [{ text: '一' }]);
      await say('A-2', [{ text: '二' }]);
      await expect(stores.messages.find('A-1', 'said-1')).resolves.toMatchObject({ text: '一' });
      await expect(stores.messages.find('A-2', 'said-1')).resolves.toMatchObject({ text: '二' });
      await expect(stores.messages.find('A-3', 'said-1')).resolves.toBeNull();
      expect((await stores.messages.ofOrder('A-2')).map(({ text }) => text)).toStrictEqual(['二']);
    });

    it('R3.1 come by their own time, not by when they reached us; at the same time by id', async () => {
      await say('A-1', [
        { messageId: 'c', at: minute(3), receivedAt: minute(4) },
        { messageId: 'z', at: minute(1), receivedAt: minute(5) },
        { messageId: 'b', at: minute(3), receivedAt: minute(6) },
        { messageId: 'a', at: minute(9), receivedAt: minute(7) },
        { messageId: 'B', at: minute(3), receivedAt: minute(8) },
      ]);
      expect(idsOf(await stores.messages.ofOrder('A-1'))).toStrictEqual(['z', 'B', 'b', 'c', 'a']);
    });

    it('come all, also more than a megabyte of them', async () => {
      const text = '长'.repeat(4000);
      await say(
        'A-1',
        Array.from({ length: 100 }, (_, index) => ({
          messageId: `m-${index}`,
          at: minute(100 - index),
          text,
        })),
      );
      const said = await stores.messages.ofOrder('A-1');
      expect(idsOf(said)).toStrictEqual(Array.from({ length: 100 }, (_, index) => `m-${99 - index}`));
      expect(said.every((message) => message.text === text)).toBe(true);
    });
  });
};
