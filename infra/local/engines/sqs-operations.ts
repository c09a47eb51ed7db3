import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { AwsError, operation, type Operation } from './aws-json.ts';
import { queueArn } from './sqs-attributes.ts';
import { checkRange, sqsError } from './sqs-errors.ts';
import {
  checkSystemNames,
  MAX_MESSAGE_BYTES,
  md5,
  md5OfAttributes,
  MessageAttributes,
  present,
  sizeOf,
  type Draft,
} from './sqs-messages.ts';
import type { MessageCounts, Queue, Queues } from './sqs-queues.ts';

type QueueUrlOf = (queueName: string) => string;

const QueueUrl = z.string();
const Names = z.optional(z.array(z.string()));
const Int = z.optional(z.int());

const queueIn = (queueUrl: string): string => queueUrl.slice(queueUrl.lastIndexOf('/') + 1);

/** A list that is empty is left out of the answer. */
const unlessEmpty = (name: string, list: readonly unknown[]) => list.length > 0 && { [name]: list };

const describe = (queue: Queue, counts: MessageCounts): Record<string, string> => ({
  ...Object.fromEntries(Object.entries(queue.attributes).filter(([, value]) => value !== '')),
  QueueArn: queueArn(queue.name),
  CreatedTimestamp: String(Math.floor(queue.createdAt / 1000)),
  LastModifiedTimestamp: String(Math.floor(queue.modifiedAt / 1000)),
  ApproximateNumberOfMessages: String(counts.visible),
  ApproximateNumberOfMessagesNotVisible: String(counts.inFlight),
  ApproximateNumberOfMessagesDelayed: String(counts.delayed),
});

const DESCRIBED = new Set(
  `All VisibilityTimeout DelaySeconds MaximumMessageSize MessageRetentionPeriod ReceiveMessageWaitTimeSeconds QueueArn
  RedrivePolicy RedriveAllowPolicy CreatedTimestamp LastModifiedTimestamp ApproximateNumberOfMessages
  ApproximateNumberOfMessagesNotVisible ApproximateNumberOfMessagesDelayed`.split(/\s+/),
);

const queueOperations = (queues: Queues, queueUrl: QueueUrlOf): Record<string, Operation> => ({
  CreateQueue: operation(
    z.strictObject({ QueueName: z.string(), Attributes: z.optional(z.record(z.string(), z.string())) }),
    ({ QueueName, Attributes = {} }) => {
      queues.create(QueueName, Attributes);
      return { QueueUrl: queueUrl(QueueName) };
    },
  ),

  GetQueueUrl: operation(z.strictObject({ QueueName: z.string() }), ({ QueueName }) => {
    queues.find(QueueName);
    return { QueueUrl: queueUrl(QueueName) };
  }),

  ListQueues: operation(
    z.strictObject({
      QueueNamePrefix: z.optional(z.string()),
      MaxResults: Int,
      NextToken: z.optional(z.string()),
    }),
    ({ QueueNamePrefix = '', MaxResults, NextToken = '' }) => {
      checkRange('MaxResults', MaxResults, 1, 1000);
      const limit = MaxResults ?? 1000;
      const names = queues.list(QueueNamePrefix, Buffer.from(NextToken, 'base64url').toString(), limit + 1);
      const page = names.slice(0, limit);
      const more = MaxResults !== undefined && names.length > limit;
      return {
        ...unlessEmpty('QueueUrls', page.map(queueUrl)),
        ...(more && { NextToken: Buffer.from(page.at(-1) ?? '').toString('base64url') }),
      };
    },
  ),

  GetQueueAttributes: operation(z.strictObject({ QueueUrl, AttributeNames: Names }), (input) => {
    const names = input.AttributeNames ?? [];
    const unknown = names.find((name) => !DESCRIBED.has(name));
    if (unknown !== undefined) throw sqsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
    const queue = queueIn(input.QueueUrl);
    const described = Object.entries(describe(queues.find(queue), queues.count(queue)));
    const wanted = described.filter(([name]) => names.includes('All') || names.includes(name));
    return wanted.length > 0 ? { Attributes: Object.fromEntries(wanted) } : {};
  }),

  SetQueueAttributes: operation(
    z.strictObject({ QueueUrl, Attributes: z.record(z.string(), z.string()) }),
    (input) => queues.setAttributes(queueIn(input.QueueUrl), input.Attributes),
  ),

  DeleteQueue: operation(z.strictObject({ QueueUrl }), (input) => queues.drop(queueIn(input.QueueUrl))),
  PurgeQueue: operation(z.strictObject({ QueueUrl }), (input) => queues.purge(queueIn(input.QueueUrl))),

  // The whole move is one transaction, so a task is over when it has been started, and is never to be seen running.
  StartMessageMoveTask: operation(
    z.strictObject({ SourceArn: z.string(), DestinationArn: z.optional(z.string()) }),
    ({ SourceArn, DestinationArn }) => {
      queues.startMove(SourceArn, DestinationArn);
      return { TaskHandle: randomUUID() };
    },
  ),

  ListMessageMoveTasks: operation(z.strictObject({ SourceArn: z.string(), MaxResults: Int }), (input) => {
    checkRange('MaxResults', input.MaxResults, 1, 10);
    const tasks = queues.listMoves(input.SourceArn, input.MaxResults ?? 1).map((move) => ({
      SourceArn: input.SourceArn,
      DestinationArn: move.destination === null ? undefined : queueArn(move.destination),
      StartedTimestamp: move.startedAt,
      ApproximateNumberOfMessagesMoved: move.moved,
      ApproximateNumberOfMessagesToMove: move.total,
      Status: move.moved === move.total ? 'COMPLETED' : 'FAILED',
      FailureReason: move.moved === move.total ? undefined : 'CouldNotDetermineMessageSource',
    }));
    return unlessEmpty('Results', tasks) || {};
  }),
});

