import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { TableName } from '../../shared/adapters/dynamodb/tables.ts';
import type { EnvName } from '../../shared/runtime/env.ts';
import { tableEnvNames } from '../catalogue.ts';

/** The group of the orders' timers. */
export const timerGroup = 'ninedays-timers';

/** The bucket of recordings. */
export const recordingsBucket = 'ninedays-local-recordings';

export const localRegion = 'us-east-1';
export const localCredentials = { accessKeyId: 'local', secretAccessKey: 'local' } as const;

export const nameOfTable = (table: TableName): string => `ninedays-local-${table}`;

type Endpoints = {
  dynamodb: string;
  sqs: string;
  s3: string;
  scheduler: string;
  wecom: string;
  /** The `file:` address of the built console, or one relative to its function. */
  consoleFolder: string;
  queueUrl: (name: string) => string;
  file: (name: string) => string;
};

/** The secret that the CRM signs with on a developer's machine; the contract's default. */
const localCrmSecret = 'whsec_bG9jYWwtZGV2ZWxvcG1lbnQtc2VjcmV0LTAx';
const queueArn = (name: string): string => `arn:aws:sqs:${localRegion}:000000000000:${name}`;

/** What CDK gives the functions in the cloud, for this machine: names, and the engines' endpoints for the unchanged SDK clients. */
export const localEnv = ({ dynamodb, sqs, s3, scheduler, wecom, consoleFolder, queueUrl, file }: Endpoints) =>
  ({
    ...tableNames(),
    DUE_TIMERS_QUEUE_URL: queueUrl('due-timers'),
    DUE_TIMERS_QUEUE_ARN: queueArn('due-timers'),
    NOTICES_QUEUE_URL: queueUrl('notices'),
    RECORDINGS_QUEUE_URL: queueUrl('recordings'),
    RECORDINGS_BUCKET: recordingsBucket,
    RECORDINGS_ORIGIN: s3,
    TIMER_GROUP: timerGroup,
    TIMER_ROLE_ARN: 'arn:aws:iam::000000000000:role/ninedays-timers',
    TIMER_DLQ_ARN: queueArn('due-timers-dlq'),
    WECOM_ENDPOINT: wecom,
    CONSOLE_FOLDER: consoleFolder,
    DESKS:
      process.env['DESKS'] ?? '{"manager":["manager-1"],"service":["service-1"],"support":["support-1"]}',
    CRM_WEBHOOK_SECRET: process.env['CRM_WEBHOOK_SECRET'] ?? localCrmSecret,
    SESSION_KEY: process.env['SESSION_KEY'] ?? keptKey(file('session-key')),
    LINK_KEY: process.env['LINK_KEY'] ?? keptKey(file('link-key')),
    AWS_REGION: localRegion,
    AWS_ACCESS_KEY_ID: localCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: localCredentials.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
    AWS_ENDPOINT_URL_SQS: sqs,
    AWS_ENDPOINT_URL_S3: s3,
    AWS_ENDPOINT_URL_SCHEDULER: scheduler,
    POWERTOOLS_SERVICE_NAME: 'ninedays',
    POWERTOOLS_LOG_LEVEL: process.env['POWERTOOLS_LOG_LEVEL'] ?? 'ERROR',
    POWERTOOLS_METRICS_DISABLED: process.env['POWERTOOLS_METRICS_DISABLED'] ?? 'true',
  }) satisfies Partial<Record<EnvName, string>> & Record<string, string>;

const tableNames = (): Record<string, string> => ({
  [tableEnvNames.orders]: nameOfTable('orders'),
  [tableEnvNames.history]: nameOfTable('history'),
  [tableEnvNames.outbox]: nameOfTable('outbox'),
  [tableEnvNames.marks]: nameOfTable('marks'),
  [tableEnvNames.sessions]: nameOfTable('sessions'),
  [tableEnvNames.messages]: nameOfTable('messages'),
  [tableEnvNames.ledger]: nameOfTable('ledger'),
  [tableEnvNames.rates]: nameOfTable('rates'),
});

/** A random key of this data folder, so that sessions and links outlive a restart. */
const keptKey = (file: string): string => {
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600 });
  return readFileSync(file, 'utf8');
};
