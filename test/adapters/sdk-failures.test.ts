import {
  ConditionalCheckFailedException,
  IdempotentParameterMismatchException,
  InternalServerError,
  ProvisionedThroughputExceededException,
  RequestLimitExceeded,
  ThrottlingException,
  TransactionCanceledException,
  TransactionConflictException,
  TransactionInProgressException,
} from '@aws-sdk/client-dynamodb';
import type { CancellationReason } from '@aws-sdk/client-dynamodb';
import * as scheduler from '@aws-sdk/client-scheduler';
import { CreateScheduleCommand, DeleteScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import 'aws-sdk-client-mock-vitest/extend';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { makeOrderStore } from '../../shared/adapters/dynamodb/order-store.ts';
import { makeOutbox } from '../../shared/adapters/dynamodb/outbox.ts';
import { makeRateLimit } from '../../shared/adapters/dynamodb/rate-limit.ts';
import { makeSessions } from '../../shared/adapters/dynamodb/sessions.ts';
import { makeTimers } from '../../shared/adapters/scheduler/timers.ts';
import { makeDueTimers, makeEffectQueue } from '../../shared/adapters/sqs/queues.ts';
import { buildOrder } from '../support/build-order.ts';
import { memoryDueTimers } from '../support/memory/due-timers.ts';
import {
  buildCommit,
  buildMark,
  buildNotice,
  collect,
  minute,
  start,
} from '../support/suites/build-commit.ts';
import { openTables } from '../support/suites/open-tables.ts';

const why = { message: 'as told', $metadata: {} };

const failures = [
  new ThrottlingException(why),
  new ProvisionedThroughputExceededException(why),
  new RequestLimitExceeded(why),
  new InternalServerError(why),
  Object.assign(new Error('socket hang up'), { name: 'TimeoutError' }),
].map((error): [string, Error] => [error.name, error]);

describe('DynamoDB', () => {
  const document = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'us-east-1' }));
  const aws = mockClient(document);
  beforeEach(() => aws.reset());

  const names = {
    orders: () => 'orders',
    history: () => 'history',
    outbox: () => 'outbox',
    messages: () => 'messages',
    ledger: () => 'ledger',
    marks: () => 'marks',
  };
  const orders = makeOrderStore(document, names);
  const outbox = makeOutbox(document, names.outbox);
  const sessions = makeSessions(document, () => 'sessions');
  const rateLimit = makeRateLimit(document, () => 'rates');
  const { order } = buildCommit(null, buildOrder());
  const commit = buildCommit(null, order, { outbox: [buildNotice('n')], mark: buildMark() });

  const cancelled = (...codes: string[]) =>
    new TransactionCanceledException({
      ...why,
      CancellationReasons: codes.map((Code): CancellationReason => ({ Code })),
    });

  describe('a commit', () => {
    it.each([
      ['a condition that does not hold', cancelled('ConditionalCheckFailed', 'None', 'None', 'None')],
      ['a mark that is there already', cancelled('None', 'None', 'None', 'ConditionalCheckFailed')],
      ['another transaction on the same record', cancelled('TransactionConflict', 'None')],
      ['a lost race while the table is throttled', cancelled('ThrottlingError', 'TransactionConflict')],
      ['throttled items', cancelled('None', 'ThrottlingError')],
      ['items without capacity', cancelled('ProvisionedThroughputExceeded', 'None')],
      ['its own first attempt still under way', new TransactionInProgressException(why)],
    ])('is stale because of %s', async (_, error) => {
      aws.on(TransactWriteCommand).rejects(error);
      await expect(orders.commit(commit)).resolves.toBe('stale');
    });

    it.each([
      ['a collection that is too large', cancelled('ItemCollectionSizeLimitExceeded')],
      ['an item that is not valid', cancelled('ValidationError', 'None')],
      ['no reason that is given', new TransactionCanceledException(why)],
      ['another content under the same token', new IdempotentParameterMismatchException(why)],
      ...failures,
    ])('fails because of %s: deciding again would not help', async (_, error) => {
      aws.on(TransactWriteCommand).rejects(error);
      await expect(orders.commit(commit)).rejects.toBe(error);
    });

    it('is one transaction in which every write has its condition', async () => {
      aws.on(TransactWriteCommand).resolves({});
      await orders.commit(commit);
      expect(aws).toHaveReceivedCommandTimes(TransactWriteCommand, 1);
      const { TransactItems = [] } = aws.commandCalls(TransactWriteCommand)[0]!.args[0].input;
      expect(TransactItems.map(({ Put }) => [Put?.TableName, Put?.ConditionExpression])).toStrictEqual([
        ['orders', 'attribute_not_exists(orderId)'],
        ['history', 'attribute_not_exists(seq)'],
        ['outbox', 'attribute_not_exists(id)'],
        ['marks', 'attribute_not_exists(id)'],
      ]);
    });
  });

  const calls: [string, () => Promise<unknown>][] = [
    ['loading an order', async () => await orders.load('A-1')],
    ['finding a mark', async () => await orders.findMark('m')],
    ['reading a history', async () => await orders.history('A-1')],
    ['listing due orders', async () => await collect(orders.dueOrders(start))],
    ['claiming an effect', async () => await outbox.claim('n', 'message-1', start)],
    ['settling an effect', async () => await outbox.settle('n', { state: 'done', at: start, detail: null })],
    ['finding effects', async () => await outbox.find(['n'])],
    ['listing effects', async () => await collect(outbox.pending(start))],
    ['finding a session', async () => await sessions.find('s')],
    ['ending a session', async () => await sessions.revoke('s')],
    ['taking a place', async () => await rateLimit.take('robot-1', 20, start)],
  ];

  describe.each(calls)('%s', (_, call) => {
    it.each(failures)('fails with %s, and does not pass it for an answer', async (_name, error) => {
      aws.onAnyCommand().rejects(error);
      await expect(call()).rejects.toBe(error);
    });
  });

  it.each([calls[4]!, calls[5]!, calls[10]!])(
    '%s fails when a transaction is on the record: it comes again',
    async (_, call) => {
      const error = new TransactionConflictException(why);
      aws.on(UpdateCommand).rejects(error);
      await expect(call()).rejects.toBe(error);
    },
  );

  it('a condition that does not hold is an answer: unknown, full, or settled before', async () => {
    aws.on(UpdateCommand).rejects(new ConditionalCheckFailedException(why));
    await expect(outbox.claim('n', 'message-1', start)).resolves.toStrictEqual({ type: 'unknown' });
    await expect(outbox.settle('n', { state: 'done', at: start, detail: null })).resolves.toBeUndefined();
    await expect(rateLimit.take('robot-1', 20, start)).resolves.toBe(minute(1));
  });

  it('a record that is not what it should be is a fault, and never taken for another one', async () => {
    aws.on(GetCommand).resolves({ Item: { orderId: 'A-1', stage: 'unheard-of' } });
    aws.on(BatchGetCommand).resolves({ Responses: { outbox: [{ id: 'n', kind: 'unheard-of' }] } });
    await expect(orders.load('A-1')).rejects.toThrow(z.core.$ZodError);
    await expect(sessions.find('s')).rejects.toThrow(z.core.$ZodError);
    await expect(outbox.find(['n'])).rejects.toThrow(z.core.$ZodError);
  });

  it('effects that were left unread are asked for again, and only those', async () => {
    aws
      .on(BatchGetCommand)
      .resolvesOnce({
        Responses: { outbox: [buildNotice('n-1')] },
        UnprocessedKeys: { outbox: { Keys: [{ id: 'n-2' }] } },
      })
      .resolves({ Responses: { outbox: [buildNotice('n-2')] } });
    const found = await outbox.find(['n-1', 'n-2']);
    expect(found.map(({ item }) => item.id)).toStrictEqual(['n-1', 'n-2']);
    expect(aws).toHaveReceivedNthCommandWith(BatchGetCommand, 2, {
      RequestItems: { outbox: { Keys: [{ id: 'n-2' }] } },
    });
    expect(aws).toHaveReceivedCommandTimes(BatchGetCommand, 2);
  });

  it('effects that stay unread are a failure, not a shorter list', async () => {
    aws.on(BatchGetCommand).resolves({ UnprocessedKeys: { outbox: { Keys: [{ id: 'n-2' }] } } });
    await expect(outbox.find(['n-2'])).rejects.toThrow('could not be read');
  });

  it('lists go on from page to page, also over empty ones', async () => {
    const key = { orderId: 'A-1', live: 'live', nextTimerAt: minute(1) };
    aws
      .on(QueryCommand)
      .resolvesOnce({ Items: [key], LastEvaluatedKey: key })
      .resolvesOnce({ Items: [], LastEvaluatedKey: key })
      .resolves({ Items: [{ ...key, orderId: 'A-2' }] });
    const due = await collect(orders.dueOrders(minute(1)));
    expect(due.map(({ orderId }) => orderId)).toStrictEqual(['A-1', 'A-2']);
    expect(aws).toHaveReceivedNthCommandWith(QueryCommand, 3, { ExclusiveStartKey: key });

    aws.reset();
    const effect = { id: 'n-1', pending: 'pending', createdAt: start };
    aws
      .on(QueryCommand)
      .resolvesOnce({ Items: [effect], LastEvaluatedKey: effect })
      .resolves({
        Items: [
          { ...effect, id: 'gone' },
          { ...effect, id: 'n-2' },
        ],
      });
    aws
      .on(GetCommand)
      .callsFake(({ Key }: { Key: { id: string } }) =>
        Key.id === 'gone' ? {} : { Item: buildNotice(Key.id) },
      );
    const pending = await collect(outbox.pending(minute(1)));
    expect(pending.map(({ id }) => id)).toStrictEqual(['n-1', 'n-2']);
  });
});

