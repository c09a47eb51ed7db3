import { afterEach, expect, it } from 'vitest';
import { queues } from '../../infra/catalogue.ts';
import type { LocalProduct } from '../support/local-product.ts';
import { startProduct } from '../support/local-product.ts';

const clockStart = '2025-03-08T09:00:00+08:00';
const orders = Array.from({ length: 8 }, (_, index) => ({
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

const kills = 20;

/** Which moments are chosen follows from the seed; how far the work has come by then is the machine's. */
const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const makeChance = (from: number): (() => number) => {
  let state = from;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

let product: LocalProduct | null = null;
afterEach(async () => {
  await product?.stop();
  product?.forget();
});

const isUnderWay = async (): Promise<boolean> => Date.parse(await product!.now()) < Date.parse(end);

const killAfter = async (milliseconds: number): Promise<void> => {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  await product!.kill();
};

/** What can be seen of everything when it has settled. */
const look = async () => ({
  orders: await Promise.all(orders.map(async ({ orderId }) => await lookAt(orderId))),
  messages: (await product!.messages())
    .map(({ at, robotKey, text }) => `${at} ${robotKey} ${text}`)
    .toSorted(),
  queues: (await product!.call('GET', '/local/queues')).body,
});

const lookAt = async (orderId: string) => {
  const { stage, deadline, tasks } = (await product!.read(`/api/orders/${orderId}`)).body;
  const { brokenAt, entries } = (await product!.read(`/api/orders/${orderId}/history`)).body;
  const { explanations } = (await product!.read(`/api/orders/${orderId}/why`)).body;
  const notices = explanations.filter(({ what }: any) => what === 'notice');
  return {
    orderId,
    stage,
    deadline,
    tasks: tasks.map(({ id, state, dueAt }: any) => ({ id, state, dueAt })),
    history: { brokenAt, length: entries.length, head: entries.at(-1).seq },
    notices: notices.map(({ id, result }: any) => ({ id, became: result?.state ?? 'open' })),
  };
};

const finish = async () => {
  await product!.turnTo(end);
  const seen = await look();
  await product!.stop();
  product!.forget();
  return seen;
};

const runUndisturbed = async () => {
  product = await startProduct({ clockStart });
  for (const data of orders)
    expect((await product.crm('order.created', data, `msg-${data.orderId}`)).status).toBe(201);
  const start = performance.now();
  await product.turnTo(end);
  return { turnMs: performance.now() - start, seen: await finish() };
};

/** Some are killed while the orders come in, the rest while the clock is turned; each time it is started again and told once more. */
const runKilled = async (turnMs: number) => {
  const chance = makeChance(seed);
  product = await startProduct({ clockStart });
  let killed = 0;
  let underWay = 0;
  for (const data of orders) {
    const send = async () => (await product!.crm('order.created', data, `msg-${data.orderId}`)).status;
    if (chance() < 0.3) {
      const sending = send().catch(() => 0);
      await killAfter(chance() * 20);
      await sending;
      product = await startProduct({ dataDir: product.dataDir });
      killed += 1;
      underWay += 1;
    }
    expect([200, 201]).toContain(await send());
  }
  for (const share = turnMs / (kills - killed); killed < kills; killed += 1) {
    const turning = product.turnTo(end).catch(() => null);
    await killAfter(share * (0.2 + chance()));
    await turning;
    product = await startProduct({ dataDir: product.dataDir });
    if (await isUnderWay()) underWay += 1;
  }
  return { underWay, seen: await finish() };
};

it(`a run that is killed ${kills} times ends like an undisturbed one: nothing lost, nothing twice, nothing later (SEED=${seed})`, async () => {
  const { turnMs, seen } = await runUndisturbed();
  const killed = await runKilled(turnMs);
  expect(killed.underWay).toBeGreaterThanOrEqual(kills / 2);
  expect(killed.seen).toEqual(seen);
  expect(
    seen.orders.flatMap(({ notices }) => notices).filter(({ became }: any) => became === 'open'),
  ).toEqual([]);
  const none = { visible: 0, inFlight: 0, delayed: 0 };
  expect(seen.queues).toEqual(
    Object.fromEntries(
      Object.keys(queues).flatMap((name) => [name, `${name}-dlq`].map((one) => [one, none])),
    ),
  );
}, 180_000);
