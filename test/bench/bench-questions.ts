import { startProduct } from '../support/local-product.ts';
import type { LocalProduct } from '../support/local-product.ts';
import { table } from './table.ts';

const clocks = 1000;
const atOnce = 20;
const at = (ms: number): string => new Date(ms).toISOString();
const trained = Date.parse('2025-03-09T06:00:00Z');
/** The questions come a second apart, so that just one reminder is due in each second of ten minutes later. */
const asked = (number: number): number => trained + number * 1000;
const dueSeconds = 30;

const orderData = (number: number) => ({
  orderId: `C-${number}`,
  kind: 'remote-7day',
  system: '芸苔系统',
  acceptedAt: at(trained - 86_400_000),
  shop: { name: `门店${number}`, package: '旗舰版', businessType: 'KTV', needs: [] },
  customer: { name: '客户', phone: '13800000000' },
  training: { startsAt: at(trained), minutes: 60 },
  trainer: { id: 'T-1', name: '张三' },
  assistant: { id: 'A-1', name: '李四' },
  sales: { id: 'S-1', name: '赵六' },
  group: { robotKey: `bench-${number}` },
  fees: { training: 30000, maintenance: 7000 },
});

/** What 1,000 open clocks cost: while nothing is due, nothing is read of them; what is due is read one by one. */
export const benchQuestions = async (): Promise<string> => {
  const product = await startProduct({ clockStart: at(trained) });
  try {
    for (let number = 0; number < clocks; number += atOnce)
      await Promise.all(
        Array.from({ length: atOnce }, async (_, more) => await train(product, number + more)),
      );
    for (let number = 0; number < clocks; number += 1) await ask(product, number);
    const first = trained + 10 * 60_000;
    await product.turnTo(at(first - 1000));
    const rest = await operationsUntil(product, first - 1);
    const due = await operationsUntil(product, first + dueSeconds * 1000 - 1);
    return [
      `${clocks} open clocks; reminders of ${dueSeconds} of them fall due in the second span, none in the first.`,
      '',
      table(
        ['DynamoDB', 'nothing due', `${dueSeconds} due`, 'for each that is due'],
        ['Scan', 'Query', 'GetItem', 'TransactWriteItems'].map((name) => [
          name,
          String(rest[name] ?? 0),
          String(due[name] ?? 0),
          ((due[name] ?? 0) / dueSeconds).toFixed(1),
        ]),
      ),
    ].join('\n');
  } finally {
    await product.stop();
    product.forget();
  }
};

const train = async (product: LocalProduct, number: number): Promise<void> => {
  const orderId = `C-${number}`;
  await product.crm('order.created', orderData(number));
  for (const [action, body] of [
    ['confirm-needs', { extraNeeds: [], understood: true }],
    ['start-training', {}],
    ['finish-training', {}],
  ] as const)
    await product.act(orderId, action, body, 'T-1', 'trainer');
};

const ask = async (product: LocalProduct, number: number): Promise<void> => {
  await product.turnTo(at(asked(number)));
  const author = { role: 'customer', id: 'w' };
  const said = { orderId: `C-${number}`, messageId: 'm', at: at(asked(number)), author };
  const { status } = await product.say(said);
  if (status !== 200) throw new Error(`question ${number}: ${status}`);
};

/** Calls of DynamoDB by operation while the clock is turned. */
const operationsUntil = async (product: LocalProduct, ms: number): Promise<Record<string, number>> => {
  const before = await operations(product);
  await product.turnTo(at(ms));
  const after = await operations(product);
  return Object.fromEntries(
    Object.entries(after).map(([name, calls]) => [name, calls - (before[name] ?? 0)]),
  );
};

const operations = async (product: LocalProduct): Promise<Record<string, number>> => {
  const { operations: all } = (await product.call('GET', '/local/meter')).body;
  return Object.fromEntries(
    Object.entries<number>(all).flatMap(([name, calls]) =>
      name.startsWith('dynamodb.') ? [[name.slice('dynamodb.'.length), calls]] : [],
    ),
  );
};