describe('DynamoDB behind a network that fails', () => {
  let tables: Awaited<ReturnType<typeof openTables>>;
  let orders: ReturnType<typeof makeOrderStore>;
  let fail: (attempt: number) => { before?: Error; after?: Error };
  let attempts: number;
  beforeAll(async () => {
    tables = await openTables();
    // Nearest to the network, so within the SDK's retries.
    tables.document.middlewareStack.add(
      (next) => async (request) => {
        attempts += 1;
        const { before, after } = fail(attempts);
        if (before) throw before;
        const answer = await next(request);
        if (after) throw after;
        return answer;
      },
      { step: 'deserialize', priority: 'low', name: 'failingNetwork' },
    );
  });
  beforeEach(async () => {
    fail = () => ({});
    orders = makeOrderStore(tables.document, await tables.fresh());
    attempts = 0;
  });
  afterAll(async () => await tables.close());

  const lost = Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });
  const commit = buildCommit(null, buildOrder(), { outbox: [buildNotice('n')], mark: buildMark() });

  it('a commit whose answer is lost is written once, and is known to be written', async () => {
    fail = (attempt) => (attempt === 1 ? { after: lost } : {});
    await expect(orders.commit(commit)).resolves.toBe('committed');
    expect(attempts).toBe(2);
    await expect(orders.load('A-1001')).resolves.toStrictEqual(commit.order);
    await expect(orders.history('A-1001')).resolves.toStrictEqual([commit.entry]);
  });

  it('a commit that is throttled for a moment goes through', async () => {
    fail = (attempt) => (attempt < 2 ? { before: new ThrottlingException(why) } : {});
    await expect(orders.commit(commit)).resolves.toBe('committed');
    expect(attempts).toBe(2);
  });

  it('a commit that is throttled all the time fails and writes nothing', async () => {
    fail = () => ({ before: new ThrottlingException(why) });
    await expect(orders.commit(commit)).rejects.toThrow('as told');
    fail = () => ({});
    await expect(orders.load('A-1001')).resolves.toBeNull();
  });

  it('a commit that lost its race is not sent again: it has to be decided again', async () => {
    await orders.commit(commit);
    attempts = 0;
    await expect(orders.commit(commit)).resolves.toBe('stale');
    expect(attempts).toBe(1);
  });
});

