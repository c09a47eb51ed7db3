import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BatchRequestTooLong, QueueDoesNotExist } from '@aws-sdk/client-sqs';
import { expect, it } from 'vitest';
import { makeDueTimers, makeNoticeQueue } from '../../shared/adapters/sqs/queues.ts';
import { memoryDueTimers } from '../support/memory/due-timers.ts';
import { memoryNoticeQueue } from '../support/memory/notice-queue.ts';
import { openSqs } from '../support/suites/open-queues.ts';
import type { QueuesRig } from '../support/suites/queues.ts';
import { describeQueues } from '../support/suites/queues.ts';

describeQueues('in memory', async () => {
  const dueTimers = memoryDueTimers();
  const noticeQueue = memoryNoticeQueue();
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
    noticeQueue: makeNoticeQueue(client, () => engine.queueUrl('notices')),
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
  const missing = makeNoticeQueue(client, () => engine.queueUrl('missing'));
  const notices = makeNoticeQueue(client, () => engine.queueUrl('notices'));
  await expect(missing.send(['A-1.1.0'])).rejects.toThrow(QueueDoesNotExist);
  await expect(notices.send(['x'.repeat(1_100_000)])).rejects.toThrow(BatchRequestTooLong);
  expect(take('notices')).toStrictEqual([]);
  await close();
  rmSync(folder, { recursive: true });
});
