import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { roleSchema } from '../../domain/actions/action.ts';
import { epochMs, instantSchema } from '../../domain/instant.ts';
import type { Sessions } from '../../ports/sessions.ts';

const sessionSchema = z.object({
  sessionId: z.string(),
  staffId: z.string(),
  roles: z.array(roleSchema),
  validUntil: instantSchema,
});

/** Staff sessions in DynamoDB. */
export const makeSessions = (client: DynamoDBDocumentClient, table: () => string): Sessions => ({
  add: async ({ expiresAt, ...session }) => {
    const Item = { ...session, validUntil: expiresAt, expiresAt: Math.ceil(epochMs(expiresAt) / 1000) };
    await client.send(new PutCommand({ TableName: table(), Item }));
  },

  find: async (sessionId) => {
    const { Item } = await client.send(
      new GetCommand({ TableName: table(), Key: { sessionId }, ConsistentRead: true }),
    );
    if (Item === undefined) return null;
    const { validUntil, ...session } = sessionSchema.parse(Item);
    return { ...session, expiresAt: validUntil };
  },

  revoke: async (sessionId) => {
    await client.send(new DeleteCommand({ TableName: table(), Key: { sessionId } }));
  },
});