describe('SQS', () => {
  const client = new SQSClient({ region: 'us-east-1' });
  const aws = mockClient(client);
  beforeEach(() => aws.reset());
  const notices = makeEffectQueue(client, () => 'queue');
  const ids = Array.from({ length: 23 }, (_, index) => `n-${index}`);

  it('gets batches of at most ten, with every message once and no doubled id in a batch', async () => {
    aws.on(SendMessageBatchCommand).resolves({ Successful: [], Failed: [] });
    await notices.send(ids);
    const batches = aws.commandCalls(SendMessageBatchCommand).map(({ args }) => args[0].input.Entries ?? []);
    expect(batches.map(({ length }) => length)).toStrictEqual([10, 10, 3]);
    expect(batches.every((batch) => new Set(batch.map(({ Id }) => Id)).size === batch.length)).toBe(true);
    expect(batches.flat().map(({ MessageBody }) => JSON.parse(MessageBody!).id)).toStrictEqual(ids);
  });

  it('that takes only a part of a batch is a failure', async () => {
    aws
      .on(SendMessageBatchCommand)
      .resolvesOnce({ Successful: [], Failed: [] })
      .resolves({ Successful: [], Failed: [{ Id: '3', Code: 'InternalError', SenderFault: false }] });
    await expect(notices.send(ids)).rejects.toThrow('InternalError');
  });

  it('that fails is a failure, for timers as for notices', async () => {
    aws.on(SendMessageBatchCommand).rejects(new Error('away'));
    await expect(notices.send(['n'])).rejects.toThrow('away');
    const dueTimers = makeDueTimers(client, () => 'queue');
    await expect(dueTimers.send([{ orderId: 'A-1', step: 'digest', version: 1 }])).rejects.toThrow('away');
  });
});

