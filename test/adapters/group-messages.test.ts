import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import { tables } from '../../shared/adapters/dynamodb/tables.ts';
import { makeOrderStore } from '../../shared/adapters/dynamodb/order-store.ts';
import { buildOrder } from '../support/build-order.ts';
import { buildCommit, buildMessage } from '../support/suites/build-commit.ts';
import { describeGroupMessages } from '../support/suites/group-messages.ts';
import { openDynamodbStores, openMemoryStores } from '../support/suites/open-stores.ts';
import { openTables } from '../support/suites/open-tables.ts';

describeGroupMessages('in memory', openMemoryStores);
describeGroupMessages('in DynamoDB', openDynamodbStores);

it('a message carries the epoch seconds after which the table may remove it, never before its end', async () => {
  const { document, fresh, close } = await openTables();
  const names = await fresh();
  const message = buildMessage();
  await makeOrderStore(document, names).commit(buildCommit(null, buildOrder(), { message }));
  const { orderId, messageId } = message;
  const { Item } = await document.send(
    new GetCommand({ TableName: names.messages(), Key: { orderId, messageId } }),
  );
  await close();
  expect(Item![tables.messages.expiry]).toBe(Math.ceil(Date.parse(message.expiresAt) / 1000));
});
