import type { SQSClient } from '@aws-sdk/client-sqs';
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import type { DueTimers, EffectQueue } from '../../ports/timers.ts';

const batchSize = 10;

/** The queue of due timers. */
export const makeDueTimers = (client: SQSClient, queueUrl: () => string): DueTimers => ({
  send: async (timers) => {
    await sendAll(
      client,
      queueUrl(),
      timers.map((timer) => JSON.stringify(timer)),
    );
  },
});

/** A queue of effects to carry out. */
export const makeEffectQueue = (client: SQSClient, queueUrl: () => string): EffectQueue => ({
  send: async (ids) => {
    await sendAll(
      client,
      queueUrl(),
      ids.map((id) => JSON.stringify({ id })),
    );
  },
});

/** Throws when the queue takes only a part: the caller's batch comes again, and doubles do no harm. */
const sendAll = async (client: SQSClient, queueUrl: string, bodies: readonly string[]): Promise<void> => {
  for (let start = 0; start < bodies.length; start += batchSize) {
    const Entries = bodies
      .slice(start, start + batchSize)
      .map((MessageBody, index) => ({ Id: String(index), MessageBody }));
    const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    const failed = Failed[0];
    if (failed !== undefined) throw new Error(`${Failed.length} messages were not taken: ${failed.Code}`);
  }
};
