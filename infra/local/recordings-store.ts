import type { LifecycleRule } from '@aws-sdk/client-s3';
import {
  CreateBucketCommand,
  PutBucketCorsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { Clock } from '../../shared/ports/clock.ts';
import type { QueueName } from '../catalogue.ts';
import { recordingsPrefix } from '../../shared/domain/recordings/recording-id.ts';
import { corsRule, lifecycleRules } from '../recordings-bucket-rules.ts';
import type { S3Engine, S3EventRecord } from './engines/s3.ts';
import { openS3Engine } from './engines/s3.ts';
import type { SqsEngine } from './engines/sqs.ts';
import { localCredentials, localRegion, recordingsBucket } from './local-env.ts';
import type { Meter } from './meter.ts';
import { toObjectDeletedEvent } from './object-deleted-event.ts';

const deletions: QueueName = 'recording-events';

export type RecordingsStore = Pick<S3Engine, 'url' | 'nextDueAt' | 'sweep' | 'close'> & {
  /** Lets the pages of these origins, and of no other, upload and play. */
  admit(origins: readonly string[]): Promise<void>;
};

/** S3 with the bucket of recordings as the cloud's stacks make it: its rules, and its events of deletion in their queue. */
export const openRecordingsStore = async (parts: {
  dir: string;
  clock: Clock;
  sqs: SqsEngine;
  meter: Meter;
}): Promise<RecordingsStore> => {
  const { dir, clock, sqs, meter } = parts;
  const engine = await openS3Engine({
    dir,
    clock,
    region: localRegion,
    credentials: localCredentials,
    onEvent: (record) => sendDeletion(record, sqs, meter),
    onOperation: (operation) => countOperation(operation, meter),
  });
  const client = new S3Client({
    endpoint: engine.url,
    region: localRegion,
    credentials: localCredentials,
    systemClockOffset: clock.now() - Date.now(),
  });
  await configureBucket(client);
  return {
    ...engine,
    ...oneRoundADay(engine, clock),
    admit: async (origins) => await putCors(client, origins),
    close: async () => {
      client.destroy();
      await engine.close();
    },
  };
};

const dayMs = 24 * 60 * 60_000;

/** S3 makes its round through a bucket once a day, after midnight UTC: what is overdue when it is let go waits for the next one. */
const oneRoundADay = (
  { nextDueAt, sweep }: Pick<S3Engine, 'nextDueAt' | 'sweep'>,
  clock: Clock,
): Pick<S3Engine, 'nextDueAt' | 'sweep'> => {
  let lastRound = 0;
  const makeRound = (): void => {
    lastRound = Math.floor(clock.now() / dayMs) * dayMs;
  };
  return {
    nextDueAt: () => {
      const due = nextDueAt();
      if (due === null || due > clock.now()) makeRound();
      return due === null ? null : Math.max(due, lastRound + dayMs);
    },
    sweep: async () => {
      makeRound();
      return await sweep();
    },
  };
};

const Bucket = recordingsBucket;

const configureBucket = async (client: S3Client): Promise<void> => {
  await client.send(new CreateBucketCommand({ Bucket }));
  await client.send(
    new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }),
  );
  const LifecycleConfiguration = { Rules: lifecycleRules.map(toRule) };
  await client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }));
};

const toRule = (rule: (typeof lifecycleRules)[number]): LifecycleRule => ({
  ID: rule.id,
  Status: 'Enabled',
  Filter: rule.tag ? { Tag: { Key: rule.tag.key, Value: rule.tag.value } } : { Prefix: '' },
  ...(rule.expireDays !== undefined && { Expiration: { Days: rule.expireDays } }),
  ...(rule.clearsMarkers && { Expiration: { ExpiredObjectDeleteMarker: true } }),
  ...(rule.noncurrentDays !== undefined && {
    NoncurrentVersionExpiration: { NoncurrentDays: rule.noncurrentDays },
  }),
  ...(rule.abortDays !== undefined && {
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: rule.abortDays },
  }),
});

const putCors = async (client: S3Client, origins: readonly string[]): Promise<void> => {
  const rule = {
    AllowedOrigins: [...origins],
    AllowedMethods: [...corsRule.methods],
    AllowedHeaders: [...corsRule.headers],
    ExposeHeaders: [...corsRule.exposed],
    MaxAgeSeconds: corsRule.maxAgeSeconds,
  };
  await client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: [rule] } }));
};

/** EventBridge's rule on one machine. */
const sendDeletion = (record: S3EventRecord, sqs: SqsEngine, meter: Meter): void => {
  const event = toObjectDeletedEvent(record);
  if (event === null || !event.detail.object.key.startsWith(recordingsPrefix)) return;
  meter.unit('sqs.requests', 1);
  sqs.send(deletions, { body: JSON.stringify(event) });
};

/** Deleting and aborting cost nothing; what concerns the bucket itself belongs to a deployment. */
const countOperation = (operation: string, meter: Meter): void => {
  if (operation.includes('Bucket')) return;
  meter.operation(`s3.${operation}`);
  if (/^(Put|Create|Upload|Complete|List)/.test(operation)) meter.unit('s3.put-requests', 1);
  else if (!/^(Delete|Abort)/.test(operation)) meter.unit('s3.get-requests', 1);
};
