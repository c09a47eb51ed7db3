import { describe, expect, it } from 'vitest';
import type { S3EventRecord } from '../../infra/local/engines/s3.ts';
import { toObjectDeletedEvent } from '../../infra/local/object-deleted-event.ts';

const makeRecord = (eventName: string, key = 'recordings/r-1.mp4'): S3EventRecord => ({
  eventVersion: '2.3',
  eventSource: 'aws:s3',
  awsRegion: 'us-east-1',
  eventTime: '2025-04-10T00:00:00.123Z',
  eventName,
  userIdentity: { principalId: 's3.amazonaws.com' },
  requestParameters: { sourceIPAddress: 's3.amazonaws.com' },
  responseElements: { 'x-amz-request-id': 'C3D13FE58DE4C810', 'x-amz-id-2': 'C3D13FE58DE4C810' },
  s3: {
    s3SchemaVersion: '1.0',
    configurationId: 'local',
    bucket: { name: 'videos', ownerIdentity: { principalId: 'local' }, arn: 'arn:aws:s3:::videos' },
    object: { key, versionId: 'v1', sequencer: '0055AED6DCD90281' },
  },
});

describe('what S3 tells EventBridge of a deletion', () => {
  it('has the fields of the user guide’s example of an expiration', () => {
    expect(toObjectDeletedEvent(makeRecord('LifecycleExpiration:Delete'))).toStrictEqual({
      version: '0',
      id: '0055aed6-dcd9-0281-0000-000000000000',
      'detail-type': 'Object Deleted',
      source: 'aws.s3',
      account: '000000000000',
      time: '2025-04-10T00:00:00Z',
      region: 'us-east-1',
      resources: ['arn:aws:s3:::videos'],
      detail: {
        version: '0',
        bucket: { name: 'videos' },
        object: { key: 'recordings/r-1.mp4', 'version-id': 'v1', sequencer: '0055AED6DCD90281' },
        'request-id': 'C3D13FE58DE4C810',
        requester: 's3.amazonaws.com',
        reason: 'Lifecycle Expiration',
        'deletion-type': 'Permanently Deleted',
      },
    });
  });

  it.each([
    ['LifecycleExpiration:DeleteMarkerCreated', 'Lifecycle Expiration', 'Delete Marker Created'],
    ['ObjectRemoved:Delete', 'DeleteObject', 'Permanently Deleted'],
    ['ObjectRemoved:DeleteMarkerCreated', 'DeleteObject', 'Delete Marker Created'],
  ])('%s is told with its reason and its kind', (eventName, reason, deletionType) => {
    expect(toObjectDeletedEvent(makeRecord(eventName))?.detail).toMatchObject({
      reason,
      'deletion-type': deletionType,
    });
  });

  it('names who asked for it and from where only where somebody did', () => {
    const byHand = toObjectDeletedEvent(makeRecord('ObjectRemoved:Delete'))!.detail;
    expect(byHand).toMatchObject({ requester: '000000000000', 'source-ip-address': '127.0.0.1' });
    const byRule = toObjectDeletedEvent(makeRecord('LifecycleExpiration:Delete'))!.detail;
    expect(byRule).not.toHaveProperty('source-ip-address');
  });

  it.each([
    ['recordings/a+b%2Bc.mp4', 'recordings/a b+c.mp4'],
    ['recordings/%E5%9F%B9%E8%AE%AD%26%3D.mp4', 'recordings/培训&=.mp4'],
  ])('names the key as it is: %s', (encoded, key) => {
    const event = toObjectDeletedEvent(makeRecord('ObjectRemoved:Delete', encoded));
    expect(event?.detail.object.key).toBe(key);
  });

  it('has one id however often it is told, and another for another deletion', () => {
    const record = makeRecord('ObjectRemoved:Delete');
    const later = { ...record, s3: { ...record.s3, object: { key: 'k', sequencer: '0055AED6DCD90282' } } };
    expect(toObjectDeletedEvent(record)?.id).toBe(toObjectDeletedEvent(record)?.id);
    expect(toObjectDeletedEvent(later)?.id).not.toBe(toObjectDeletedEvent(record)?.id);
    expect(toObjectDeletedEvent(later)?.detail.object).not.toHaveProperty('version-id');
  });

  it.each(['ObjectCreated:Put', 'ObjectCreated:CompleteMultipartUpload', 'ObjectRemoved:toString'])(
    '%s is no deletion',
    (eventName) => {
      expect(toObjectDeletedEvent(makeRecord(eventName))).toBeNull();
    },
  );
});
