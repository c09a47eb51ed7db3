import * as z from 'zod/mini';
import { notImplemented } from './aws-json.ts';
import { sqsError } from './sqs-errors.ts';

export const ACCOUNT = '000000000000';

/** The ARN under which a queue of this engine goes. */
export const queueArn = (name: string): string => `arn:aws:sqs:us-east-1:${ACCOUNT}:${name}`;

/** A text that holds JSON of this schema. */
export const json = <S extends z.core.$ZodType>(schema: S) =>
  z.pipe(
    z.pipe(
      z.string(),
      z.transform((text, context): unknown => {
        try {
          return JSON.parse(text);
        } catch {
          context.issues.push({ code: 'custom', message: 'not JSON', input: text });
          return z.NEVER;
        }
      }),
    ),
    schema,
  );

const whole = (from: number, to: number) =>
  z.pipe(
    z.pipe(z.string().check(z.regex(/^\d{1,9}$/)), z.transform(Number)),
    z.int().check(z.gte(from), z.lte(to)),
  );

/** A policy is JSON in a text; the empty text takes it away. */
const policy = <S extends z.core.$ZodType>(schema: S) =>
  z.union([
    z.pipe(
      z.literal(''),
      z.transform(() => undefined),
    ),
    json(schema),
  ]);

const RedrivePolicy = z.strictObject({
  deadLetterTargetArn: z.string(),
  maxReceiveCount: z.pipe(
    z.pipe(z.union([z.string(), z.number()]), z.transform(Number)),
    z.int().check(z.gte(1), z.lte(1000)),
  ),
});

const RedriveAllowPolicy = z.discriminatedUnion('redrivePermission', [
  z.strictObject({ redrivePermission: z.enum(['allowAll', 'denyAll']) }),
  z.strictObject({
    redrivePermission: z.literal('byQueue'),
    sourceQueueArns: z.array(z.string()).check(z.minLength(1), z.maxLength(10)),
  }),
]);

const SETTABLE = {
  VisibilityTimeout: whole(0, 43_200),
  DelaySeconds: whole(0, 900),
  MaximumMessageSize: whole(1024, 1_048_576),
  MessageRetentionPeriod: whole(60, 1_209_600),
  ReceiveMessageWaitTimeSeconds: whole(0, 20),
  RedrivePolicy: z.optional(policy(RedrivePolicy)),
  RedriveAllowPolicy: z.optional(policy(RedriveAllowPolicy)),
};

const DEFAULTS = {
  VisibilityTimeout: '30',
  DelaySeconds: '0',
  MaximumMessageSize: '1048576',
  MessageRetentionPeriod: '345600',
  ReceiveMessageWaitTimeSeconds: '0',
};

const ELSEWHERE_KNOWN = new Set(
  `Policy KmsMasterKeyId KmsDataKeyReusePeriodSeconds SqsManagedSseEnabled FifoQueue ContentBasedDeduplication
  DeduplicationScope FifoThroughputLimit`.split(/\s+/),
);

const Settings = z.object(SETTABLE);

/** A queue's attributes, read. Seconds and bytes. */
export type Settings = z.output<typeof Settings>;

/** Attributes as they travel and are stored: every value is a text. */
export type QueueAttributes = Record<string, string>;

/** A full set: what is given, over what the queue has, over AWS's defaults. Refuses unknown names and bad values. */
export const mergeAttributes = (
  given: QueueAttributes,
  present: QueueAttributes = DEFAULTS,
): { attributes: QueueAttributes; settings: Settings } => {
  for (const name of Object.keys(given)) {
    if (ELSEWHERE_KNOWN.has(name)) throw notImplemented(`The queue attribute ${name}`);
    if (!Object.hasOwn(SETTABLE, name)) throw sqsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
  }
  const attributes = { ...present, ...given };
  const parsed = z.safeParse(Settings, attributes);
  if (parsed.success) return { attributes, settings: parsed.data };
  const name = String(parsed.error.issues[0]?.path[0]);
  throw sqsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);
};
