import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Stage } from '../../shared/domain/order.ts';
import type { Commit } from '../../shared/ports/order-store.ts';
import { buildOrder } from '../support/build-order.ts';
import {
  buildCommit,
  buildLedgerEntry,
  buildMark,
  buildMessage,
  buildNotice,
  collect,
  minute,
} from '../support/suites/build-commit.ts';
import { openDynamodbStores, openMemoryStores } from '../support/suites/open-stores.ts';
import type { Stores } from '../support/suites/order-store.ts';
import { describeOrderStore } from '../support/suites/order-store.ts';

describeOrderStore('in memory', openMemoryStores);
describeOrderStore('in DynamoDB', openDynamodbStores);

const orderIds = ['A-1', 'A-2'];
const noticeIds = ['n-1', 'n-2', 'n-3'];
const markIds = ['m-1', 'm-2'];
const messageIds = ['s-1', 's-2'];
const entryIds = ['1', '2'];
const stages: readonly Stage[] = ['preparation', 'training', 'closed'];

/** Commits that may or may not hold: few orders, versions, effects, marks, messages and ledger entries, so that they meet often. */
const arbitraryCommit: fc.Arbitrary<Commit> = fc
  .record({
    orderId: fc.constantFrom(...orderIds),
    before: fc.option(
      fc.record({ version: fc.integer({ min: 1, max: 3 }), stage: fc.constantFrom(...stages) }),
    ),
    stage: fc.constantFrom(...stages),
    seq: fc.option(fc.integer({ min: 1, max: 4 }), { freq: 4 }),
    notices: fc.subarray(noticeIds, { maxLength: 1 }),
    mark: fc.option(fc.constantFrom(...markIds), { freq: 2 }),
    message: fc.option(fc.constantFrom(...messageIds), { freq: 1 }),
    booked: fc.subarray(entryIds, { maxLength: 1 }),
    waiting: fc.option(fc.constantFrom(1, 2)),
    timers: fc.subarray([1, 2, 3]),
  })
  .map(({ orderId, before, stage, seq, notices, mark, message, booked, waiting, timers }) => {
    const order = {
      ...buildOrder({ orderId }),
      stage,
      version: (before?.version ?? 0) + 1,
      openQuestions: waiting === null ? null : { since: minute(waiting), count: waiting },
      timers: timers.map((at) => ({ step: 'digest', at: minute(at), version: 1, rule: 'R0.2' as const })),
    };
    const { entry } = buildCommit(null, { ...order, version: seq ?? order.version });
    return buildCommit(null, order, {
      before,
      entry,
      outbox: notices.map((id) => buildNotice(id, { orderId })),
      mark: mark === null ? null : buildMark({ id: mark, orderId }),
      message: message === null ? null : buildMessage({ messageId: message, orderId }),
      ledger: booked.map((id) => buildLedgerEntry(id, { orderId })),
    });
  });

const contents = async ({ orders, outbox, messages }: Stores) => ({
  orders: await Promise.all(orderIds.map(async (id) => await orders.load(id))),
  histories: await Promise.all(orderIds.map(async (id) => await orders.history(id))),
  marks: await Promise.all(markIds.map(async (id) => await orders.findMark(id))),
  said: await Promise.all(orderIds.map(async (id) => await messages.ofOrder(id))),
  waiting: new Set(await collect(orders.waitingOrders())),
  due: new Map((await collect(orders.dueOrders(minute(2)))).map((live) => [live.orderId, live.nextTimerAt])),
  effects: new Map((await outbox.find(noticeIds)).map(({ item, result }) => [item.id, { item, result }])),
});

it('whatever commits come in whatever order, memory and DynamoDB take the same ones and hold the same', async () => {
  const memory = await openMemoryStores();
  const dynamodb = await openDynamodbStores();
  const outcomes = new Set<string>();
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(arbitraryCommit, { minLength: 3, maxLength: 14 }), async (commits) => {
        const [one, other] = [await memory.fresh(), await dynamodb.fresh()];
        for (const commit of commits) {
          const outcome = await one.orders.commit(commit);
          outcomes.add(outcome);
          await expect(other.orders.commit(commit)).resolves.toBe(outcome);
        }
        expect(await contents(other)).toStrictEqual(await contents(one));
      }),
      { numRuns: 25 },
    );
  } finally {
    await dynamodb.close();
  }
  expect(outcomes).toStrictEqual(new Set(['committed', 'stale']));
});
