import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BatchRequestTooLong, QueueDoesNotExist } from '@aws-sdk/client-sqs';
import { expect, it } from 'vitest';
import { makeDueTimers, makeEffectQueue } from '../../shared/adapters/sqs/queues.ts';
import { memoryDueTimers } from '../support/memory/due-timers.ts';
import { memoryEffectQueue } from '../support/memory/effect-queue.ts';
import { openSqs } from '../support/suites/open-queues.ts';
import type { QueuesRig } from '../support/suites/queues.ts';
import { describeQueues } from '../support/suites/queues.ts';

describeQueues('in memory', async () => {
  const dueTimers = memoryDueTimers();
  const noticeQueue = memoryEffectQueue();
  return {
    dueTimers,
    noticeQueue,
    received: async (queue) =>
      queue === 'due-timers' ? [...dueTimers.sent] : noticeQueue.sent.map((id) => ({ id })),
    close: async () => {},
  };
});

const openEngine = async (): Promise<QueuesRig> => {
  const folder = mkdtempSync(join(tmpdir(), 'queues-'));
  const { engine, client, take, close } = await openSqs(join(folder, 'sqs.sqlite'), Date);
  return {
    dueTimers: makeDueTimers(client, () => engine.queueUrl('due-timers')),
    noticeQueue: makeEffectQueue(client, () => engine.queueUrl('notices')),
    received: async (queue) => take(queue),
    close: async () => {
      await close();
      rmSync(folder, { recursive: true });
    },
  };
};

describeQueues('in SQS', openEngine);

it('fails when a queue is missing or a message is too long for it, so that nothing counts as sent that was not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'queues-'));
  const { engine, client, take, close } = await openSqs(join(folder, 'sqs.sqlite'), Date);
  const missing = makeEffectQueue(client, () => engine.queueUrl('missing'));
  const notices = makeEffectQueue(client, () => engine.queueUrl('notices'));
  await expect(missing.send(['A-1.1.0'])).rejects.toThrow(QueueDoesNotExist);
  await expect(notices.send(['x'.repeat(1_100_000)])).rejects.toThrow(BatchRequestTooLong);
  expect(take('notices')).toStrictEqual([]);
  await close();
  rmSync(folder, { recursive: true });
});
