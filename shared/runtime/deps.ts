import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { makeGroupMessages } from '../adapters/dynamodb/group-messages.ts';
import { makeLedger } from '../adapters/dynamodb/ledger.ts';
import { makeOrderStore } from '../adapters/dynamodb/order-store.ts';
import { makeOutbox } from '../adapters/dynamodb/outbox.ts';
import { makeRateLimit } from '../adapters/dynamodb/rate-limit.ts';
import { makeSessions } from '../adapters/dynamodb/sessions.ts';
import { makeRecordingObjects } from '../adapters/s3/recording-objects.ts';
import { makeTimers } from '../adapters/scheduler/timers.ts';
import { makeSecrets, splitSecret } from '../adapters/secrets/secrets.ts';
import { makeDueTimers, makeEffectQueue } from '../adapters/sqs/queues.ts';
import { inspectVideo } from '../adapters/video/inspect-video.ts';
import { makeGroupRobot } from '../adapters/wecom/group-robot.ts';
import type { GroupMessages } from '../ports/group-messages.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { NoticeChannel } from '../ports/notice-channel.ts';
import type { OrderStore } from '../ports/order-store.ts';
import type { Outbox } from '../ports/outbox.ts';
import type { RateLimit } from '../ports/rate-limit.ts';
import type { RecordingObjects } from '../ports/recording-objects.ts';
import type { Secrets } from '../ports/secrets.ts';
import type { Sessions } from '../ports/sessions.ts';
import type { DueTimers, EffectQueue, Timers } from '../ports/timers.ts';
import type { InspectVideo } from '../ports/video-source.ts';
import type { EnvName } from './env.ts';
import { readEnv } from './env.ts';

/** The ports of a running function, each made of its adapter and the environment. A bundle holds only those that its function asks for. */

const env = (name: EnvName) => () => readEnv(name);

let document: DynamoDBDocumentClient | undefined;
const documentClient = (): DynamoDBDocumentClient =>
  (document ??= DynamoDBDocumentClient.from(new DynamoDBClient({}), {
    marshallOptions: { removeUndefinedValues: true },
  }));

let sqs: SQSClient | undefined;
const sqsClient = (): SQSClient => (sqs ??= new SQSClient({}));

export const orderStore = (): OrderStore =>
  makeOrderStore(documentClient(), {
    orders: env('ORDERS_TABLE'),
    history: env('HISTORY_TABLE'),
    outbox: env('OUTBOX_TABLE'),
    marks: env('MARKS_TABLE'),
    messages: env('MESSAGES_TABLE'),
    ledger: env('LEDGER_TABLE'),
  });

export const groupMessages = (): GroupMessages => makeGroupMessages(documentClient(), env('MESSAGES_TABLE'));

export const ledger = (): Ledger => makeLedger(documentClient(), env('LEDGER_TABLE'));

export const outbox = (): Outbox => makeOutbox(documentClient(), env('OUTBOX_TABLE'));

export const sessions = (): Sessions => makeSessions(documentClient(), env('SESSIONS_TABLE'));

export const rateLimit = (): RateLimit => makeRateLimit(documentClient(), env('RATES_TABLE'));

export const dueTimers = (): DueTimers => makeDueTimers(sqsClient(), env('DUE_TIMERS_QUEUE_URL'));

export const noticeQueue = (): EffectQueue => makeEffectQueue(sqsClient(), env('NOTICES_QUEUE_URL'));

export const recordingQueue = (): EffectQueue => makeEffectQueue(sqsClient(), env('RECORDINGS_QUEUE_URL'));

/** Checksums only where S3 requires them: in an address that a browser uses, that of an empty body would be signed. */
export const recordingObjects = (): RecordingObjects =>
  makeRecordingObjects(
    new S3Client({
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    }),
    env('RECORDINGS_BUCKET'),
  );

export const videoInspector = (): InspectVideo => inspectVideo;

export const timers = (): Timers =>
  makeTimers(
    new SchedulerClient({}),
    () => ({
      group: readEnv('TIMER_GROUP'),
      queueArn: readEnv('DUE_TIMERS_QUEUE_ARN'),
      roleArn: readEnv('TIMER_ROLE_ARN'),
      deadLetterArn: readEnv('TIMER_DLQ_ARN'),
    }),
    dueTimers(),
  );

export const noticeChannel = (): NoticeChannel =>
  makeGroupRobot({ endpoint: readEnv('WECOM_ENDPOINT'), timeoutMs: 5000 });

/** Secrets by value on one machine, by ARN in the cloud. */
export const secrets = (): Secrets => {
  const values = {
    'crm-webhook': process.env['CRM_WEBHOOK_SECRET'],
    'session-key': process.env['SESSION_KEY'],
    'link-key': process.env['LINK_KEY'],
  };
  const arns = {
    'crm-webhook': env('CRM_WEBHOOK_SECRET_ARN'),
    'session-key': env('SESSION_KEY_ARN'),
    'link-key': env('LINK_KEY_ARN'),
  };
  const remote = makeSecrets(new SecretsManagerClient({}), (name) => arns[name](), Date);
  return {
    values: async (name) => {
      const local = values[name];
      return local === undefined ? await remote.values(name) : splitSecret(local);
    },
  };
};
