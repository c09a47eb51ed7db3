import { SQSClient } from '@aws-sdk/client-sqs';
import { openSqsEngine } from '../../../infra/local/engines/sqs.ts';
import type { Clock } from '../../../shared/ports/clock.ts';
import { localClient } from './open-tables.ts';

/** The SQS engine with the product's queues. `take` receives and removes everything that a queue holds. */
export const openSqs = async (file: string, clock: Clock) => {
  const engine = await openSqsEngine({ file, clock });
  const client = new SQSClient({ ...localClient, endpoint: engine.url });
  for (const name of ['due-timers', 'notices']) engine.createQueue({ name });
  return {
    engine,
    client,
    take: (queueName: string): unknown[] => {
      const taken: unknown[] = [];
      for (let batch = engine.receive(queueName); batch.length > 0; batch = engine.receive(queueName))
        for (const { Body, ReceiptHandle } of batch) {
          engine.remove(queueName, ReceiptHandle);
          taken.push(JSON.parse(Body));
        }
      return taken;
    },
    close: async (): Promise<void> => {
      client.destroy();
      await engine.close();
    },
  };
};
