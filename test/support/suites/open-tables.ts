import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createTables, openDynamodbEngine } from '../../../infra/local/engines/dynamodb.ts';
import type { TableName } from '../../../shared/adapters/dynamodb/tables.ts';

/** What the SDK's clients of a local engine have in common. */
export const localClient = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
};

/** A DynamoDB engine in memory, or the one that `DYNAMODB_ENDPOINT` names. `fresh` creates a set of empty tables. */
export const openTables = async () => {
  const given = process.env['DYNAMODB_ENDPOINT'];
  const engine = given === undefined ? await openDynamodbEngine() : { url: given, close: async () => {} };
  const client = new DynamoDBClient({ ...localClient, endpoint: engine.url });
  return {
    document: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
    fresh: async (): Promise<Record<TableName, () => string>> => {
      const nameOf = (table: TableName): string => `${run}-${table}`;
      const run = randomUUID();
      await createTables(client, nameOf);
      return {
        orders: () => nameOf('orders'),
        history: () => nameOf('history'),
        outbox: () => nameOf('outbox'),
        messages: () => nameOf('messages'),
        ledger: () => nameOf('ledger'),
        marks: () => nameOf('marks'),
        sessions: () => nameOf('sessions'),
        rates: () => nameOf('rates'),
      };
    },
    close: async (): Promise<void> => {
      client.destroy();
      await engine.close();
    },
  };
};
