import type { DynamoDBRecord } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openSqsEngine, type SqsEngine } from '../../infra/local/engines/sqs.ts';
import { pollWhenWritten } from '../../infra/local/poll-when-written.ts';
import { makePump } from '../../infra/local/pump.ts';

type Event = { Records: any[] };
type Handle = (name: string, ids: string[]) => Promise<string[]> | string[];

let sqs: SqsEngine;
let records: DynamoDBRecord[];
beforeEach(async () => {
  records = [];
  sqs = await openSqsEngine({ file: ':memory:', clock: { now: () => 0 } });
  for (const name of ['due-timers', 'notices', 'recordings', 'recording-events']) sqs.createQueue({ name });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await sqs.close();
});

const record = (id: string, kind: string, eventName: 'INSERT' | 'MODIFY' | 'REMOVE' = 'INSERT') => ({
  eventName,
  dynamodb: { SequenceNumber: id, ...(eventName !== 'REMOVE' && { NewImage: { kind: { S: kind } } }) },
});
const stream = () => ({
  poll: async () => records,
  acknowledge: (upTo: string) => {
    records = records.filter(({ dynamodb }) => Number(dynamodb?.SequenceNumber) > Number(upTo));
  },
});

/** Every call of a function with the ids, or bodies, of its batch; `handle` names those that fail. */
const pumpTo = (handle: Handle = () => []) => {
  const calls: [string, string[]][] = [];
  const invoke = async (name: string, event: unknown) => {
    const { Records } = event as Event;
    const ids = Records.map(({ dynamodb, messageId }) => dynamodb?.SequenceNumber ?? messageId);
    calls.push([name, Records.map(({ dynamodb, body }) => dynamodb?.SequenceNumber ?? body)]);
    const failed = await handle(name, ids);
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  };
  return { calls, ...makePump({ sqs, stream: stream(), lambda: { invoke }, queueOf: (name) => name }) };
};

describe('the outbox’s stream', () => {
  it('gives each function the new effects of its kind, and no change or removal, as in the cloud', async () => {
    records = [
      record('1', 'timers'),
      record('2', 'notice'),
      record('3', 'notice', 'MODIFY'),
      record('4', 'timers', 'MODIFY'),
      record('5', 'notice', 'REMOVE'),
      record('6', 'notice'),
      record('7', 'recording'),
    ];
    const { calls, drain } = pumpTo();
    await drain();
    expect(calls).toEqual([
      ['set-timers', ['1']],
      ['queue-notices', ['2', '6']],
      ['queue-recordings', ['7']],
    ]);
  });

  it('brings a batch again from its first failed record, five times at most', async () => {
    vi.spyOn(console, 'error').mockReturnValue();
    records = ['1', '2', '3', '4'].map((id) => record(id, 'timers'));
    const { calls, drain } = pumpTo((_, ids) => (ids.includes('3') ? ['3', '4'] : []));
    await drain();
    expect(calls.map(([, ids]) => ids.join(''))).toEqual(['1234', '34', '34', '34', '34']);
  });

  it('is read again after a read that failed', async () => {
    const answers = [[], new Error('the engine is away'), [record('1', 'timers')], []];
    const poll = async () => {
      const answer = answers.shift()!;
      if (answer instanceof Error) throw answer;
      return answer;
    };
    const written = [true, true];
    const reader = pollWhenWritten({ poll, acknowledge: () => {} }, () => written.shift() ?? false);
    expect(await reader.poll(10)).toHaveLength(0);
    await expect(reader.poll(10)).rejects.toThrow('away');
    expect(await reader.poll(10)).toHaveLength(1);
    expect(await reader.poll(10)).toHaveLength(0);
    expect(await reader.poll(10)).toHaveLength(0);
    expect(answers).toHaveLength(0);
  });
});

describe('the queues', () => {
  it('timers run one after another in the order in which they came, whatever each takes', async () => {
    const bodies = Array.from({ length: 25 }, (_, index) => String(index));
    for (const body of bodies) sqs.send('due-timers', { body });
    let running = 0;
    let most = 0;
    const { calls, drain } = pumpTo(async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return [];
    });
    await drain();
    expect(calls.map(([, [body]]) => body)).toEqual(bodies);
    expect(most).toBe(1);
  });

  it('notices go in batches', async () => {
    for (let index = 0; index < 25; index += 1) sqs.send('notices', { body: String(index) });
    const { calls, drain } = pumpTo();
    await drain();
    expect(calls.map(([, batch]) => batch.length)).toEqual([10, 10, 5]);
  });

  it('a failed message stays in its queue, the others of the batch are gone', async () => {
    for (const body of ['a', 'b', 'c']) sqs.send('notices', { body });
    let failing: string[] = [];
    const { drain } = pumpTo((_, ids) => (failing = ids.slice(1, 2)));
    await drain();
    expect(failing).toHaveLength(1);
    expect(sqs.messagesIn('notices')).toMatchObject({ inFlight: 1 });
  });
});
