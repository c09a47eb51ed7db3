import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setImmediate } from 'node:timers/promises';
import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListMessageMoveTasksCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
  type ReceiveMessageCommandInput,
  type SendMessageCommandInput,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openSqsEngine, type SqsEngine } from '../../infra/local/engines/sqs.ts';

const START = Date.parse('2025-03-08T02:00:00Z');

let folder: string;
let now: number;
let operations: string[];
let engine: SqsEngine;
let client: SQSClient;

const open = async (): Promise<void> => {
  engine = await openSqsEngine({
    file: join(folder, 'sqs.db'),
    clock: { now: () => now },
    onOperation: (operation) => operations.push(operation),
  });
  client = new SQSClient({
    endpoint: engine.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
};

const close = async (): Promise<void> => {
  client.destroy();
  await engine.close();
};

const turn = (seconds: number): void => {
  now += seconds * 1000;
};

const createQueue = (name: string, attributes: Record<string, string> = {}): string => {
  engine.createQueue({ name, attributes });
  return engine.queueUrl(name);
};

/** A queue whose messages go to a dead-letter queue after so many receives. */
const createPair = (maxReceiveCount: number): { source: string; dead: string } => {
  const dead = createQueue('dead');
  const deadLetterTargetArn = engine.queueArn('dead');
  const source = createQueue('source', {
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount }),
  });
  return { source, dead };
};

const send = (QueueUrl: string, MessageBody: string, more: Partial<SendMessageCommandInput> = {}) =>
  client.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));

const receive = async (QueueUrl: string, more: Partial<ReceiveMessageCommandInput> = {}) => {
  const { Messages } = await client.send(
    new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ['All'], ...more }),
  );
  return Messages ?? [];
};

const receiveOne = async (QueueUrl: string, more: Partial<ReceiveMessageCommandInput> = {}) => {
  const messages = await receive(QueueUrl, more);
  expect(messages).toHaveLength(1);
  return messages[0]!;
};

const setVisibility = (QueueUrl: string, ReceiptHandle: string | undefined, VisibilityTimeout: number) =>
  client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));

const remove = (QueueUrl: string, ReceiptHandle: string | undefined) =>
  client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));

const attributesOf = async (QueueUrl: string): Promise<Record<string, string>> => {
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
  );
  return Attributes ?? {};
};

const poll = (QueueUrl: string, options: { abortSignal?: AbortSignal } = {}) =>
  client.send(
    new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20, MessageSystemAttributeNames: ['All'] }),
    options,
  );

/** Waits for the engine to have heard of so many calls of an operation. */
const heard = async (operation: string, times: number): Promise<void> => {
  while (operations.filter((name) => name === operation).length < times) await setImmediate();
};

const post = (target: string, body: string | Uint8Array<ArrayBuffer>) =>
  fetch(engine.url, { method: 'POST', headers: { 'x-amz-target': target }, body });

