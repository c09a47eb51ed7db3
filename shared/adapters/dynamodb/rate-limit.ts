import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { epochMs, toInstant } from '../../domain/instant.ts';
import type { RateLimit } from '../../ports/rate-limit.ts';

/** Places in a minute, counted in DynamoDB: one item a key and minute. */
export const makeRateLimit = (client: DynamoDBDocumentClient, table: () => string): RateLimit => ({
  take: async (key, limit, now) => {
    const minute = Math.floor(epochMs(now) / 60_000);
    try {
      await client.send(
        new UpdateCommand({
          TableName: table(),
          Key: { id: `${key}.${minute}` },
          UpdateExpression: 'ADD taken :one SET expiresAt = :expiresAt',
          ConditionExpression: 'attribute_not_exists(taken) OR taken < :limit',
          ExpressionAttributeValues: { ':one': 1, ':limit': limit, ':expiresAt': (minute + 60) * 60 },
        }),
      );
      return null;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return toInstant((minute + 1) * 60_000);
      throw error;
    }
  },
});
