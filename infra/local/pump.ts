import type { DynamoDBRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import type { FunctionName, QueueName, Trigger } from '../catalogue.ts';
import { definitionOf, functionNames } from '../catalogue.ts';
import { newEffects, type Pattern } from '../stream-filter.ts';
import type { StreamReader } from './engines/dynamodb-stream.ts';
import type { SqsEngine } from './engines/sqs.ts';
import type { ReceivedMessage } from './engines/sqs.ts';
import type { LambdaHost } from './lambda-host.ts';

type Triggered<Type> = { name: FunctionName; trigger: Extract<Trigger, { type: Type }> };

const failuresSchema = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })) });
const parallelBatches = 4;
/** What is due at one instant runs one after another, so that two runs with the same orders go the same way. The cloud promises no order. */
const inOrder: ReadonlySet<QueueName> = new Set(['due-timers']);
const streamBatch = 100;
const streamAttempts = 5;

/** AWS's event source mappings on one machine: moves stream records and queue messages to their functions until nothing is left to move. */
export type Pump = { drain(): Promise<void> };

export type PumpParts = {
  sqs: SqsEngine;
  stream: StreamReader;
  lambda: LambdaHost;
  queueOf: (name: QueueName) => string;
};

export const makePump = ({ sqs, stream, lambda, queueOf }: PumpParts): Pump => {
  const streamFunctions = triggeredBy('stream');
  const queueFunctions = triggeredBy('queue');

  const feedStream = async (): Promise<boolean> => {
    const records = await stream.poll(streamBatch);
    const last = records.at(-1)?.dynamodb?.SequenceNumber;
    if (last === undefined) return false;
    await Promise.all(streamFunctions.map(async (target) => await feedFunction(target, records)));
    stream.acknowledge(last);
    return true;
  };

  /** A batch comes again from its first failed record; after the last attempt the sweep takes over, as in the cloud. */
  const feedFunction = async ({ name, trigger }: Triggered<'stream'>, records: readonly DynamoDBRecord[]) => {
    let left = records.filter((record) => matches(newEffects(trigger.kind), record));
    for (let attempt = 0; attempt < streamAttempts && left.length > 0; attempt += 1) {
      const failed = await failuresOf(lambda.invoke(name, { Records: left }), left.map(sequenceOf));
      const first = left.findIndex((record) => failed.has(sequenceOf(record)));
      left = failed.size === 0 ? [] : left.slice(Math.max(0, first));
    }
    if (left.length > 0)
      console.error(`${name} failed for ${left.length} stream records; the sweep will find them`);
  };

  const feedQueue = async (target: Triggered<'queue'>): Promise<boolean> => {
    const batches: ReceivedMessage[][] = [];
    while (batches.length < parallelBatches) {
      const messages = sqs.receive(queueOf(target.trigger.queue), { maxMessages: target.trigger.batchSize });
      if (messages.length === 0) break;
      batches.push(messages);
    }
    if (inOrder.has(target.trigger.queue))
      for (const message of batches.flat()) await feedBatch(target, [message]);
    else await Promise.all(batches.map(async (messages) => await feedBatch(target, messages)));
    return batches.length > 0;
  };

  const feedBatch = async ({ name, trigger }: Triggered<'queue'>, messages: readonly ReceivedMessage[]) => {
    const queueName = queueOf(trigger.queue);
    const Records = messages.map((message) => toSqsRecord(message, sqs.queueArn(queueName)));
    const failed = await failuresOf(
      lambda.invoke(name, { Records }),
      Records.map(({ messageId }) => messageId),
    );
    for (const { MessageId, ReceiptHandle } of messages)
      if (!failed.has(MessageId)) sqs.remove(queueName, ReceiptHandle);
  };

  const step = async (): Promise<boolean> => {
    const moved = [await feedStream()];
    for (const target of queueFunctions) moved.push(await feedQueue(target));
    return moved.includes(true);
  };

  /** One drain at a time; a call while one runs gets one more after it, shared by all who call meanwhile. */
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | null = null;
  const drainOnce = async (): Promise<void> => {
    next = null;
    while (await step());
  };
  return {
    drain: () => {
      next ??= running = running.then(drainOnce, drainOnce);
      return next;
    },
  };
};

const triggeredBy = <Type extends 'stream' | 'queue'>(type: Type): Triggered<Type>[] =>
  functionNames.flatMap((name) => {
    const { trigger } = definitionOf(name);
    return isOfType(trigger, type) ? [{ name, trigger }] : [];
  });

const isOfType = <Type extends Trigger['type']>(
  trigger: Trigger,
  type: Type,
): trigger is Extract<Trigger, { type: Type }> => trigger.type === type;

/** The ids that a function names as failed; all of them when it threw. */
const failuresOf = async (
  invocation: Promise<unknown>,
  ids: readonly string[],
): Promise<ReadonlySet<string>> => {
  try {
    const { batchItemFailures } = failuresSchema.parse(await invocation);
    return new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  } catch (error) {
    console.error(error);
    return new Set(ids);
  }
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** Whether a record has one of the pattern's values in each of its fields. */
const matches = (pattern: Pattern, record: unknown): boolean =>
  isRecord(record) &&
  Object.entries(pattern).every(([field, wanted]) => {
    const value = record[field];
    return isValues(wanted) ? wanted.some((one) => one === value) : matches(wanted, value);
  });

const isValues = (wanted: readonly string[] | Pattern): wanted is readonly string[] => Array.isArray(wanted);

const sequenceOf = ({ dynamodb }: DynamoDBRecord): string => dynamodb?.SequenceNumber ?? '';

const toSqsRecord = (message: ReceivedMessage, eventSourceARN: string) => ({
  messageId: message.MessageId,
  receiptHandle: message.ReceiptHandle,
  body: message.Body,
  attributes: message.Attributes,
  messageAttributes: {},
  md5OfBody: message.MD5OfBody,
  eventSource: 'aws:sqs',
  eventSourceARN,
  awsRegion: 'us-east-1',
});
