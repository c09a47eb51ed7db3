import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { ACCOUNT, json, queueArn } from './sqs-attributes.ts';
import { invalidValue, sqsError } from './sqs-errors.ts';

/** SQS's limit for a message and for all messages of a batch together, attributes included (since August 2025). */
export const MAX_MESSAGE_BYTES = 1_048_576;

const MessageAttribute = z.strictObject({
  DataType: z.string(),
  StringValue: z.optional(z.string()),
  /** Base64, as it travels. */
  BinaryValue: z.optional(z.string()),
});

type MessageAttribute = z.output<typeof MessageAttribute>;

export const MessageAttributes = z.record(z.string(), MessageAttribute);
export type MessageAttributes = z.output<typeof MessageAttributes>;

/** What a sender hands over. */
export type Draft = {
  body: string;
  attributes?: MessageAttributes | undefined;
  /** 0 to 900; the queue's own delay where absent. */
  delaySeconds?: number | undefined;
};

/** A message as a receiver gets it: the form of ReceiveMessage's answer. */
export type ReceivedMessage = {
  MessageId: string;
  ReceiptHandle: string;
  Body: string;
  MD5OfBody: string;
  Attributes?: Record<string, string>;
  MessageAttributes?: MessageAttributes;
  MD5OfMessageAttributes?: string;
};

/** A message as it lies in its queue. Times in epoch ms. */
export const StoredMessage = z.object({
  seq: z.int(),
  id: z.string(),
  body: z.string(),
  attributes: json(MessageAttributes),
  sentAt: z.int(),
  firstReceivedAt: z.nullable(z.int()),
  /** How often it was handed out from this queue, and before that from queues that gave it up. */
  received: z.int(),
  receivedBefore: z.int(),
  /** What its last receiver holds. */
  receipt: z.nullable(z.string()),
  /** The queue that gave it up. */
  source: z.nullable(z.string()),
});
export type StoredMessage = z.output<typeof StoredMessage>;

export const md5 = (content: string | Buffer): string => createHash('md5').update(content).digest('hex');

const sized = (content: string | Buffer): Buffer => {
  const bytes = Buffer.from(content);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

const isBinary = (dataType: string): boolean => dataType.split('.')[0] === 'Binary';

const valueOf = ({ DataType, StringValue = '', BinaryValue = '' }: MessageAttribute): Buffer =>
  isBinary(DataType) ? Buffer.from(BinaryValue, 'base64') : Buffer.from(StringValue);

/** The digest that SQS defines over message attributes: by name; each part behind its length; 1 text, 2 binary. */
export const md5OfAttributes = (attributes: MessageAttributes): string | undefined => {
  const entries = Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) return undefined;
  const parts = entries.flatMap(([name, attribute]) => [
    sized(name),
    sized(attribute.DataType),
    Buffer.of(isBinary(attribute.DataType) ? 2 : 1),
    sized(valueOf(attribute)),
  ]);
  return md5(Buffer.concat(parts));
};

/** What counts towards the limits: the body, and each attribute's name, type and value. */
export const sizeOf = ({ body, attributes = {} }: Draft): number =>
  Object.entries(attributes).reduce(
    (sum, [name, attribute]) =>
      sum + Buffer.byteLength(name) + Buffer.byteLength(attribute.DataType) + valueOf(attribute).length,
    Buffer.byteLength(body),
  );

const ILLEGAL = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

const checkText = (text: string): void => {
  if (ILLEGAL.test(text)) {
    throw sqsError('InvalidMessageContents', 'Invalid characters found. Valid: #x9, #xA, #xD, #x20 and up.');
  }
};

const NAME = /^(?!aws\.|amazon\.|\.)(?!.*\.\.)(?!.*\.$)[\w.-]{1,256}$/i;
const TYPE = /^(String|Number|Binary)(\..{1,249})?$/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

const checkAttribute = (name: string, { DataType, StringValue, BinaryValue }: MessageAttribute): void => {
  const refuse = (reason: string) => invalidValue('MessageAttributes', name, reason);
  if (!NAME.test(name)) throw refuse('The name is not allowed.');
  if (!TYPE.test(DataType)) throw refuse('The type must be String, Number or Binary, maybe with a label.');
  const [value, other] = isBinary(DataType) ? [BinaryValue, StringValue] : [StringValue, BinaryValue];
  if (!value || other !== undefined) throw refuse('There must be one value, of the type, not empty.');
  if (DataType.startsWith('Number') && !NUMBER.test(value)) throw refuse('The value is not a number.');
  checkText(value);
};

/** Refuses what SQS refuses in a message: empty, too long, characters outside XML's set, malformed attributes. */
export const checkDraft = (draft: Draft, maxBytes: number): void => {
  const { body, attributes = {} } = draft;
  if (body === '') throw sqsError('MissingParameter', 'The request must contain the parameter MessageBody.');
  checkText(body);
  const entries = Object.entries(attributes);
  if (entries.length > 10) throw invalidValue('MessageAttributes', entries.length, 'At most 10 attributes.');
  for (const [name, attribute] of entries) checkAttribute(name, attribute);
  if (sizeOf(draft) > maxBytes) {
    throw sqsError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${maxBytes} bytes.`,
    );
  }
};

const SYSTEM_ATTRIBUTES = {
  ApproximateFirstReceiveTimestamp: ({ firstReceivedAt }) => firstReceivedAt,
  ApproximateReceiveCount: ({ received, receivedBefore }) => received + receivedBefore,
  DeadLetterQueueSourceArn: ({ source }) => source && queueArn(source),
  SenderId: () => ACCOUNT,
  SentTimestamp: ({ sentAt }) => sentAt,
} as const satisfies Record<string, (message: StoredMessage) => string | number | null>;

const NEVER_PRESENT = new Set([
  'AWSTraceHeader',
  'MessageDeduplicationId',
  'MessageGroupId',
  'SequenceNumber',
]);

/** Refuses names of system attributes that SQS does not know. */
export const checkSystemNames = (names: readonly string[]): void => {
  for (const name of names) {
    if (name === 'All' || Object.hasOwn(SYSTEM_ATTRIBUTES, name) || NEVER_PRESENT.has(name)) continue;
    throw sqsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
  }
};

const systemAttributes = (message: StoredMessage, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    Object.entries(SYSTEM_ATTRIBUTES)
      .filter(([name]) => names.includes('All') || names.includes(name))
      .map(([name, read]) => [name, read(message)] as const)
      .flatMap(([name, value]) => (value === null ? [] : [[name, String(value)]])),
  );

const wantedAttributes = (attributes: MessageAttributes, names: readonly string[]): MessageAttributes => {
  const wanted = (name: string): boolean =>
    names.some((n) => n === 'All' || n === name || (n.endsWith('.*') && name.startsWith(n.slice(0, -2))));
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => wanted(name)));
};

/** The message in the form of ReceiveMessage's answer, with the attributes asked for (`All`, names, `prefix.*`). */
export const present = (
  message: StoredMessage,
  systemNames: readonly string[],
  attributeNames: readonly string[],
): ReceivedMessage => {
  const system = systemAttributes(message, systemNames);
  const attributes = wantedAttributes(message.attributes, attributeNames);
  const digest = md5OfAttributes(attributes);
  return {
    MessageId: message.id,
    ReceiptHandle: message.receipt ?? '',
    Body: message.body,
    MD5OfBody: md5(message.body),
    ...(Object.keys(system).length > 0 && { Attributes: system }),
    ...(digest && { MessageAttributes: attributes, MD5OfMessageAttributes: digest }),
  };
};
