import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { GetCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { instantSchema } from '../../domain/instant.ts';
import type { GroupMessage, GroupMessages } from '../../ports/group-messages.ts';
import { groupMessageSchema } from '../../ports/group-messages.ts';

/** `expiresAt` of the record is the table's own, in epoch seconds. */
const recordSchema = z.extend(z.omit(groupMessageSchema, { expiresAt: true }), {
  expiresAtInstant: instantSchema,
});

/** The messages of the orders' groups in DynamoDB, as the order store's commits write them. */
export const makeGroupMessages = (client: DynamoDBDocumentClient, table: () => string): GroupMessages => ({
  find: async (orderId, messageId) => {
    const { Item } = await client.send(
      new GetCommand({ TableName: table(), Key: { orderId, messageId }, ConsistentRead: true }),
    );
    return Item === undefined ? null : toMessage(Item);
  },

  ofOrder: async (orderId) => {
    const messages = [];
    const pages = paginateQuery(
      { client },
      {
        TableName: table(),
        KeyConditionExpression: 'orderId = :orderId',
        ExpressionAttributeValues: { ':orderId': orderId },
        ConsistentRead: true,
      },
    );
    for await (const { Items = [] } of pages) messages.push(...Items.map(toMessage));
    return messages.toSorted((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)));
  },
});

const toMessage = (item: Record<string, unknown>): GroupMessage => {
  const { expiresAtInstant, ...message } = recordSchema.parse(item);
  return { ...message, expiresAt: expiresAtInstant };
};
