import { Aws } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { TableName } from '../../shared/adapters/dynamodb/tables.ts';
import type { SecretName } from '../../shared/ports/secrets.ts';
import type { EnvName } from '../../shared/runtime/env.ts';
import type { QueueName, Right, Trigger } from '../catalogue.ts';
import { recordingsPrefix } from '../../shared/domain/recordings/recording-id.ts';
import type { TimerSchedules } from './constructs/timer-schedules.ts';
import type { WorkQueue } from './constructs/work-queue.ts';
import type { StageSettings } from './settings.ts';

/** What rights point to. */
export type Resources = {
  tables: Readonly<Record<TableName, Table>>;
  bucket: Bucket;
  secrets: Readonly<Record<SecretName, Secret>>;
  queues: Readonly<Record<QueueName, WorkQueue>>;
  timers: TimerSchedules;
};

/** The verbs, at the resource. */
export const allow = (actions: readonly string[], ...resources: string[]): PolicyStatement =>
  new PolicyStatement({ actions: [...actions], resources });

/** Every schedule of the timers' group: their names are the orders' and not known before. */
const timerScheduleArns = (group: string): string =>
  `arn:${Aws.PARTITION}:scheduler:${Aws.REGION}:${Aws.ACCOUNT_ID}:schedule/${group}/*`;

/** A right of the catalogue as IAM says it: the verbs, at the resource. */
export const statementsOf = (
  right: Right,
  { tables, bucket, secrets, queues, timers }: Resources,
): PolicyStatement[] => {
  if ('table' in right)
    return [
      allow(
        right.verbs.map((verb) => `dynamodb:${verb}`),
        tables[right.table].tableArn,
      ),
    ];
  if ('index' in right)
    return [
      allow(
        right.verbs.map((verb) => `dynamodb:${verb}`),
        `${tables[right.of].tableArn}/index/${right.index}`,
      ),
    ];
  if ('queue' in right)
    return [
      allow(
        right.verbs.map((verb) => `sqs:${verb}`),
        queues[right.queue].queue.queueArn,
      ),
    ];
  if ('bucket' in right) return bucketStatementsOf(right, bucket);
  if ('secret' in right) return [allow(['secretsmanager:GetSecretValue'], secrets[right.secret].secretArn)];
  return [
    allow(
      right.timers.map((verb) => `scheduler:${verb}`),
      timerScheduleArns(timers.groupName),
    ),
    new PolicyStatement({
      actions: ['iam:PassRole'],
      resources: [timers.role.roleArn],
      conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
    }),
  ];
};

/** Every recording of the bucket: their keys are not known before. */
const recordingArns = ({ bucketArn }: Bucket): string => `${bucketArn}/${recordingsPrefix}*`;

/** To list is a verb at the bucket, the others are at its objects. */
const bucketStatementsOf = (
  { verbs }: Extract<Right, { bucket: string }>,
  bucket: Bucket,
): PolicyStatement[] => {
  const atObjects = verbs.filter((verb) => verb !== 'ListBucket').map((verb) => `s3:${verb}`);
  return [
    ...(atObjects.length > 0 ? [allow(atObjects, recordingArns(bucket))] : []),
    ...(verbs.includes('ListBucket') ? [allow(['s3:ListBucket'], bucket.bucketArn)] : []),
  ];
};

/** The stream of a table. Throws when it has none. */
export const streamArnOf = (table: TableName, { tables }: Resources): string => {
  const { tableStreamArn } = tables[table];
  if (tableStreamArn === undefined) throw new Error(`the table ${table} has no stream`);
  return tableStreamArn;
};

/** What Lambda does in a function's name to fetch its messages or records. */
export const triggerStatementsOf = (trigger: Trigger, resources: Resources): PolicyStatement[] => {
  if (trigger.type === 'queue')
    return [
      allow(
        ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
        resources.queues[trigger.queue].queue.queueArn,
      ),
    ];
  if (trigger.type === 'stream')
    return [
      allow(
        ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map((verb) => `dynamodb:${verb}`),
        streamArnOf(trigger.table, resources),
      ),
    ];
  return [];
};

/** The value of each variable in the cloud; the secrets' values themselves are for one machine only. */
export const environmentOf = (
  names: readonly EnvName[],
  { tables, bucket, secrets, queues, timers }: Resources,
  { desks, wecomEndpoint }: StageSettings,
): Record<string, string> => {
  const values: Partial<Record<EnvName, string>> = {
    ORDERS_TABLE: tables.orders.tableName,
    HISTORY_TABLE: tables.history.tableName,
    OUTBOX_TABLE: tables.outbox.tableName,
    MARKS_TABLE: tables.marks.tableName,
    SESSIONS_TABLE: tables.sessions.tableName,
    MESSAGES_TABLE: tables.messages.tableName,
    LEDGER_TABLE: tables.ledger.tableName,
    RATES_TABLE: tables.rates.tableName,
    DUE_TIMERS_QUEUE_URL: queues['due-timers'].queue.queueUrl,
    DUE_TIMERS_QUEUE_ARN: queues['due-timers'].queue.queueArn,
    NOTICES_QUEUE_URL: queues.notices.queue.queueUrl,
    RECORDINGS_QUEUE_URL: queues.recordings.queue.queueUrl,
    RECORDINGS_BUCKET: bucket.bucketName,
    RECORDINGS_ORIGIN: `https://${bucket.bucketRegionalDomainName}`,
    TIMER_GROUP: timers.groupName,
    TIMER_ROLE_ARN: timers.role.roleArn,
    TIMER_DLQ_ARN: timers.deadLetterQueue.queueArn,
    WECOM_ENDPOINT: wecomEndpoint,
    CONSOLE_FOLDER: './console/',
    DESKS: JSON.stringify(desks),
    CRM_WEBHOOK_SECRET_ARN: secrets['crm-webhook'].secretArn,
    SESSION_KEY_ARN: secrets['session-key'].secretArn,
    LINK_KEY_ARN: secrets['link-key'].secretArn,
  };
  return Object.fromEntries(
    names.map((name) => {
      const value = values[name];
      if (value === undefined) throw new Error(`${name} has no value in the cloud`);
      return [name, value];
    }),
  );
};
