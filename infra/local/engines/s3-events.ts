import * as z from 'zod/mini';
import type { Clock } from '../../../shared/ports/clock.ts';
import type { S3Database } from './s3-database.ts';

/** S3's names of what is told. */
export type S3EventName =
  | 'ObjectCreated:Put'
  | 'ObjectCreated:CompleteMultipartUpload'
  | 'ObjectRemoved:Delete'
  | 'ObjectRemoved:DeleteMarkerCreated'
  | 'LifecycleExpiration:Delete'
  | 'LifecycleExpiration:DeleteMarkerCreated';

/** One record of an S3 event notification. Source: the S3 user guide, "Event message structure". */
export type S3EventRecord = {
  eventVersion: '2.3';
  eventSource: 'aws:s3';
  awsRegion: string;
  /** ISO 8601. */
  eventTime: string;
  eventName: string;
  userIdentity: { principalId: string };
  requestParameters: { sourceIPAddress: string };
  responseElements: { 'x-amz-request-id': string; 'x-amz-id-2': string };
  s3: {
    s3SchemaVersion: '1.0';
    configurationId: string;
    bucket: { name: string; ownerIdentity: { principalId: string }; arn: string };
    /** The key is encoded as in a form: `%XX`, a space as `+`. Size and ETag are those of a created object. */
    object: { key: string; size?: number; eTag?: string; versionId?: string; sequencer: string };
  };
};

const EventRow = z.object({
  seq: z.int(),
  name: z.string(),
  bucket: z.string(),
  key: z.string(),
  versionId: z.nullable(z.string()),
  size: z.nullable(z.int()),
  etag: z.nullable(z.string()),
  at: z.int(),
});
type EventRow = z.output<typeof EventRow>;

const toRecord = (event: EventRow, awsRegion: string): S3EventRecord => {
  const actor = event.name.startsWith('Lifecycle') ? 's3.amazonaws.com' : '127.0.0.1';
  const sequencer = event.seq.toString(16).toUpperCase().padStart(16, '0');
  return {
    eventVersion: '2.3',
    eventSource: 'aws:s3',
    awsRegion,
    eventTime: new Date(event.at).toISOString(),
    eventName: event.name,
    userIdentity: { principalId: actor },
    requestParameters: { sourceIPAddress: actor },
    responseElements: { 'x-amz-request-id': sequencer, 'x-amz-id-2': sequencer },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: 'local',
      bucket: {
        name: event.bucket,
        ownerIdentity: { principalId: 'local' },
        arn: `arn:aws:s3:::${event.bucket}`,
      },
      object: {
        key: new URLSearchParams([['', event.key]]).toString().slice(1),
        ...(event.size !== null && { size: event.size }),
        ...(event.etag !== null && { eTag: event.etag }),
        ...(event.versionId !== null && { versionId: event.versionId }),
        sequencer,
      },
    },
  };
};

/** To which version of an object something happened; size and ETag are a created object's. */
type Happening = { bucket: string; key: string; id: string; size?: number; etag?: string };

export type Events = ReturnType<typeof openEvents>;

/** How long (ms of real time) a listener that failed is left alone. */
const RETRY = 1000;

/**
 * The outbox: an event is written in the transaction that it tells of. They are handed over in order, each until it has
 * been taken, over restarts: at least once.
 */
export const openEvents = (
  database: S3Database,
  clock: Clock,
  region: string,
  onEvent: (record: S3EventRecord) => void | Promise<void>,
) => {
  const sql = {
    add: database.prepare(`
      INSERT INTO event (name, bucket, key, versionId, size, etag, at)
      VALUES (:name, :bucket, :key, nullif(:id, 'null'), :size, :etag, :at)`),
    first: database.prepare('SELECT * FROM event ORDER BY seq LIMIT 1'),
    remove: database.prepare('DELETE FROM event WHERE seq = ?'),
  };
  let isOpen = true;
  let again: NodeJS.Timeout | undefined;
  let delivery: Promise<void> = Promise.resolve();

  const deliverAll = async (): Promise<void> => {
    for (let row = isOpen && sql.first.get(); row; row = isOpen && sql.first.get()) {
      const event = z.parse(EventRow, row);
      await onEvent(toRecord(event, region));
      sql.remove.run(event.seq);
    }
  };

  /** Hands over what waits; resolves when all has been taken or the listener has failed, who is asked again later. */
  const deliver = async (): Promise<void> => {
    clearTimeout(again);
    delivery = delivery.then(deliverAll).catch((error: unknown) => {
      console.error(error);
      if (isOpen) again = setTimeout(() => void deliver(), RETRY);
    });
    await delivery;
  };

  return {
    add: (name: S3EventName, { bucket, key, id, size, etag }: Happening): void => {
      sql.add.run({ name, bucket, key, id, size: size ?? null, etag: etag ?? null, at: clock.now() });
    },
    deliver,
    close: async (): Promise<void> => {
      isOpen = false;
      await delivery;
      clearTimeout(again);
    },
  };
};
