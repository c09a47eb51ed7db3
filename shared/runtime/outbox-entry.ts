import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import middy from '@middy/core';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { Instant } from '../domain/instant.ts';
import type { OutboxItem } from '../ports/outbox.ts';
import { outboxItemSchema } from '../ports/outbox.ts';
import { nowOf } from './lambda-clock.ts';
import { log } from './log.ts';

export type OutboxFunction = (items: readonly OutboxItem[], now: Instant) => Promise<void>;

/** The entry of a function that the outbox's stream feeds: new effects in the order they were decided. A batch that fails comes again from its first record. */
export const outboxEntry = (makeFunction: () => OutboxFunction) => {
  let run: OutboxFunction | undefined;
  return middy<DynamoDBStreamEvent, DynamoDBBatchResponse>().handler(async ({ Records }, context) => {
    try {
      run ??= makeFunction();
      await run(Records.flatMap(newItem), nowOf(context));
      return { batchItemFailures: [] };
    } catch (error) {
      const first = Records[0]?.dynamodb?.SequenceNumber ?? '';
      log('error', 'message-failed', { messageId: first }, error);
      return { batchItemFailures: [{ itemIdentifier: first }] };
    }
  });
};

const newItem = ({ eventName, dynamodb }: DynamoDBRecord): OutboxItem[] => {
  if (eventName !== 'INSERT' || dynamodb?.NewImage === undefined) return [];
  const image: unknown = dynamodb.NewImage;
  return [outboxItemSchema.parse(unmarshall(isImage(image) ? image : {}))];
};

/** The Lambda types and the SDK's write the same attribute values under two names. */
const isImage = (image: unknown): image is Record<string, AttributeValue> =>
  typeof image === 'object' && image !== null;
