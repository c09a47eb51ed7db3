import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type * as z from 'zod/mini';
import { parseJson } from '../contracts/parse-json.ts';
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
      await run(read(schema, record.body), record.messageId, now);
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

/** What is wrong is named by place only: the log must not quote a body. */
const read = <Message>(schema: z.ZodMiniType<Message>, body: string): Message => {
  const message = parseJson(schema, body);
  if ('data' in message) return message.data;
  throw new Error(`unreadable message: ${message.issues.map(({ path }) => path || 'body').join(', ')}`);
};

const reportFailure = (messageId: string, error: unknown): void => {
  if (error instanceof TryLater) log('info', 'message-later', { messageId, why: error.message });
  else log('error', 'message-failed', { messageId }, error);
};
