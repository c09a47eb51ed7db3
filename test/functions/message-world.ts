import type { MessageWebhook } from '../../shared/contracts/message-webhook.ts';
import type { OrderStore } from '../../shared/ports/order-store.ts';
import type { Answered } from './world.ts';
import { makeWorld, orderId } from './world.ts';

/** What a customer writes; no log and no history may show it. */
export const question = '我是王小明，电话 13800005678\n次卡怎么延期？';

type Parts = Partial<Omit<MessageWebhook['data'], 'at' | 'author'>> & { at?: string; author?: object };

/** A message of the customer, written when the training of the example has just ended. */
export const makeReceived = (overrides: Parts = {}) => ({
  type: 'message.received',
  data: {
    orderId,
    messageId: 'said-1',
    at: '2025-03-09T16:10:00+08:00',
    author: { role: 'customer', id: 'wm-1' },
    text: question,
    ...overrides,
  },
});

/** The trainer's answer, five minutes later. */
export const makeSent = (overrides: Parts = {}) => ({
  type: 'message.sent',
  data: {
    ...makeReceived().data,
    messageId: 'said-2',
    at: '2025-03-09T16:15:00+08:00',
    author: { role: 'trainer', id: 'zhangsan' },
    text: '王小明您好，在会员页面点延期。',
    ...overrides,
  },
});

/** The example order in its maintenance period at half past four, on a store that `wrap` may make fail from then on. */
export const makeMessageWorld = async (wrap: (store: OrderStore) => OrderStore = (store) => store) => {
  let isWrapped = false;
  const world = await (
    await makeWorld({
      orders: (store) => {
        const wrapped = wrap(store);
        return new Proxy(store, { get: (_, name) => Reflect.get(isWrapped ? wrapped : store, name) });
      },
    })
  ).created();
  await world.act('confirm-needs', { extraNeeds: [], understood: true });
  await world.act('start-training');
  world.turn('2025-03-09T16:00:00+08:00');
  await world.act('finish-training');
  world.turn('2025-03-09T16:30:00+08:00');
  isWrapped = true;
  return {
    ...world,
    /** What the messages have led to, without what made the order. */
    recorded: () => world.orders.committed.filter(({ entry }) => entry.actor.type === 'chat'),
    messagesFor: async (token: string | null, order = orderId): Promise<Answered> =>
      await world.call('GET /api/orders/{orderId}/messages', {
        params: { orderId: order },
        headers: token === null ? {} : { authorization: `Bearer ${token}` },
      }),
  };
};

export type MessageWorld = Awaited<ReturnType<typeof makeMessageWorld>>;
