import { DynamoDBClient, PutItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { startProduct } from '../support/local-product.ts';
import type { LocalProduct } from '../support/local-product.ts';
import { createTables, openDynamodbEngine } from '../../infra/local/engines/dynamodb.ts';
import { memoryOf } from './memory-of.ts';
import { table } from './table.ts';

const count = 40;
const orderData = (number: number) => ({
  orderId: `B-${number}`,
  kind: 'remote-7day',
  system: '芸苔系统',
  acceptedAt: '2025-03-08T09:00:00+08:00',
  shop: { name: `门店${number}`, package: '旗舰版', businessType: 'KTV', needs: ['预订', '收银'] },
  customer: { name: '客户', phone: '13800000000' },
  training: { startsAt: '2025-03-09T14:00:00+08:00', minutes: 90 },
  trainer: { id: 'T-1', name: '张三' },
  assistant: { id: 'A-1', name: '李四' },
  sales: { id: 'S-1', name: '赵六' },
  group: { robotKey: `bench-${number}` },
  fees: { training: 30000, maintenance: 7000 },
});

/** What people do on a punctual order, and when. */
const script = [
  ['2025-03-08T09:05:00+08:00', 'join-group', {}, 'A-1', 'assistant'],
  ['2025-03-08T09:06:00+08:00', 'set-remark', {}, 'T-1', 'trainer'],
  [
    '2025-03-08T20:10:00+08:00',
    'confirm-tools',
    { recorder: true, remoteControl: true, wecom: true },
    'T-1',
    'trainer',
  ],
  ['2025-03-09T13:02:00+08:00', 'confirm-time', { outcome: 'confirmed' }, 'T-1', 'trainer'],
  ['2025-03-09T13:50:00+08:00', 'confirm-needs', { extraNeeds: [], understood: true }, 'T-1', 'trainer'],
  ['2025-03-09T13:55:00+08:00', 'send-notice', {}, 'T-1', 'trainer'],
  ['2025-03-09T14:00:00+08:00', 'start-training', {}, 'T-1', 'trainer'],
  ['2025-03-09T15:30:00+08:00', 'finish-training', {}, 'T-1', 'trainer'],
  ['2025-03-17T10:00:00+08:00', 'record-summary', { answered: [], open: [] }, 'T-1', 'trainer'],
  ['2025-03-17T11:00:00+08:00', 'record-signature', { where: 'wecom' }, 'T-1', 'trainer'],
  ['2025-03-17T12:00:00+08:00', 'return-visit', { ok: true }, 'S-1', 'sales'],
  ['2025-03-17T13:00:00+08:00', 'hand-over', {}, 'T-1', 'trainer'],
  ['2025-03-17T14:00:00+08:00', 'accept-hand-over', {}, 'C-1', 'service'],
  ['2025-03-17T15:00:00+08:00', 'leave-group', {}, 'T-1', 'trainer'],
] as const;

/** Whole orders from webhook to close: AWS operations and list price an order, and orders a second beside bare transactions on the same engine. */
export const benchOrders = async (): Promise<string> => {
  const empty = await runOrders(0);
  const full = await runOrders(count);
  const bare = await bareTransactions(400);
  const operations = Object.entries(full.meter.operations as Record<string, number>)
    .map(([name, calls]) => [name, (calls - (empty.meter.operations[name] ?? 0)) / count] as const)
    .filter(([, calls]) => calls > 0);
  const price = (full.meter.cost.total - empty.meter.cost.total) / count;
  const writes = operations.find(([name]) => name === 'dynamodb.TransactWriteItems')?.[1] ?? 0;
  const ordersPerSecond = count / (full.seconds - empty.seconds);
  return [
    table(
      ['AWS operations of one punctual order', 'calls'],
      operations.map(([name, calls]) => [name, calls.toFixed(1)]),
    ),
    '',
    `list price of one order: $${price.toFixed(6)} (US dollars, free tiers left out, the hourly sweep and audit not counted)`,
    `memory of the process after ${count} orders: ${full.memoryMiB} MiB`,
    `orders a second, whole nine days: ${ordersPerSecond.toFixed(2)}`,
    `commits a second: ${(ordersPerSecond * writes).toFixed(1)} = 1/${(bare / (ordersPerSecond * writes)).toFixed(1)} of bare transactions on the same engine (${bare.toFixed(0)}/s)`,
  ].join('\n');
};

const runOrders = async (orders: number) => {
  const product = await startProduct({ clockStart: '2025-03-08T09:00:00+08:00' });
  const begun = performance.now();
  for (let number = 0; number < orders; number += 1) await created(product, number);
  for (const [at, action, body, staffId, role] of script) {
    await product.turnTo(at);
    await Promise.all(
      Array.from({ length: orders }, async (_, number) => {
        const { status, body: answer } = await product.act(`B-${number}`, action, body, staffId, role);
        if (status !== 200) throw new Error(`${action}: ${status} ${JSON.stringify(answer)}`);
      }),
    );
  }
  const meter = (await product.call('GET', '/local/meter')).body;
  const seconds = (performance.now() - begun) / 1000;
  const memoryMiB = memoryOf(product.pid);
  await product.stop();
  product.forget();
  return { meter, seconds, memoryMiB };
};

const created = async (product: LocalProduct, number: number): Promise<void> => {
  const { status } = await product.crm('order.created', orderData(number));
  if (status !== 201) throw new Error(`order ${number}: ${status}`);
};

/** Transactions a second of the shape of a commit (four puts of 4 kB in all), eight at a time. */
const bareTransactions = async (transactions: number): Promise<number> => {
  const engine = await openDynamodbEngine({});
  const client = new DynamoDBClient({
    endpoint: engine.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  });
  await createTables(client, (name) => name);
  await client.send(new PutItemCommand({ TableName: 'marks', Item: { id: { S: 'warm' } } }));
  const begun = performance.now();
  let number = 0;
  const worker = async (): Promise<void> => {
    while (number < transactions) {
      number += 1;
      const id = { S: String(number) };
      const pad = { S: 'x'.repeat(1000) };
      await client.send(
        new TransactWriteItemsCommand({
          TransactItems: [
            { Put: { TableName: 'orders', Item: { orderId: id, pad } } },
            { Put: { TableName: 'history', Item: { orderId: id, seq: { N: '1' }, pad } } },
            { Put: { TableName: 'outbox', Item: { id, pad } } },
            { Put: { TableName: 'marks', Item: { id, pad } } },
          ],
        }),
      );
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  const seconds = (performance.now() - begun) / 1000;
  client.destroy();
  await engine.close();
  return transactions / seconds;
};
