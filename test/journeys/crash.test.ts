import { afterEach, expect, it } from 'vitest';
import type { LocalProduct } from '../support/local-product.ts';
import { startProduct } from '../support/local-product.ts';

const clockStart = '2025-03-08T09:00:00+08:00';
const orders = Array.from({ length: 12 }, (_, index) => ({
  orderId: `SO-${index}`,
  kind: 'remote-7day',
  system: '娱乐管家系统',
  acceptedAt: clockStart,
  shop: { name: `第${index}家门店`, package: '标准版', businessType: '棋牌室', needs: ['开台'] },
  customer: { name: '客户', phone: '13900000000' },
  training: {
    startsAt: `2025-03-09T${String(10 + (index % 8)).padStart(2, '0')}:${index * 4 + 10}:00+08:00`,
    minutes: 60,
  },
  trainer: { id: `T-${index % 3}`, name: `教师${index % 3}` },
  assistant: { id: 'A-1', name: '助理' },
  sales: { id: 'S-1', name: '销售' },
  group: { robotKey: `key-${index}` },
  fees: { training: 20000, maintenance: 7000 },
}));
const end = '2025-03-10T12:00:00+08:00';

let product: LocalProduct | null = null;
afterEach(async () => {
  await product?.stop();
  product?.forget();
});

/** Posts every order and turns the clock to the end; whoever is killed on the way is started again and told once more. */
const run = async (kills: number): Promise<unknown> => {
  product = await startProduct({ clockStart });
  for (const data of orders)
    await insist(async (p) => (await p.crm('order.created', data, `msg-${data.orderId}`)).status, kills > 0);
  for (let kill = 0; kill < kills; kill += 1) {
    const turning = product.turnTo(end).catch(() => null);
    await killAfter(kill * 37);
    await turning;
    product = await startProduct({ dataDir: product.dataDir });
  }
  await product.turnTo(end);
  const messages = await product.messages();
  const states = await Promise.all(
    orders.map(async ({ orderId }) => {
      const { stage, deadline, tasks } = (await product!.read(`/api/orders/${orderId}`)).body;
      const { brokenAt } = (await product!.read(`/api/orders/${orderId}/history`)).body;
      return {
        orderId,
        stage,
        deadline,
        brokenAt,
        tasks: tasks.map(({ id, state, dueAt }: any) => ({ id, state, dueAt })),
      };
    }),
  );
  const result = { states, messages: messages.map(({ robotKey, text }) => `${robotKey} ${text}`).toSorted() };
  await product.stop();
  product.forget();
  return result;
};

const killAfter = async (milliseconds: number): Promise<void> => {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  await product!.kill();
};

/** Sends until it is acknowledged; under fire the product dies once at a time that nobody chose, with the message under way. */
const insist = async (send: (p: LocalProduct) => Promise<number>, underFire: boolean): Promise<void> => {
  if (underFire && Math.random() < 0.3) {
    const sending = send(product!).catch(() => 0);
    await killAfter(Math.random() * 20);
    await sending;
    product = await startProduct({ dataDir: product!.dataDir });
  }
  expect([200, 201]).toContain(await send(product!));
};

it('a run that is killed 20 times ends like an undisturbed one: nothing lost, nothing shown twice', async () => {
  const undisturbed = await run(0);
  const killed = await run(20);
  expect(killed).toEqual(undisturbed);
}, 180_000);
