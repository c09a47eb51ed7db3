import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import { makeOrderStore } from '../../shared/adapters/dynamodb/order-store.ts';
import { makeOutbox } from '../../shared/adapters/dynamodb/outbox.ts';
import { buildOrder } from '../support/build-order.ts';
import { buildCommit, buildNotice, start } from '../support/suites/build-commit.ts';
import { openDynamodbStores, openMemoryStores } from '../support/suites/open-stores.ts';
import { openTables } from '../support/suites/open-tables.ts';
import { describeOutbox } from '../support/suites/outbox.ts';

describeOutbox('in memory', openMemoryStores);
describeOutbox('in DynamoDB', openDynamodbStores);

it('the index that the sweep reads holds nothing once every effect has its result', async () => {
  const { document, fresh, close } = await openTables();
  const names = await fresh();
  const scan = new ScanCommand({ TableName: names.outbox(), IndexName: 'pending' });
  await makeOrderStore(document, names).commit(
    buildCommit(null, buildOrder(), { outbox: [buildNotice('n-1'), buildNotice('n-2')] }),
  );
  const before = await document.send(scan);
  for (const id of ['n-1', 'n-2'])
    await makeOutbox(document, names.outbox).settle(id, { state: 'void', at: start, detail: null });
  const after = await document.send(scan);
  await close();
  expect([before.Count, after.Count]).toStrictEqual([2, 0]);
});
