import type { S3EventRecord } from './engines/s3.ts';

/** What S3 tells EventBridge of a deletion. Source: the S3 user guide, "EventBridge event message structure". */
export type ObjectDeletedEvent = {
  version: '0';
  id: string;
  'detail-type': 'Object Deleted';
  source: 'aws.s3';
  account: string;
  /** ISO 8601, whole seconds. */
  time: string;
  region: string;
  resources: string[];
  detail: {
    version: '0';
    bucket: { name: string };
    /** The key as it is, not encoded as in a notification. */
    object: { key: string; 'version-id'?: string; sequencer: string };
    'request-id': string;
    requester: string;
    'source-ip-address'?: string;
    reason: 'DeleteObject' | 'Lifecycle Expiration';
    'deletion-type': 'Permanently Deleted' | 'Delete Marker Created';
  };
};

const account = '000000000000';

const reasons = {
  ObjectRemoved: {
    reason: 'DeleteObject',
    requester: account,
    'source-ip-address': '127.0.0.1',
  },
  LifecycleExpiration: { reason: 'Lifecycle Expiration', requester: 's3.amazonaws.com' },
} as const;

const deletionTypes = {
  Delete: 'Permanently Deleted',
  DeleteMarkerCreated: 'Delete Marker Created',
} as const;

const has = <Key extends string>(record: Record<Key, unknown>, key: string): key is Key =>
  Object.hasOwn(record, key);

/** A record of S3's notifications as EventBridge would hand it on; null for what is no deletion. Told again, it has the same id. */
export const toObjectDeletedEvent = (record: S3EventRecord): ObjectDeletedEvent | null => {
  const [what = '', how = ''] = record.eventName.split(':');
  if (!has(reasons, what) || !has(deletionTypes, how)) return null;
  const { bucket, object } = record.s3;
  return {
    version: '0',
    id: idOf(object.sequencer),
    'detail-type': 'Object Deleted',
    source: 'aws.s3',
    account,
    time: record.eventTime.replace(/\.\d+Z$/, 'Z'),
    region: record.awsRegion,
    resources: [bucket.arn],
    detail: {
      version: '0',
      bucket: { name: bucket.name },
      object: {
        key: new URLSearchParams(`key=${object.key}`).get('key') ?? '',
        ...(object.versionId !== undefined && { 'version-id': object.versionId }),
        sequencer: object.sequencer,
      },
      'request-id': record.responseElements['x-amz-request-id'],
      ...reasons[what],
      'deletion-type': deletionTypes[how],
    },
  };
};

/** The 16 digits of a sequencer in the form of a UUID. */
const idOf = (sequencer: string): string =>
  sequencer
    .toLowerCase()
    .padEnd(32, '0')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