/** Refuses a batch as a whole where its entries cannot be told apart or counted. */
const checkBatch = (ids: readonly string[]): void => {
  const wellFormed = ids.every((id) => /^[\w-]{1,80}$/.test(id));
  if (ids.length === 0) throw sqsError('EmptyBatchRequest', 'There must be at least one entry.');
  if (ids.length > 10) throw sqsError('TooManyEntriesInBatchRequest', `At most 10, not ${ids.length}.`);
  if (!wellFormed) throw sqsError('InvalidBatchEntryId', '1 to 80 letters, digits, hyphens, underscores.');
  if (new Set(ids).size < ids.length) throw sqsError('BatchEntryIdsNotDistinct', 'An id is given twice.');
};

const draftShape = {
  MessageBody: z.string(),
  DelaySeconds: Int,
  MessageAttributes: z.optional(MessageAttributes),
};
const visibilityShape = { ReceiptHandle: z.string(), VisibilityTimeout: z.int() };

const single = <S extends z.core.$ZodShape>(shape: S) => z.strictObject({ QueueUrl, ...shape });
const batchOf = <S extends z.core.$ZodShape>(shape: S) =>
  z.strictObject({ QueueUrl, Entries: z.array(z.strictObject({ Id: z.string(), ...shape })) });

type SendInput = {
  MessageBody: string;
  DelaySeconds?: number | undefined;
  MessageAttributes?: MessageAttributes | undefined;
};

const draftOf = (input: SendInput): Draft => ({
  body: input.MessageBody,
  attributes: input.MessageAttributes,
  delaySeconds: input.DelaySeconds,
});