describe('the scheduler', () => {
  const client = new SchedulerClient({ region: 'us-east-1' });
  const aws = mockClient(client);
  const target = { group: 'g', queueArn: 'queue', roleArn: 'role', deadLetterArn: 'dead-letters' };
  const reason = { Message: 'as told', ...why };
  const errors = {
    conflict: new scheduler.ConflictException(reason),
    missing: new scheduler.ResourceNotFoundException(reason),
    invalid: new scheduler.ValidationException(reason),
    throttled: new scheduler.ThrottlingException(reason),
    full: new scheduler.ServiceQuotaExceededException(reason),
    broken: new scheduler.InternalServerException(reason),
  };
  const timer = { orderId: 'A-1', step: 'digest', version: 1 };
  let due: ReturnType<typeof memoryDueTimers>;
  let timers: ReturnType<typeof makeTimers>;
  beforeEach(() => {
    aws.reset();
    due = memoryDueTimers();
    timers = makeTimers(client, () => target, due);
  });

  it('that has the timer already leaves it as it is', async () => {
    aws.on(CreateScheduleCommand).rejects(errors.conflict);
    await expect(timers.set({ ...timer, at: minute(30) }, start)).resolves.toBeUndefined();
    expect(due.sent).toStrictEqual([]);
  });

  it('that finds the time passed while it was asked gets no timer: it is sent on at once', async () => {
    aws.on(CreateScheduleCommand).rejects(errors.invalid);
    await timers.set({ ...timer, at: minute(1) }, start);
    expect(due.sent).toStrictEqual([timer]);
  });

  it('is not asked for a timer whose time has come', async () => {
    await timers.set({ ...timer, at: start }, start);
    expect(due.sent).toStrictEqual([timer]);
    expect(aws).not.toHaveReceivedCommand(CreateScheduleCommand);
  });

  it.each(['missing', 'invalid', 'throttled', 'full', 'broken'] as const)(
    'that refuses a timer of later as %s fails: nothing fires early, the stream comes again',
    async (name) => {
      aws.on(CreateScheduleCommand).rejects(errors[name]);
      await expect(timers.set({ ...timer, at: minute(1.1) }, start)).rejects.toBe(errors[name]);
      expect(due.sent).toStrictEqual([]);
    },
  );

  it('that does not know a timer has nothing to drop', async () => {
    aws.on(DeleteScheduleCommand).rejects(errors.missing);
    await expect(timers.drop(timer)).resolves.toBeUndefined();
    expect(aws).toHaveReceivedCommandWith(DeleteScheduleCommand, { Name: 'A-1.digest.1', GroupName: 'g' });
  });

  it.each(['conflict', 'invalid', 'throttled', 'broken'] as const)(
    'that answers %s has dropped nothing: that fails',
    async (name) => {
      aws.on(DeleteScheduleCommand).rejects(errors[name]);
      await expect(timers.drop(timer)).rejects.toBe(errors[name]);
    },
  );

  it('whose queue fails for a timer that is due makes the setting fail', async () => {
    const failing = { send: async () => await Promise.reject(new Error('away')) };
    const set = makeTimers(client, () => target, failing).set({ ...timer, at: start }, start);
    await expect(set).rejects.toThrow('away');
  });
});
