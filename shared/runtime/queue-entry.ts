import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type * as z from 'zod/mini';
import type { Instant } from '../domain/instant.ts';
import { nowOf } from './lambda-clock.ts';
import { log } from './log.ts';
import { TryLater } from './try-later.ts';

/** A message of a queue, and the id by which its redelivery is known. */
export type QueueFunction<Message> = (message: Message, messageId: string, now: Instant) => Promise<void>;

/** The entry of a queue's function: one failed message comes again, the others of the batch are done. An unreadable one ends in the dead-letter queue. */
export const queueEntry = <Message>(
  schema: z.ZodMiniType<Message>,
  makeFunction: () => QueueFunction<Message>,
) => {
  let run: QueueFunction<Message> | undefined;
  const handle = async (record: SQSRecord, now: Instant): Promise<boolean> => {
    try {
      run ??= makeFunction();
      await run(schema.parse(JSON.parse(record.body)), record.messageId, now);
      return true;
    } catch (error) {
      reportFailure(record.messageId, error);
      return false;
    }
  };
  return middy<SQSEvent, SQSBatchResponse>().handler(async ({ Records }, context) => {
    const done = await Promise.all(Records.map((record) => handle(record, nowOf(context))));
    const failed = Records.filter((_, index) => done[index] === false);
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  });
};

const reportFailure = (messageId: string, error: unknown): void => {
  if (error instanceof TryLater) log('info', 'message-later', { messageId, why: error.message });
  else log('error', 'message-failed', { messageId }, error);
};
