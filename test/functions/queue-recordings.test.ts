import { describe, expect, it } from 'vitest';
import { queueRecordings } from '../../functions/recordings/queue-recordings.ts';
import { outboxEntry } from '../../shared/runtime/outbox-entry.ts';
import { makeContext, makeStreamEvent } from '../support/http-event.ts';
import { memoryEffectQueue } from '../support/memory/effect-queue.ts';
import { buildNotice, buildWork, start } from '../support/suites/build-commit.ts';
import { watchOutput } from './output.ts';

const output = watchOutput();
const context = makeContext(() => start);
const items = [buildWork('w-1'), buildNotice('n-1'), buildWork('w-2', { work: 'release' })];

describe('the stream of new work on recordings', () => {
  it('hands its ids to the queue, and those of no other effects', async () => {
    const queue = memoryEffectQueue();
    const run = outboxEntry(() => queueRecordings(queue));
    expect(await run(makeStreamEvent(items), context)).toEqual({ batchItemFailures: [] });
    expect(queue.sent).toEqual(['w-1', 'w-2']);
  });

  it('comes again from its beginning when the queue takes nothing', async () => {
    const queue = { send: async () => await Promise.reject(new Error('throttled')) };
    const run = outboxEntry(() => queueRecordings(queue));
    expect(await run(makeStreamEvent(items), context)).toEqual({
      batchItemFailures: [{ itemIdentifier: '1000' }],
    });
    expect(output.logged('message-failed')).toHaveLength(1);
  });
});
