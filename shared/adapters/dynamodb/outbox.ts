import { setTimeout as pause } from 'node:timers/promises';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { BatchGetCommand, GetCommand, paginateQuery, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import type { Instant } from '../../domain/instant.ts';
import { instantSchema, plusMinutes } from '../../domain/instant.ts';
import type { Claim, Outbox, OutboxItem } from '../../ports/outbox.ts';
import { outboxItemSchema, outboxResultSchema } from '../../ports/outbox.ts';

const recordSchema = z.object({
  result: z.optional(outboxResultSchema),
  heldUntil: z.optional(instantSchema),
});
const keySchema = z.object({ id: z.string() });
/** Several times the queue's visibility timeout: each retry of the message that holds a claim renews it in time. */
const claimMinutes = 10;
const batchSize = 100;
const batchAttempts = 6;

/** The outbox in DynamoDB. */
export const makeOutbox = (client: DynamoDBDocumentClient, table: () => string): Outbox => ({
  claim: async (id, holder, now) => {
    try {
      const { Attributes } = await client.send(
        new UpdateCommand({
          TableName: table(),
          Key: { id },
          UpdateExpression: 'SET holder = :holder, heldUntil = :until',
          ConditionExpression:
            'attribute_exists(id) AND attribute_not_exists(#result) AND (attribute_not_exists(holder) OR holder = :holder OR heldUntil < :now)',
          ExpressionAttributeNames: { '#result': 'result' },
          ExpressionAttributeValues: {
            ':holder': holder,
            ':until': plusMinutes(now, claimMinutes),
            ':now': now,
          },
          ReturnValues: 'ALL_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return { type: 'claimed', item: outboxItemSchema.parse(Attributes) };
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return refusedClaim(error);
      throw error;
    }
  },

  settle: async (id, result) => {
    try {
      await client.send(
        new UpdateCommand({
          TableName: table(),
          Key: { id },
          UpdateExpression: 'SET #result = :result REMOVE pending',
          ConditionExpression: 'attribute_exists(id) AND attribute_not_exists(#result)',
          ExpressionAttributeNames: { '#result': 'result' },
          ExpressionAttributeValues: { ':result': result },
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  },

  find: async (ids) => {
    const found = [];
    const distinct = [...new Set(ids)];
    for (let start = 0; start < distinct.length; start += batchSize)
      found.push(...(await findBatch(client, table(), distinct.slice(start, start + batchSize))));
    return found;
  },

  pending: (until) => pending(client, table(), until),
});

const refusedClaim = ({ Item }: ConditionalCheckFailedException): Claim => {
  if (Item === undefined) return { type: 'unknown' };
  const { result } = recordSchema.parse(unmarshall(Item));
  return result === undefined ? { type: 'held' } : { type: 'settled', result };
};

const findBatch = async (client: DynamoDBDocumentClient, table: string, ids: readonly string[]) => {
  const found = [];
  let keys: Record<string, unknown>[] = ids.map((id) => ({ id }));
  for (let attempt = 1; keys.length > 0; attempt += 1) {
    if (attempt > batchAttempts) throw new Error(`${keys.length} effects could not be read`);
    if (attempt > 1) await pause(Math.random() * 20 * 2 ** attempt);
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetCommand({ RequestItems: { [table]: { Keys: keys } } }),
    );
    for (const record of Responses?.[table] ?? [])
      found.push({ item: outboxItemSchema.parse(record), result: recordSchema.parse(record).result ?? null });
    keys = UnprocessedKeys?.[table]?.Keys ?? [];
  }
  return found;
};

/** Without a result, and in nobody's hands: who holds a claim retries, and a second message would only multiply the tries. */
const isOpen = ({ result, heldUntil }: z.infer<typeof recordSchema>, until: Instant): boolean =>
  result === undefined && (heldUntil === undefined || heldUntil < until);

async function* pending(
  client: DynamoDBDocumentClient,
  table: string,
  until: Instant,
): AsyncGenerator<OutboxItem> {
  const pages = paginateQuery(
    { client },
    {
      TableName: table,
      IndexName: 'pending',
      KeyConditionExpression: 'pending = :pending AND createdAt <= :until',
      ExpressionAttributeValues: { ':pending': 'pending', ':until': until },
    },
  );
  for await (const { Items = [] } of pages)
    for (const key of Items) {
      const { Item } = await client.send(
        new GetCommand({ TableName: table, Key: { id: keySchema.parse(key).id }, ConsistentRead: true }),
      );
      if (Item !== undefined && isOpen(recordSchema.parse(Item), until)) yield outboxItemSchema.parse(Item);
    }
}