/** Asks over a bare connection, so that a test decides how it is read and ended. */
const ask = (target: string, input: object): Socket => {
  const body = JSON.stringify(input);
  const socket = connect(Number(new URL(engine.url).port), '127.0.0.1').pause();
  socket.write(`POST / HTTP/1.1\r\nhost: x\r\nx-amz-target: ${target}\r\n`);
  socket.write(`content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  return socket;
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sqs-'));
  now = START;
  operations = [];
  await open();
});

afterEach(async () => {
  vi.useRealTimers();
  await close();
  rmSync(folder, { recursive: true });
});

describe('queues', () => {
  it('creates a queue once, and again with the same attributes', async () => {
    const Attributes = { VisibilityTimeout: '60', DelaySeconds: '5' };
    const first = await client.send(new CreateQueueCommand({ QueueName: 'orders', Attributes }));
    const again = await client.send(new CreateQueueCommand({ QueueName: 'orders', Attributes }));
    expect(again.QueueUrl).toBe(first.QueueUrl);
    expect(first.QueueUrl).toBe(engine.queueUrl('orders'));
    expect(() => engine.createQueue({ name: 'orders', attributes: Attributes })).not.toThrow();
  });

  it('refuses to create a queue again with other attributes', async () => {
    createQueue('orders', { VisibilityTimeout: '60' });
    const command = new CreateQueueCommand({ QueueName: 'orders', Attributes: { VisibilityTimeout: '61' } });
    await expect(client.send(command)).rejects.toMatchObject({ name: 'QueueNameExists' });
  });

  it.each(['a b', '', 'x'.repeat(81), 'ä'])('refuses the queue name «%s»', async (QueueName) => {
    await expect(client.send(new CreateQueueCommand({ QueueName }))).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
  });

  it('refuses FIFO queues instead of pretending to keep an order', async () => {
    const refused = { name: 'NotImplemented', $metadata: { httpStatusCode: 501 } };
    await expect(client.send(new CreateQueueCommand({ QueueName: 'orders.fifo' }))).rejects.toMatchObject(
      refused,
    );
    const Attributes = { FifoQueue: 'true' };
    await expect(
      client.send(new CreateQueueCommand({ QueueName: 'orders', Attributes })),
    ).rejects.toMatchObject(refused);
    await expect(send(createQueue('plain'), 'x', { MessageGroupId: 'g' })).rejects.toMatchObject(refused);
  });

  it.each([
    { VisibilityTimeout: '43201' },
    { DelaySeconds: '901' },
    { DelaySeconds: '-1' },
    { MessageRetentionPeriod: '59' },
    { ReceiveMessageWaitTimeSeconds: '21' },
    { MaximumMessageSize: '1048577' },
    { RedrivePolicy: 'not json' },
    { RedrivePolicy: '{"deadLetterTargetArn":"x","maxReceiveCount":0}' },
    { RedriveAllowPolicy: '{"redrivePermission":"some"}' },
  ])('refuses the attribute %o', async (Attributes) => {
    const command = new CreateQueueCommand({ QueueName: 'orders', Attributes });
    await expect(client.send(command)).rejects.toMatchObject({ name: 'InvalidAttributeValue' });
    await expect(client.send(new GetQueueUrlCommand({ QueueName: 'orders' }))).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
    });
  });

  it('tells attributes that SQS lacks from those that only the engine lacks', async () => {
    const Attributes: Record<string, string> = { Colour: 'red' };
    const unknown = new CreateQueueCommand({ QueueName: 'q', Attributes });
    await expect(client.send(unknown)).rejects.toMatchObject({ name: 'InvalidAttributeName' });
    const elsewhere = new CreateQueueCommand({ QueueName: 'q', Attributes: { KmsMasterKeyId: 'k' } });
    await expect(client.send(elsewhere)).rejects.toMatchObject({ name: 'NotImplemented' });
  });

  it('describes a queue: defaults, ARN, times in seconds, counts', async () => {
    const url = createQueue('orders');
    await send(url, 'visible');
    await send(url, 'held');
    await send(url, 'delayed', { DelaySeconds: 60 });
    await receiveOne(url);
    expect(await attributesOf(url)).toEqual({
      VisibilityTimeout: '30',
      DelaySeconds: '0',
      MaximumMessageSize: '1048576',
      MessageRetentionPeriod: '345600',
      ReceiveMessageWaitTimeSeconds: '0',
      QueueArn: 'arn:aws:sqs:us-east-1:000000000000:orders',
      CreatedTimestamp: String(START / 1000),
      LastModifiedTimestamp: String(START / 1000),
      ApproximateNumberOfMessages: '1',
      ApproximateNumberOfMessagesNotVisible: '1',
      ApproximateNumberOfMessagesDelayed: '1',
    });
    expect(engine.messagesIn('orders')).toEqual({ visible: 1, inFlight: 1, delayed: 1 });
    const some = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] });
    expect(Object.keys((await client.send(some)).Attributes ?? {})).toEqual(['QueueArn']);
  });

  it('sets attributes, and takes a policy away with an empty text', async () => {
    const { source } = createPair(3);
    turn(10);
    const Attributes = { VisibilityTimeout: '5', RedrivePolicy: '' };
    await client.send(new SetQueueAttributesCommand({ QueueUrl: source, Attributes }));
    const described = await attributesOf(source);
    expect(described).toMatchObject({
      VisibilityTimeout: '5',
      LastModifiedTimestamp: String(START / 1000 + 10),
    });
    expect(described).not.toHaveProperty('RedrivePolicy');
  });

  it('lists queues by prefix and in pages', async () => {
    for (const name of ['b-2', 'a-1', 'b-1', 'b-3']) createQueue(name);
    const page = await client.send(new ListQueuesCommand({ QueueNamePrefix: 'b-', MaxResults: 2 }));
    expect(page.QueueUrls).toEqual([engine.queueUrl('b-1'), engine.queueUrl('b-2')]);
    const last = await client.send(
      new ListQueuesCommand({ QueueNamePrefix: 'b-', MaxResults: 2, NextToken: page.NextToken }),
    );
    expect(last).toMatchObject({ QueueUrls: [engine.queueUrl('b-3')] });
    expect(last.NextToken).toBeUndefined();
    expect((await client.send(new ListQueuesCommand({ QueueNamePrefix: 'c' }))).QueueUrls).toBeUndefined();
  });

  it('purges and deletes a queue with its messages', async () => {
    const url = createQueue('orders');
    await send(url, 'a');
    await client.send(new PurgeQueueCommand({ QueueUrl: url }));
    expect(await receive(url)).toEqual([]);
    await send(url, 'b');
    await client.send(new DeleteQueueCommand({ QueueUrl: url }));
    await expect(send(url, 'c')).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
      Code: 'AWS.SimpleQueueService.NonExistentQueue',
    });
    createQueue('orders');
    expect(await receive(url)).toEqual([]);
  });
});

describe('messages', () => {
  it('carries a body, its digest and its attributes there and back', async () => {
    const url = createQueue('orders');
    const MessageAttributes = {
      text: { DataType: 'String', StringValue: '培训' },
      count: { DataType: 'Number.int', StringValue: '42' },
      bytes: { DataType: 'Binary', BinaryValue: Uint8Array.of(0, 255, 128) },
    };
    const sent = await send(url, '你好 👋 "quoted"\n', { MessageAttributes });
    const message = await receiveOne(url, { MessageAttributeNames: ['All'] });
    expect(message).toMatchObject({
      MessageId: sent.MessageId,
      Body: '你好 👋 "quoted"\n',
      MessageAttributes,
    });
    expect(message.MD5OfMessageAttributes).toBe(sent.MD5OfMessageAttributes);
  });

  it("digests attributes as AWS does, by other implementations' examples", async () => {
    const url = createQueue('orders');
    const one = { attribName1: { DataType: 'String', StringValue: 'attribValue 1' } };
    const two = {
      customNumberTypeAttrib: {
        DataType: 'Number.float',
        StringValue: '4563442423554324324264524243.32543234',
      },
    };
    const three = {
      binaryAttribute: { DataType: 'Binary', BinaryValue: Buffer.from('Hello binary world!') },
    };
    const digest = async (MessageAttributes: SendMessageCommandInput['MessageAttributes']) =>
      (await send(url, 'x', { MessageAttributes })).MD5OfMessageAttributes;
    expect(await digest(one)).toBe('19e27d4e946b072f3f58da80d94fd778');
    expect(await digest(two)).toBe('9fe1b90bbd9965bdf77bac517c7d2495');
    expect(await digest(three)).toBe('31a92b15d92f8db860eda32aceb656c3');
    expect(await digest({ ...two, ...three, ...one })).toBe('c932db14a896c663f83c260297d594ff');
  });

  it('returns the attributes asked for, by name or prefix', async () => {
    const url = createQueue('orders');
    const value = { DataType: 'String', StringValue: 'v' };
    await send(url, 'x', { MessageAttributes: { 'a.one': value, 'a.two': value, b: value } });
    const names = async (MessageAttributeNames?: string[]) => {
      const message = await receiveOne(url, { MessageAttributeNames, VisibilityTimeout: 0 });
      return Object.keys(message.MessageAttributes ?? {});
    };
    expect(await names()).toEqual([]);
    expect(await names(['b'])).toEqual(['b']);
    expect(await names(['a.*'])).toEqual(['a.one', 'a.two']);
    expect(await names(['.*'])).toEqual(['a.one', 'a.two', 'b']);
  });

  it('counts receives and keeps the times of sending and of the first receive', async () => {
    const url = createQueue('orders');
    await send(url, 'x');
    turn(7);
    await receiveOne(url);
    turn(30);
    const { Attributes } = await receiveOne(url);
    expect(Attributes).toEqual({
      SentTimestamp: String(START),
      ApproximateFirstReceiveTimestamp: String(START + 7000),
      ApproximateReceiveCount: '2',
      SenderId: '000000000000',
    });
  });

  it('answers system attributes by their older parameter, and refuses unknown names', async () => {
    const url = createQueue('orders');
    await send(url, 'x');
    const asking = (more: object) =>
      post('AmazonSQS.ReceiveMessage', JSON.stringify({ QueueUrl: url, ...more })).then((answer) =>
        answer.json(),
      );
    const Attributes = { ApproximateReceiveCount: '1' };
    expect(await asking({ AttributeNames: ['ApproximateReceiveCount'] })).toMatchObject({
      Messages: [{ Attributes }],
    });
    const refused = { __type: 'com.amazonaws.sqs#InvalidAttributeName' };
    expect(await asking({ MessageSystemAttributeNames: ['toString'] })).toMatchObject(refused);
  });

  it('keeps a delay to the millisecond: the message’s own before the queue’s', async () => {
    const url = createQueue('orders', { DelaySeconds: '10' });
    await send(url, "queue's");
    await send(url, 'own', { DelaySeconds: 900 });
    await send(url, 'none', { DelaySeconds: 0 });
    const bodies = async () =>
      (await receive(url, { MaxNumberOfMessages: 10 })).map(({ Body }) => Body ?? '');
    expect(await bodies()).toEqual(['none']);
    now += 9999;
    expect(await bodies()).toEqual([]);
    now += 1;
    expect(await bodies()).toEqual(["queue's"]);
    now = START + 900_000;
    expect((await bodies()).toSorted()).toEqual(['none', 'own', "queue's"]);
  });

  it.each([
    ['a delay above 900 s', { DelaySeconds: 901 }, 'InvalidParameterValue'],
    ['a negative delay', { DelaySeconds: -1 }, 'InvalidParameterValue'],
    ['an empty body', { MessageBody: '' }, 'MissingParameter'],
    ['no body', { MessageBody: undefined }, 'MissingParameter'],
    ['a control character', { MessageBody: 'a\u0000b' }, 'InvalidMessageContents'],
    ['a character outside XML', { MessageBody: 'a\uFFFEb' }, 'InvalidMessageContents'],
    ['a message of 1 MiB and a byte', { MessageBody: 'x'.repeat(1_048_577) }, 'InvalidParameterValue'],
    [
      'an attribute without value',
      { MessageAttributes: { a: { DataType: 'String' } } },
      'InvalidParameterValue',
    ],
    [
      'an unknown type',
      { MessageAttributes: { a: { DataType: 'Date', StringValue: '1' } } },
      'InvalidParameterValue',
    ],
    [
      'a reserved name',
      { MessageAttributes: { 'AWS.a': { DataType: 'String', StringValue: '1' } } },
      'InvalidParameterValue',
    ],
    [
      'a number that is none',
      { MessageAttributes: { a: { DataType: 'Number', StringValue: 'x' } } },
      'InvalidParameterValue',
    ],
  ])('refuses %s', async (_, input, name) => {
    const url = createQueue('orders');
    await expect(send(url, 'x', input as Partial<SendMessageCommandInput>)).rejects.toMatchObject({ name });
    expect(engine.messagesIn('orders')).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it('takes a message of exactly 1 MiB, attributes included', async () => {
    const url = createQueue('orders');
    const MessageAttributes = { ab: { DataType: 'String', StringValue: 'cd' } };
    await send(url, 'é'.repeat(524_283), { MessageAttributes });
    await expect(send(url, `${'é'.repeat(524_283)}x`, { MessageAttributes })).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
    expect((await receiveOne(url)).Body).toHaveLength(524_283);
  });

  it('drops messages when their retention ends, to the millisecond', async () => {
    const url = createQueue('orders', { MessageRetentionPeriod: '60' });
    await send(url, 'x');
    now += 59_999;
    await receiveOne(url, { VisibilityTimeout: 0 });
    now += 1;
    expect(engine.nextVisibleAt()).toBeNull();
    expect(await receive(url)).toEqual([]);
    expect(engine.messagesIn('orders').visible).toBe(0);
  });
});

describe('visibility', () => {
  it('hides a message from others until its timeout is over, to the millisecond', async () => {
    const url = createQueue('orders', { VisibilityTimeout: '20' });
    await send(url, 'x');
    await receiveOne(url);
    now += 19_999;
    expect(await receive(url)).toEqual([]);
    now += 1;
    await receiveOne(url, { VisibilityTimeout: 100 });
    now += 99_999;
    expect(await receive(url)).toEqual([]);
    now += 1;
    await receiveOne(url);
  });

  it('makes a message receivable at once when its visibility is set to 0, and loses nothing', async () => {
    const url = createQueue('orders');
    await send(url, 'x');
    const first = await receiveOne(url);
    await setVisibility(url, first.ReceiptHandle, 0);
    const second = await receiveOne(url);
    expect(second.MessageId).toBe(first.MessageId);
    expect(second.Attributes?.ApproximateReceiveCount).toBe('2');
  });

  it('never hands the same message over twice in one receive, also with visibility 0', async () => {
    const url = createQueue('orders');
    await send(url, 'a');
    await send(url, 'b');
    const messages = await receive(url, { MaxNumberOfMessages: 10, VisibilityTimeout: 0 });
    expect(messages.map(({ Body }) => Body ?? '')).toEqual(['a', 'b']);
  });

  it('extends and shortens from now', async () => {
    const url = createQueue('orders');
    await send(url, 'x');
    const { ReceiptHandle } = await receiveOne(url);
    turn(20);
    await setVisibility(url, ReceiptHandle, 43_200);
    now += 43_200_000 - 1;
    expect(await receive(url)).toEqual([]);
    expect(engine.nextVisibleAt()).toBe(now + 1);
  });

  it('refuses a timeout out of range, a message that is not in flight, and one that is gone', async () => {
    const url = createQueue('orders');
    await send(url, 'x');
    const { ReceiptHandle } = await receiveOne(url);
    await expect(setVisibility(url, ReceiptHandle, 43_201)).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
    await expect(setVisibility(url, ReceiptHandle, -1)).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
    turn(30);
    await expect(setVisibility(url, ReceiptHandle, 1)).rejects.toMatchObject({ name: 'MessageNotInflight' });
    await remove(url, ReceiptHandle);
    await expect(setVisibility(url, ReceiptHandle, 1)).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
  });

  it('deletes by the latest receipt also after its timeout; an older one does nothing', async () => {
    const url = createQueue('orders');
    await send(url, 'x');
    const older = await receiveOne(url);
    turn(30);
    const latest = await receiveOne(url);
    await remove(url, older.ReceiptHandle);
    turn(30);
    expect(engine.messagesIn('orders').visible).toBe(1);
    await remove(url, latest.ReceiptHandle);
    await remove(url, latest.ReceiptHandle);
    expect(engine.messagesIn('orders')).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it('refuses a receipt that is none, and that of another queue', async () => {
    const url = createQueue('orders');
    const other = createQueue('other');
    await send(url, 'x');
    const { ReceiptHandle } = await receiveOne(url);
    await expect(remove(url, 'nonsense')).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' });
    await expect(remove(other, ReceiptHandle)).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' });
    await expect(setVisibility(url, '', 0)).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' });
  });
});

describe('batches', () => {
  const entries = (n: number) => Array.from({ length: n }, (_, i) => ({ Id: `e${i}`, MessageBody: `m${i}` }));
  const sendBatch = (
    QueueUrl: string,
    Entries: { Id: string; MessageBody: string; DelaySeconds?: number }[],
  ) => client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));

  it('sends, hides, and deletes ten messages at a time', async () => {
    const QueueUrl = createQueue('orders');
    const sent = await sendBatch(QueueUrl, entries(10));
    expect(sent.Successful).toHaveLength(10);
    expect(sent.Failed).toBeUndefined();
    const held = await receive(QueueUrl, { MaxNumberOfMessages: 10 });
    expect(held.map(({ Body }) => Body ?? '')).toEqual(entries(10).map(({ MessageBody }) => MessageBody));
    const receipts = held.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle }));
    const Entries = receipts.map((entry) => Object.assign(entry, { VisibilityTimeout: 0 }));
    await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
    expect(engine.messagesIn('orders')).toEqual({ visible: 10, inFlight: 0, delayed: 0 });
    await client.send(
      new DeleteMessageBatchCommand({
        QueueUrl,
        Entries: receipts.map(({ Id, ReceiptHandle }) => ({ Id, ReceiptHandle })),
      }),
    );
    expect(engine.messagesIn('orders')).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it('tells each entry its own failure', async () => {
    const QueueUrl = createQueue('orders');
    const sent = await sendBatch(QueueUrl, [
      { Id: 'good', MessageBody: 'x' },
      { Id: 'late', MessageBody: 'x', DelaySeconds: 901 },
      { Id: 'odd', MessageBody: '\u0001' },
    ]);
    expect(sent.Successful?.map(({ Id }) => Id)).toEqual(['good']);
    expect(sent.Failed).toMatchObject([
      { Id: 'late', SenderFault: true, Code: 'InvalidParameterValue' },
      { Id: 'odd', SenderFault: true, Code: 'InvalidMessageContents' },
    ]);
    const { ReceiptHandle } = await receiveOne(QueueUrl);
    const Entries = [
      { Id: 'good', ReceiptHandle },
      { Id: 'bad', ReceiptHandle: 'nonsense' },
    ];
    const removed = await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    expect(removed.Successful?.map(({ Id }) => Id)).toEqual(['good']);
    expect(removed.Failed).toMatchObject([{ Id: 'bad', Code: 'ReceiptHandleIsInvalid' }]);
  });

  it.each([
    ['EmptyBatchRequest', []],
    ['TooManyEntriesInBatchRequest', entries(11)],
    ['BatchEntryIdsNotDistinct', [...entries(1), ...entries(1)]],
    ['InvalidBatchEntryId', [{ Id: 'a b', MessageBody: 'x' }]],
    ['BatchRequestTooLong', entries(2).map(({ Id }) => ({ Id, MessageBody: 'x'.repeat(524_289) }))],
  ])('refuses a batch as a whole with %s', async (name, batch) => {
    const url = createQueue('orders');
    await expect(sendBatch(url, batch)).rejects.toMatchObject({ name });
    expect(engine.messagesIn('orders').visible).toBe(0);
    await expect(sendBatch(engine.queueUrl('none'), entries(1))).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
    });
  });
});

describe('dead-letter queues', () => {
  it('gives a message up when one receive more would exceed the count, and not earlier', async () => {
    const { source, dead } = createPair(3);
    const sent = await send(source, 'x');
    for (const count of ['1', '2', '3']) {
      const message = await receiveOne(source);
      expect(message.Attributes?.ApproximateReceiveCount).toBe(count);
      turn(30);
      expect(engine.messagesIn('dead').visible).toBe(0);
    }
    expect(await receive(source)).toEqual([]);
    const buried = await receiveOne(dead);
    expect(buried).toMatchObject({
      MessageId: sent.MessageId,
      Body: 'x',
      Attributes: {
        ApproximateReceiveCount: '4',
        SentTimestamp: String(START),
        DeadLetterQueueSourceArn: engine.queueArn('source'),
      },
    });
  });

  it('hands over what is left in the same receive that gives others up', async () => {
    const { source } = createPair(1);
    await send(source, 'bad');
    await receiveOne(source, { VisibilityTimeout: 0 });
    await send(source, 'good');
    expect((await receiveOne(source)).Body).toBe('good');
    expect(engine.messagesIn('dead').visible).toBe(1);
  });

  it('refuses a dead-letter queue that is missing, itself, or does not allow it', async () => {
    createQueue('closed', { RedriveAllowPolicy: '{"redrivePermission":"denyAll"}' });
    const sourceQueueArns = [engine.queueArn('friend')];
    createQueue('choosy', {
      RedriveAllowPolicy: JSON.stringify({ redrivePermission: 'byQueue', sourceQueueArns }),
    });
    const create = (QueueName: string, target: string) => {
      const RedrivePolicy = JSON.stringify({
        deadLetterTargetArn: engine.queueArn(target),
        maxReceiveCount: '2',
      });
      return client.send(new CreateQueueCommand({ QueueName, Attributes: { RedrivePolicy } }));
    };
    const refused = { name: 'InvalidParameterValue' };
    await expect(create('q', 'missing')).rejects.toMatchObject(refused);
    await expect(create('q', 'q')).rejects.toMatchObject(refused);
    await expect(create('q', 'closed')).rejects.toMatchObject(refused);
    await expect(create('q', 'choosy')).rejects.toMatchObject(refused);
    await expect(create('friend', 'choosy')).resolves.toBeDefined();
  });

  const bury = async (source: string, body: string): Promise<void> => {
    await send(source, body);
    await receiveOne(source, { VisibilityTimeout: 0 });
    expect(await receive(source)).toEqual([]);
  };

  it('moves messages back to their source as new ones', async () => {
    const { source } = createPair(1);
    await bury(source, 'x');
    turn(60);
    const SourceArn = engine.queueArn('dead');
    const { TaskHandle } = await client.send(new StartMessageMoveTaskCommand({ SourceArn }));
    expect(TaskHandle).toBeTruthy();
    const { Results } = await client.send(new ListMessageMoveTasksCommand({ SourceArn, MaxResults: 10 }));
    expect(Results).toEqual([
      {
        SourceArn,
        Status: 'COMPLETED',
        StartedTimestamp: START + 60_000,
        ApproximateNumberOfMessagesMoved: 1,
        ApproximateNumberOfMessagesToMove: 1,
      },
    ]);
    const message = await receiveOne(source);
    expect(message).toMatchObject({
      Body: 'x',
      Attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(now) },
    });
    expect(message.Attributes).not.toHaveProperty('DeadLetterQueueSourceArn');
  });

  it('moves messages to a named destination, also those without a known source', async () => {
    const { source, dead } = createPair(1);
    const elsewhere = createQueue('elsewhere');
    await bury(source, 'x');
    await send(dead, 'sent here');
    const SourceArn = engine.queueArn('dead');
    const DestinationArn = engine.queueArn('elsewhere');
    await client.send(new StartMessageMoveTaskCommand({ SourceArn, DestinationArn }));
    const bodies = (await receive(elsewhere, { MaxNumberOfMessages: 10 })).map(({ Body }) => Body ?? '');
    expect(bodies.toSorted()).toEqual(['sent here', 'x']);
  });

  it('leaves a message without a known source where it is and says so', async () => {
    const { dead } = createPair(1);
    await send(dead, 'sent here');
    const SourceArn = engine.queueArn('dead');
    await client.send(new StartMessageMoveTaskCommand({ SourceArn }));
    const { Results } = await client.send(new ListMessageMoveTasksCommand({ SourceArn }));
    expect(Results).toMatchObject([{ Status: 'FAILED', FailureReason: 'CouldNotDetermineMessageSource' }]);
    expect((await receiveOne(dead)).Body).toBe('sent here');
  });

  it('refuses to move from what is no dead-letter queue, to nowhere, or at a rate it would not keep', async () => {
    createPair(1);
    const start = (
      SourceArn: string,
      more: { DestinationArn?: string; MaxNumberOfMessagesPerSecond?: number } = {},
    ) => client.send(new StartMessageMoveTaskCommand({ SourceArn, ...more }));
    const dead = engine.queueArn('dead');
    const missing = engine.queueArn('missing');
    await expect(start(missing)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(start(engine.queueArn('source'))).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(start(dead, { DestinationArn: missing })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(start(dead, { MaxNumberOfMessagesPerSecond: 5 })).rejects.toMatchObject({
      name: 'NotImplemented',
    });
  });
});

describe('long polls', () => {
  it('return as soon as a message is sent', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const url = createQueue('orders');
    const polled = poll(url);
    await heard('ReceiveMessage', 1);
    await send(url, 'x');
    expect((await polled).Messages?.[0]?.Body).toBe('x');
  });

  it('return as soon as the clock is turned to when a message becomes visible', async () => {
    const url = createQueue('orders');
    await send(url, 'x', { DelaySeconds: 600 });
    const polled = poll(url);
    await heard('ReceiveMessage', 1);
    turn(600);
    expect((await polled).Messages?.[0]?.Body).toBe('x');
  });

  it('return as soon as a receiver puts its message back', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const url = createQueue('orders');
    await send(url, 'x');
    const { ReceiptHandle } = await receiveOne(url);
    const polled = poll(url);
    await heard('ReceiveMessage', 2);
    await setVisibility(url, ReceiptHandle, 0);
    expect((await polled).Messages?.[0]?.Attributes?.ApproximateReceiveCount).toBe('2');
  });

  it('share messages without handing one to two pollers', async () => {
    const url = createQueue('orders');
    const polled = [poll(url), poll(url), poll(url)];
    await heard('ReceiveMessage', 3);
    for (const body of ['a', 'b', 'c']) await send(url, body);
    const bodies = (await Promise.all(polled)).map(({ Messages }) => Messages?.[0]?.Body ?? '');
    expect(bodies.toSorted()).toEqual(['a', 'b', 'c']);
  });

  it('end empty when their time is over in real time, though the clock stands still', async () => {
    const url = createQueue('orders', { ReceiveMessageWaitTimeSeconds: '1' });
    const began = performance.now();
    expect(await receive(url)).toEqual([]);
    expect(performance.now() - began).toBeGreaterThan(990);
  });

  it('of a caller that has gone get no message, though the message follows at once', async () => {
    const url = createQueue('orders');
    for (let round = 1; round <= 20; round += 1) {
      const gone = new AbortController();
      const polled = poll(url, { abortSignal: gone.signal }).catch(() => 'gone');
      await heard('ReceiveMessage', 2 * round - 1);
      gone.abort();
      await send(url, `x${round}`);
      expect(await polled).toBe('gone');
      const message = await receiveOne(url);
      expect(message).toMatchObject({ Body: `x${round}`, Attributes: { ApproximateReceiveCount: '1' } });
      await remove(url, message.ReceiptHandle);
    }
  });

  it('of a caller that only half-closes its connection get no message either', async () => {
    const url = createQueue('orders');
    const socket = ask('AmazonSQS.ReceiveMessage', { QueueUrl: url, WaitTimeSeconds: 20 });
    await heard('ReceiveMessage', 1);
    socket.end();
    engine.send('orders', { body: 'x' });
    await once(socket.resume(), 'close');
    expect((await receiveOne(url)).Attributes?.ApproximateReceiveCount).toBe('1');
  });

  it('that end while the answer is on its way give the messages back, not counted as received', async () => {
    const url = createQueue('orders');
    for (let i = 0; i < 10; i += 1) engine.send('orders', { body: 'x'.repeat(1_048_576) });
    const socket = ask('AmazonSQS.ReceiveMessage', { QueueUrl: url, MaxNumberOfMessages: 10 });
    await vi.waitFor(() => expect(engine.messagesIn('orders').inFlight).toBe(10));
    turn(5);
    socket.destroy();
    await vi.waitFor(() => expect(engine.messagesIn('orders').visible).toBe(10));
    turn(5);
    expect((await receiveOne(url)).Attributes).toMatchObject({
      ApproximateReceiveCount: '1',
      ApproximateFirstReceiveTimestamp: String(START + 10_000),
    });
  });

  it('are answered empty when the engine closes', async () => {
    const polled = poll(createQueue('orders'));
    await heard('ReceiveMessage', 1);
    await engine.close();
    expect((await polled).Messages).toBeUndefined();
    await open();
  });
});

describe('closing', () => {
  it('is not held up by a caller that does not read its answer, nor upset by one that leaves', async () => {
    createQueue('orders');
    for (const leave of [true, false]) {
      const QueueUrl = engine.queueUrl('orders');
      for (let i = 0; i < 10; i += 1) engine.send('orders', { body: 'x'.repeat(1_048_576) });
      const socket = ask('AmazonSQS.ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10 });
      await vi.waitFor(() => expect(engine.messagesIn('orders').inFlight).toBe(10));
      const closed = engine.close();
      if (leave) socket.destroy();
      await closed;
      await open();
      expect(engine.messagesIn('orders')).toEqual({ visible: leave ? 10 : 20, inFlight: 0, delayed: 0 });
      socket.destroy();
    }
  });

  it('leaves nothing behind that keeps the file from being opened again, and twice is once', async () => {
    await engine.close();
    await engine.close();
    await open();
    await expect(openSqsEngine({ file: join(folder, 'sqs.db'), clock: { now: () => now } })).rejects.toThrow(
      'locked',
    );
  });
});

describe('the wire', () => {
  it('answers 501 to operations that it lacks', async () => {
    const QueueUrl = createQueue('orders');
    const refused = { name: 'NotImplemented', $metadata: { httpStatusCode: 501 } };
    await expect(client.send(new ListQueueTagsCommand({ QueueUrl }))).rejects.toMatchObject(refused);
    expect((await post('AmazonSQS.toString', '{}')).status).toBe(501);
    expect((await post('DynamoDB_20120810.ListTables', '{}')).status).toBe(501);
    expect((await fetch(engine.url)).status).toBe(501);
  });

  it.each([
    ['not JSON', '{"QueueUrl":'],
    ['no UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
    ['no object', '[1]'],
    ['a number where a text belongs', '{"QueueUrl":1,"MessageBody":"x"}'],
    ['a text where a number belongs', '{"QueueUrl":"q","MessageBody":"x","DelaySeconds":"5"}'],
    ['a fraction where a whole number belongs', '{"QueueUrl":"q","MessageBody":"x","DelaySeconds":0.5}'],
  ])('answers 400 SerializationException to what is %s', async (_, body) => {
    const response = await post('AmazonSQS.SendMessage', body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ __type: 'com.amazonaws.sqs#SerializationException' });
  });

  it('answers 413 to a request that is too long, and goes on', async () => {
    expect((await post('AmazonSQS.SendMessage', ' '.repeat(9 * 1_048_576))).status).toBe(413);
    expect((await post('AmazonSQS.ListQueues', '{}')).status).toBe(200);
  });

  it('refuses what is out of range in a receive', async () => {
    const url = createQueue('orders');
    for (const input of [
      { MaxNumberOfMessages: 0 },
      { MaxNumberOfMessages: 11 },
      { WaitTimeSeconds: 21 },
      { VisibilityTimeout: 43_201 },
    ]) {
      await expect(receive(url, input)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    }
  });

  it('tells the meter each operation', async () => {
    await send(createQueue('orders'), 'x');
    expect(operations).toEqual(['SendMessage']);
  });
});

describe('in the process', () => {
  it('shares its queues with the operations over HTTP', async () => {
    const url = createQueue('orders');
    await send(url, 'x', { MessageAttributes: { a: { DataType: 'String', StringValue: 'b' } } });
    const [message] = engine.receive('orders', { maxMessages: 1 });
    expect(message).toMatchObject({ Body: 'x', Attributes: { ApproximateReceiveCount: '1' } });
    engine.changeVisibility('orders', message!.ReceiptHandle, 0);
    engine.remove('orders', message!.ReceiptHandle);
    expect(await receive(url)).toEqual([]);
    expect(() => engine.receive('missing')).toThrow('does not exist');
  });

  it('knows when the next message becomes receivable, in any queue or in those named', () => {
    createQueue('a');
    createQueue('b');
    expect(engine.nextVisibleAt()).toBeNull();
    engine.send('a', { body: 'x', delaySeconds: 100 });
    engine.send('b', { body: 'x', delaySeconds: 50 });
    expect(engine.nextVisibleAt()).toBe(START + 50_000);
    expect(engine.nextVisibleAt(['a'])).toBe(START + 100_000);
    now = START + 50_000;
    engine.receive('b', { visibilityTimeout: 600 });
    expect(engine.nextVisibleAt()).toBe(START + 100_000);
    expect(engine.nextVisibleAt([])).toBeNull();
  });

  it('tells listeners after the commit, so that they may receive at once', () => {
    const { source } = createPair(1);
    const told: string[] = [];
    engine.onSend((queueName) => told.push(`${queueName} ${engine.messagesIn(queueName).visible}`));
    engine.send('source', { body: 'x' });
    engine.receive('source', { visibilityTimeout: 0 });
    engine.receive('source');
    expect(told).toEqual(['source 1', 'dead 1']);
    expect(source).toContain('source');
  });
});

describe('durability', () => {
  it('keeps queues, messages and counts; what was in flight is receivable at once, its receipt dead', async () => {
    createQueue('orders', { VisibilityTimeout: '600' });
    engine.send('orders', { body: 'held' });
    const [held] = engine.receive('orders');
    engine.send('orders', { body: 'waiting' });
    engine.send('orders', { body: 'delayed', delaySeconds: 300 });
    await close();
    await open();
    expect(engine.messagesIn('orders')).toEqual({ visible: 2, inFlight: 0, delayed: 1 });
    engine.remove('orders', held!.ReceiptHandle);
    expect(() => engine.changeVisibility('orders', held!.ReceiptHandle, 0)).toThrow('not available');
    const messages = engine.receive('orders');
    expect(messages.map(({ Body, Attributes }) => [Body, Attributes?.['ApproximateReceiveCount']])).toEqual([
      ['held', '2'],
      ['waiting', '1'],
    ]);
    expect(await attributesOf(engine.queueUrl('orders'))).toMatchObject({ VisibilityTimeout: '600' });
  });

  it('loses no acknowledged message when it is killed while others send', async () => {
    const file = join(folder, 'killed.db');
    const child = spawn(process.execPath, ['--input-type=module', '-e', KILLED, file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    const acknowledged: string[] = [];
    for await (const line of createInterface(child.stdout)) {
      acknowledged.push(line);
      if (acknowledged.length === 200) child.kill('SIGKILL');
    }
    expect(await exited).toEqual([null, 'SIGKILL']);
    const reopened = await openSqsEngine({ file, clock: { now: () => START } });
    const kept = new Set<string>();
    for (let batch = reopened.receive('orders'); batch.length > 0; batch = reopened.receive('orders')) {
      for (const { Body } of batch) kept.add(Body);
    }
    await reopened.close();
    expect(acknowledged.length).toBeGreaterThanOrEqual(200);
    expect(acknowledged.filter((body) => !kept.has(body))).toEqual([]);
  });
});

/** Serves a file and sends to itself, ten at a time, over HTTP; a line per acknowledged message. */
const KILLED = `
  const { openSqsEngine } = await import(${JSON.stringify(new URL('../../infra/local/engines/sqs.ts', import.meta.url).href)});
  const engine = await openSqsEngine({ file: process.argv[1], clock: { now: () => ${START} } });
  engine.createQueue({ name: 'orders' });
  const send = async (sender) => {
    for (let i = 0; ; i += 1) {
      const body = sender + '-' + i;
      const response = await fetch(engine.url, {
        method: 'POST',
        headers: { 'x-amz-target': 'AmazonSQS.SendMessage' },
        body: JSON.stringify({ QueueUrl: engine.queueUrl('orders'), MessageBody: body }),
      });
      if (response.ok) process.stdout.write(body + '\\n');
    }
  };
  await Promise.all(Array.from({ length: 10 }, (_, sender) => send(sender)));
`;