const messageOperations = (queues: Queues): Record<string, Operation> => {
  const send = (queue: string, draft: Draft) => ({
    MessageId: queues.send(queue, draft),
    MD5OfMessageBody: md5(draft.body),
    MD5OfMessageAttributes: md5OfAttributes(draft.attributes ?? {}),
  });

  /** Performs every entry, each with its own success or failure, in one transaction. */
  const each = <Entry extends { Id: string }>(
    input: { QueueUrl: string; Entries: Entry[] },
    perform: (queue: string, entry: Entry) => object | void,
  ) =>
    queues.together(() => {
      const queue = queueIn(input.QueueUrl);
      queues.find(queue);
      checkBatch(input.Entries.map(({ Id }) => Id));
      const successful: object[] = [];
      const failed: object[] = [];
      for (const entry of input.Entries) {
        try {
          successful.push({ Id: entry.Id, ...perform(queue, entry) });
        } catch (error) {
          if (!(error instanceof AwsError)) throw error;
          failed.push({ Id: entry.Id, SenderFault: true, Code: error.code, Message: error.message });
        }
      }
      return { ...unlessEmpty('Successful', successful), ...unlessEmpty('Failed', failed) };
    });

  return {
    SendMessage: operation(single(draftShape), (input) => send(queueIn(input.QueueUrl), draftOf(input))),

    SendMessageBatch: operation(batchOf(draftShape), (input) => {
      if (input.Entries.reduce((sum, entry) => sum + sizeOf(draftOf(entry)), 0) > MAX_MESSAGE_BYTES) {
        throw sqsError('BatchRequestTooLong', `A batch has at most ${MAX_MESSAGE_BYTES} bytes.`);
      }
      return each(input, (queue, entry) => send(queue, draftOf(entry)));
    }),

    DeleteMessage: operation(single({ ReceiptHandle: z.string() }), (input) =>
      queues.remove(queueIn(input.QueueUrl), input.ReceiptHandle),
    ),

    DeleteMessageBatch: operation(batchOf({ ReceiptHandle: z.string() }), (input) =>
      each(input, (queue, entry) => queues.remove(queue, entry.ReceiptHandle)),
    ),

    ChangeMessageVisibility: operation(single(visibilityShape), (input) =>
      queues.changeVisibility(queueIn(input.QueueUrl), input.ReceiptHandle, input.VisibilityTimeout),
    ),

    ChangeMessageVisibilityBatch: operation(batchOf(visibilityShape), (input) =>
      each(input, (queue, entry) =>
        queues.changeVisibility(queue, entry.ReceiptHandle, entry.VisibilityTimeout),
      ),
    ),
  };
};

/** Waits until something may have arrived, at most so many milliseconds. False when the engine closes. */
export type Pause = (milliseconds: number) => Promise<boolean>;

const receiveOperation = (queues: Queues, pause: Pause): Operation =>
  operation(
    z.strictObject({
      QueueUrl,
      MaxNumberOfMessages: Int,
      VisibilityTimeout: Int,
      WaitTimeSeconds: Int,
      AttributeNames: Names,
      MessageSystemAttributeNames: Names,
      MessageAttributeNames: Names,
    }),
    async (input, gone) => {
      const queue = queueIn(input.QueueUrl);
      const systemNames = [...(input.MessageSystemAttributeNames ?? []), ...(input.AttributeNames ?? [])];
      checkSystemNames(systemNames);
      checkRange('WaitTimeSeconds', input.WaitTimeSeconds, 0, 20);
      const wait = input.WaitTimeSeconds ?? queues.find(queue).settings.ReceiveMessageWaitTimeSeconds;
      const end = performance.now() + wait * 1000;
      for (;;) {
        if (gone.aborted) return {};
        const messages = queues.receive(queue, input.MaxNumberOfMessages ?? 1, input.VisibilityTimeout);
        const left = end - performance.now();
        if (messages.length > 0 || left <= 0) {
          gone.addEventListener('abort', () => queues.takeBack(queue, messages));
          return unlessEmpty(
            'Messages',
            messages.map((message) => present(message, systemNames, input.MessageAttributeNames ?? [])),
          );
        }
        if (!(await pause(left))) return {};
      }
    },
  );

/** The operations of SQS that this engine has, over these queues. */
export const sqsOperations = (
  queues: Queues,
  queueUrl: QueueUrlOf,
  pause: Pause,
): Record<string, Operation> => ({
  ...queueOperations(queues, queueUrl),
  ...messageOperations(queues),
  ReceiveMessage: receiveOperation(queues, pause),
});
