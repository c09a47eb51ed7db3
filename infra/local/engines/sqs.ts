import type { Clock } from '../../../shared/ports/clock.ts';
import { openAwsJsonServer } from './aws-json.ts';
import { ACCOUNT, queueArn, type QueueAttributes } from './sqs-attributes.ts';
import { MAX_MESSAGE_BYTES, present, type Draft, type ReceivedMessage } from './sqs-messages.ts';
import { sqsOperations } from './sqs-operations.ts';
import { openQueues, type MessageCounts } from './sqs-queues.ts';

export type { ReceivedMessage } from './sqs-messages.ts';

/** JSON may take more bytes than the message in it: escapes, base64, receipts of a batch. */
const MAX_REQUEST_BYTES = 8 * MAX_MESSAGE_BYTES;

/** How often (ms) an open long poll looks whether the clock has moved on: a clock that is turned tells nobody. */
const CLOCK_GLANCE = 25;

/** SQS on one machine. The calls in the process and the operations over HTTP are the same ones. */
export type SqsEngine = {
  /** `http://127.0.0.1:<port>`: the endpoint for the SDK's client. */
  url: string;
  queueUrl(queueName: string): string;
  queueArn(queueName: string): string;
  /** Does nothing where the queue exists with these attributes; refuses (QueueNameExists) where they differ. */
  createQueue(queue: { name: string; attributes?: QueueAttributes }): void;
  setAttributes(queueName: string, attributes: QueueAttributes): void;
  /** Returns the message's id. */
  send(queueName: string, message: Draft): string;
  /** What can be received at once, at most 10, with all attributes. */
  receive(
    queueName: string,
    options?: { maxMessages?: number; visibilityTimeout?: number | undefined },
  ): ReceivedMessage[];
  remove(queueName: string, receiptHandle: string): void;
  /** 0 seconds: receivable at once. */
  changeVisibility(queueName: string, receiptHandle: string, seconds: number): void;
  /**
   * Epoch ms (it may be past) at which the next message of any queue, or of these, is or becomes receivable; null
   * when there is none. A dead-letter queue that nobody reads stays receivable for ever: name the queues that are read.
   */
  nextVisibleAt(queueNames?: readonly string[]): number | null;
  messagesIn(queueName: string): MessageCounts;
  /** Told, after the commit, the queue in which a message arrived or was given another time to become visible. */
  onSend(listener: (queueName: string) => void): void;
  close(): Promise<void>;
};

/** Where long polls wait. */
const openWaitingRoom = () => {
  const waiting = new Set<() => void>();
  let open = true;

  const pause = (milliseconds: number): Promise<boolean> =>
    new Promise((resolve) => {
      const resume = (): void => {
        clearTimeout(timer);
        waiting.delete(resume);
        // One turn of the event loop, in which a hang-up that came before the message is heard of first.
        setImmediate(() => resolve(open));
      };
      const timer = setTimeout(resume, open ? Math.min(milliseconds, CLOCK_GLANCE) : 0);
      waiting.add(resume);
    });

  const wake = (): void => waiting.forEach((resume) => resume());
  const close = (): void => {
    open = false;
    wake();
  };
  return { pause, wake, close };
};

/**
 * Opens the engine on its file. All times are the clock's; only a long poll's patience is real time. Messages that were
 * with a receiver when the file was last open can be received again at once.
 */
export const openSqsEngine = async (options: {
  file: string;
  clock: Clock;
  port?: number;
  /** Told of each operation that is called over HTTP. */
  onOperation?: (operation: string) => void;
}): Promise<SqsEngine> => {
  const listeners: ((queueName: string) => void)[] = [];
  const room = openWaitingRoom();
  const queues = openQueues(options.file, options.clock, (queueName) => {
    room.wake();
    listeners.forEach((listener) => listener(queueName));
  });
  const queueUrl = (queueName: string): string => `${url}/${ACCOUNT}/${queueName}`;
  const server = await openAwsJsonServer(
    {
      target: 'AmazonSQS',
      namespace: 'com.amazonaws.sqs',
      version: '1.0',
      maxBytes: MAX_REQUEST_BYTES,
      operations: sqsOperations(queues, queueUrl, room.pause),
      onOperation: options.onOperation,
    },
    options.port ?? 0,
  );
  const url = `http://127.0.0.1:${server.port}`;

  return {
    url,
    queueUrl,
    queueArn,
    createQueue: ({ name, attributes = {} }) => queues.create(name, attributes),
    setAttributes: queues.setAttributes,
    send: queues.send,
    receive: (queueName, { maxMessages = 10, visibilityTimeout } = {}) =>
      queues
        .receive(queueName, maxMessages, visibilityTimeout)
        .map((message) => present(message, ['All'], ['All'])),
    remove: queues.remove,
    changeVisibility: queues.changeVisibility,
    nextVisibleAt: queues.nextVisibleAt,
    messagesIn: queues.count,
    onSend: (listener) => void listeners.push(listener),
    close: async () => {
      room.close();
      await server.close();
      queues.close();
    },
  };
};
