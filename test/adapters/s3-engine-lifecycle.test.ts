import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { S3, type LifecycleRule } from '@aws-sdk/client-s3';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openS3Engine, type S3Engine, type S3EventRecord } from '../../infra/local/engines/s3.ts';

const START = Date.parse('2025-03-08T02:00:00Z');
const DAY = 86_400_000;
const Bucket = 'recordings';
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

let folder: string;
let now: number;
let events: S3EventRecord[];
let listener: (event: S3EventRecord) => void;
let engine: S3Engine;
let s3: S3;

const take = (event: S3EventRecord): void => void events.push(event);

const fail = (): never => {
  throw new Error('the listener is away');
};

const open = async (): Promise<void> => {
  engine = await openS3Engine({
    dir: folder,
    clock: { now: () => now },
    credentials,
    onEvent: (event) => listener(event),
  });
  s3 = new S3({
    endpoint: engine.url,
    region: 'us-east-1',
    credentials,
    // As the clock is turned the SDK's time is off; it corrects itself by the answer and asks again.
    systemClockOffset: now - Date.now(),
  });
};

const close = async (): Promise<void> => {
  s3.destroy();
  await engine.close();
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 's3-'));
  now = START;
  events = [];
  listener = take;
  await open();
  await s3.createBucket({ Bucket });
});

afterEach(async () => {
  vi.restoreAllMocks();
  await close();
  rmSync(folder, { recursive: true });
});

const put = (Key: string, Tagging?: string) => s3.putObject({ Bucket, Key, Body: Key, Tagging });

const keep = (...rules: Partial<LifecycleRule>[]) =>
  s3.putBucketLifecycleConfiguration({
    Bucket,
    LifecycleConfiguration: {
      Rules: rules.map((rule) => ({ Status: 'Enabled', Filter: { Prefix: '' }, ...rule })),
    },
  });

const enableVersioning = () =>
  s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: 'Enabled' } });

const keys = async (): Promise<(string | undefined)[]> =>
  ((await s3.listObjectsV2({ Bucket })).Contents ?? []).map(({ Key }) => Key);

const versions = async (): Promise<string[]> => {
  const { Versions = [], DeleteMarkers = [] } = await s3.listObjectVersions({ Bucket });
  return [...Versions.map(({ Key }) => Key!), ...DeleteMarkers.map(({ Key }) => `-${Key}`)];
};

const blobs = (): string[] => readdirSync(join(folder, 'blobs'));

const told = (): string[] => events.map(({ eventName, s3 }) => `${eventName} ${s3.object.key}`);

const utc = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** Stops at each moment at which something is due, as the local runtime's turned clock does. */
const turnTo = async (until: string): Promise<string[]> => {
  const stops: string[] = [];
  for (let due = engine.nextDueAt(); due !== null && due <= Date.parse(until); due = engine.nextDueAt()) {
    now = Math.max(now, due);
    stops.push(utc(due)!);
    await engine.sweep();
  }
  now = Date.parse(until);
  return stops;
};

describe('lifecycle', () => {
  it('has nothing to do where there is none, or nothing to keep', async () => {
    await put('a');
    expect(engine.nextDueAt()).toBeNull();
    await keep({ Expiration: { Days: 30 } });
    expect(utc(engine.nextDueAt())).toBe('2025-04-08T00:00:00.000Z');
    await s3.deleteObject({ Bucket, Key: 'a' });
    expect(engine.nextDueAt()).toBeNull();
    await put('b');
    await s3.deleteBucketLifecycle({ Bucket });
    expect(engine.nextDueAt()).toBeNull();
    expect(await engine.sweep()).toBe(0);
  });

  it('is given back as it was put', async () => {
    const Rules: LifecycleRule[] = [
      {
        ID: 'expire',
        Status: 'Enabled',
        Filter: { And: { Prefix: 'a/', Tags: [{ Key: 'k', Value: '<v>' }] } },
        Expiration: { Days: 30 },
        NoncurrentVersionExpiration: { NoncurrentDays: 1 },
      },
      {
        ID: 'abort',
        Status: 'Disabled',
        Filter: { Prefix: 'b/' },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
      },
    ];
    await s3.putBucketLifecycleConfiguration({ Bucket, LifecycleConfiguration: { Rules } });
    await close();
    await open();
    expect((await s3.getBucketLifecycleConfiguration({ Bucket })).Rules).toEqual(Rules);
  });

  it('law: an object expires at the first midnight UTC after its whole days, not a millisecond before', async () => {
    const instant = fc.oneof(
      fc.nat(400 * DAY),
      fc.nat(400).map((day) => day * DAY),
    );
    await fc.assert(
      fc.asyncProperty(instant, fc.integer({ min: 1, max: 400 }), async (offset, Days) => {
        now = Date.parse('2025-01-01T00:00:00Z') + offset;
        const created = now;
        await put('a');
        await keep({ Expiration: { Days } });
        const due = engine.nextDueAt()!;
        expect(due % DAY).toBe(0);
        expect(due - created).toBeGreaterThanOrEqual(Days * DAY);
        expect(due - created).toBeLessThan((Days + 1) * DAY);
        now = due - 1;
        expect(await engine.sweep()).toBe(0);
        now = due;
        expect(await engine.sweep()).toBe(1);
        expect(await keys()).toEqual([]);
        expect(engine.nextDueAt()).toBeNull();
      }),
      { numRuns: 10 },
    );
  });

  it('R5.1 R5.3 keeps a recording until its tag lets it go, then deletes it for good', async () => {
    await enableVersioning();
    const recordings = {
      ID: 'expire-released-recordings',
      Filter: { Tag: { Key: 'retention', Value: 'released' } },
      Expiration: { Days: 30 },
      NoncurrentVersionExpiration: { NoncurrentDays: 1 },
    };
    const abort = { ID: 'abort-broken-uploads', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } };
    const clear = { ID: 'clear-delete-markers', Expiration: { ExpiredObjectDeleteMarker: true } };
    await keep(recordings, abort, clear);
    await put('held', 'retention=held');
    await put('released', 'retention=released');
    const { VersionId } = await put('late', 'retention=held');
    expect(await turnTo('2025-04-20T12:00:00Z')).toEqual([
      '2025-04-08T00:00:00.000Z',
      '2025-04-09T00:00:00.000Z',
    ]);
    expect(await versions()).toEqual(['held', 'late']);

    const TagSet = [{ Key: 'retention', Value: 'released' }];
    await s3.putObjectTagging({ Bucket, Key: 'late', Tagging: { TagSet } });
    events = [];
    // Its thirty days are over: it goes with the next sweep, and its bytes a day later.
    expect(await turnTo('2025-05-01T00:00:00Z')).toEqual([
      '2025-04-08T00:00:00.000Z',
      '2025-04-22T00:00:00.000Z',
    ]);
    expect(told()).toEqual([
      'LifecycleExpiration:DeleteMarkerCreated late',
      'LifecycleExpiration:Delete late',
    ]);
    expect(events[1]!.s3.object.versionId).toBe(VersionId);
    expect(await versions()).toEqual(['held']);
    await expect.poll(blobs).toHaveLength(1);
  });

  it('deletes at once where there are no versions', async () => {
    await keep({ Expiration: { Days: 1 } });
    await put('a');
    expect(await turnTo('2025-03-20T00:00:00Z')).toEqual(['2025-03-10T00:00:00.000Z']);
    expect(told()).toEqual(['ObjectCreated:Put a', 'LifecycleExpiration:Delete a']);
    expect(events[1]).toMatchObject({
      eventTime: '2025-03-10T00:00:00.000Z',
      userIdentity: { principalId: 's3.amazonaws.com' },
    });
    await expect.poll(blobs).toEqual([]);
  });

  it('takes the rules that fit by prefix and all tags, and the earliest of them', async () => {
    await keep(
      { Filter: { Prefix: 'b' }, Expiration: { Days: 2 } },
      { Filter: { Prefix: 'bc' }, Expiration: { Days: 1 } },
      { Filter: { Tag: { Key: 'k', Value: 'v' } }, Expiration: { Days: 3 } },
      {
        Filter: {
          And: {
            Prefix: 'd',
            Tags: [
              { Key: 'k', Value: 'w' },
              { Key: 'l', Value: 'v' },
            ],
          },
        },
        Expiration: { Days: 4 },
      },
      { Status: 'Disabled', Expiration: { Days: 1 } },
    );
    const all: [string, string?][] = [
      ['a'],
      ['b'],
      ['bc'],
      ['c', 'k=v'],
      ['d1', 'k=w'],
      ['d2', 'k=w&l=v'],
      ['e', 'k=w&l=v'],
    ];
    for (const [key, tagging] of all) await put(key, tagging);
    const left: (string | undefined)[][] = [];
    for (const day of [10, 11, 12, 13, 31]) {
      await turnTo(`2025-03-${day}T00:00:00Z`);
      left.push(await keys());
    }
    expect(left).toEqual([
      ['a', 'b', 'c', 'd1', 'd2', 'e'],
      ['a', 'c', 'd1', 'd2', 'e'],
      ['a', 'd1', 'd2', 'e'],
      ['a', 'd1', 'e'],
      ['a', 'd1', 'e'],
    ]);
  });

  it('counts a noncurrent version’s days from when it was replaced', async () => {
    await enableVersioning();
    await keep({ NoncurrentVersionExpiration: { NoncurrentDays: 2 } });
    await put('a');
    now += 10 * DAY;
    await put('a');
    expect(utc(engine.nextDueAt())).toBe('2025-03-21T00:00:00.000Z');
    await turnTo('2025-04-01T00:00:00Z');
    expect(await versions()).toEqual(['a']);
    expect(await keys()).toEqual(['a']);
  });

  it('clears a marker only when it hides nothing', async () => {
    await enableVersioning();
    await put('a');
    await s3.deleteObject({ Bucket, Key: 'a' });
    await keep({ Expiration: { ExpiredObjectDeleteMarker: true } });
    expect(engine.nextDueAt()).toBeNull();
    await keep(
      { Expiration: { ExpiredObjectDeleteMarker: true } },
      { NoncurrentVersionExpiration: { NoncurrentDays: 1 } },
    );
    events = [];
    expect(await turnTo('2025-04-01T00:00:00Z')).toEqual(['2025-03-10T00:00:00.000Z']);
    expect(await versions()).toEqual([]);
    expect(told()).toEqual(['LifecycleExpiration:Delete a']);
  });

  it('gives up uploads that were not completed', async () => {
    await keep({ Filter: { Prefix: 'v' }, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } });
    for (const Key of ['video', 'other']) {
      const { UploadId } = await s3.createMultipartUpload({ Bucket, Key });
      await s3.uploadPart({ Bucket, Key, UploadId, PartNumber: 1, Body: 'x' });
    }
    await turnTo('2025-03-15T23:59:59Z');
    expect((await s3.listMultipartUploads({ Bucket })).Uploads).toHaveLength(2);
    await turnTo('2025-03-16T00:00:00Z');
    expect((await s3.listMultipartUploads({ Bucket })).Uploads?.map(({ Key }) => Key)).toEqual(['other']);
    await expect.poll(blobs).toHaveLength(1);
    expect(events).toEqual([]);
  });

  it.each<[string, Partial<LifecycleRule>[], string]>([
    ['no action', [{}], 'MalformedXML'],
    ['no days', [{ Expiration: { Days: 0 } }], 'InvalidArgument'],
    [
      'two filters',
      [{ Filter: { Prefix: 'a', Tag: { Key: 'k', Value: 'v' } }, Expiration: { Days: 1 } }],
      'MalformedXML',
    ],
    ['days beside a marker', [{ Expiration: { Days: 1, ExpiredObjectDeleteMarker: true } }], 'MalformedXML'],
    [
      'aborting by tag',
      [
        {
          Filter: { Tag: { Key: 'k', Value: 'v' } },
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
        },
      ],
      'InvalidRequest',
    ],
    [
      'clearing markers by tag',
      [{ Filter: { Tag: { Key: 'k', Value: 'v' } }, Expiration: { ExpiredObjectDeleteMarker: true } }],
      'InvalidRequest',
    ],
    [
      'one id twice',
      [
        { ID: 'a', Expiration: { Days: 1 } },
        { ID: 'a', Expiration: { Days: 2 } },
      ],
      'InvalidArgument',
    ],
    ['a date', [{ Expiration: { Date: new Date(START) } }], 'NotImplemented'],
    ['sizes', [{ Filter: { ObjectSizeGreaterThan: 1 }, Expiration: { Days: 1 } }], 'NotImplemented'],
  ])('with %s is refused', async (_, rules, name) => {
    await expect(keep(...rules)).rejects.toMatchObject({ name });
    await expect(s3.getBucketLifecycleConfiguration({ Bucket })).rejects.toMatchObject({
      name: 'NoSuchLifecycleConfiguration',
    });
  });
});

describe('events', () => {
  it('tell in S3’s form what was created', async () => {
    await s3.putObject({ Bucket, Key: 'a b/培训+1.mp4', Body: 'training' });
    await engine.deliverEvents();
    const { sequencer } = events[0]!.s3.object;
    expect(events).toEqual([
      {
        eventVersion: '2.3',
        eventSource: 'aws:s3',
        awsRegion: 'us-east-1',
        eventTime: '2025-03-08T02:00:00.000Z',
        eventName: 'ObjectCreated:Put',
        userIdentity: { principalId: '127.0.0.1' },
        requestParameters: { sourceIPAddress: '127.0.0.1' },
        responseElements: { 'x-amz-request-id': sequencer, 'x-amz-id-2': sequencer },
        s3: {
          s3SchemaVersion: '1.0',
          configurationId: 'local',
          bucket: {
            name: Bucket,
            ownerIdentity: { principalId: 'local' },
            arn: 'arn:aws:s3:::recordings',
          },
          object: {
            key: 'a+b%2F%E5%9F%B9%E8%AE%AD%2B1.mp4',
            size: 8,
            eTag: createHash('md5').update('training').digest('hex'),
            sequencer,
          },
        },
      },
    ]);
  });

  it('tell of completions, deletions and markers, each version by its id, in order', async () => {
    const { UploadId } = await s3.createMultipartUpload({ Bucket, Key: 'v' });
    const { ETag } = await s3.uploadPart({ Bucket, Key: 'v', UploadId, PartNumber: 1, Body: 'x' });
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    await s3.completeMultipartUpload({ Bucket, Key: 'v', UploadId, MultipartUpload });
    await s3.deleteObject({ Bucket, Key: 'v' });
    await s3.deleteObject({ Bucket, Key: 'v' });
    await enableVersioning();
    const created = await put('w');
    const marker = await s3.deleteObject({ Bucket, Key: 'w' });
    await s3.deleteObject({ Bucket, Key: 'w', VersionId: created.VersionId });
    await engine.deliverEvents();
    expect(events.map(({ eventName, s3 }) => [eventName, s3.object.key, s3.object.versionId])).toEqual([
      ['ObjectCreated:CompleteMultipartUpload', 'v', undefined],
      ['ObjectRemoved:Delete', 'v', undefined],
      ['ObjectCreated:Put', 'w', created.VersionId],
      ['ObjectRemoved:DeleteMarkerCreated', 'w', marker.VersionId],
      ['ObjectRemoved:Delete', 'w', created.VersionId],
    ]);
    const sequencers = events.map(({ s3 }) => s3.object.sequencer);
    expect(sequencers).toEqual(sequencers.toSorted());
    expect(new Set(sequencers).size).toBe(5);
  });

  it('are told after the commit, so that the listener finds the object', async () => {
    const found: Promise<string>[] = [];
    listener = (event) => {
      const Key = event.s3.object.key;
      found.push(s3.getObject({ Bucket, Key }).then(({ Body }) => Body!.transformToString()));
    };
    await put('a');
    await engine.deliverEvents();
    expect(await Promise.all(found)).toEqual(['a']);
  });

  it('wait for a listener that fails, in order, also over a restart', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    listener = fail;
    await put('a');
    await put('b');
    await engine.deliverEvents();
    expect(logged).toHaveBeenCalled();
    listener = take;
    await engine.deliverEvents();
    expect(told()).toEqual(['ObjectCreated:Put a', 'ObjectCreated:Put b']);
    listener = fail;
    await put('c');
    await close();
    listener = take;
    await open();
    await engine.deliverEvents();
    expect(told().slice(2)).toEqual(['ObjectCreated:Put c']);
    await engine.deliverEvents();
    expect(told()).toHaveLength(3);
  });

  it('are told again by themselves when the listener has failed', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    listener = fail;
    await put('a');
    await engine.deliverEvents();
    listener = take;
    await expect.poll(told, { timeout: 5000 }).toEqual(['ObjectCreated:Put a']);
  });
});

describe('durability', () => {
  it('keeps objects, versions, tags, uploads and their parts over a restart', async () => {
    await enableVersioning();
    await put('a', 'k=v');
    await put('a', 'k=w');
    const { UploadId } = await s3.createMultipartUpload({ Bucket, Key: 'v', ContentType: 'video/mp4' });
    const { ETag } = await s3.uploadPart({ Bucket, Key: 'v', UploadId, PartNumber: 1, Body: 'x' });
    await close();
    await open();
    expect(await versions()).toEqual(['a', 'a']);
    expect((await s3.getObjectTagging({ Bucket, Key: 'a' })).TagSet).toEqual([{ Key: 'k', Value: 'w' }]);
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    await s3.completeMultipartUpload({ Bucket, Key: 'v', UploadId, MultipartUpload });
    const { Body, ContentType } = await s3.getObject({ Bucket, Key: 'v' });
    expect([await Body!.transformToString(), ContentType]).toEqual(['x', 'video/mp4']);
  });

  it('sweeps what nothing refers to at its start', async () => {
    await put('a');
    await close();
    writeFileSync(join(folder, 'blobs', 'left-behind'), 'x');
    await open();
    expect(blobs()).toHaveLength(1);
    const { Body } = await s3.getObject({ Bucket, Key: 'a' });
    expect(await Body!.transformToString()).toBe('a');
  });

  it('lets only one engine have a folder', async () => {
    await expect(openS3Engine({ dir: folder, clock: { now: () => now }, credentials })).rejects.toThrow(
      'locked',
    );
    expect(await keys()).toEqual([]);
  });

  it('loses no acknowledged object and no event when it is killed while others upload', async () => {
    const dir = join(folder, 'killed');
    const child = spawn(process.execPath, ['--input-type=module', '-e', KILLED, dir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    const acknowledged: string[] = [];
    for await (const line of createInterface(child.stdout)) {
      acknowledged.push(line);
      if (acknowledged.length === 60) child.kill('SIGKILL');
    }
    expect(await exited).toEqual([null, 'SIGKILL']);

    const heard = new Set<string>();
    const reopened = await openS3Engine({
      dir,
      clock: { now: () => START },
      credentials,
      onEvent: ({ s3 }) => void heard.add(s3.object.key),
    });
    await reopened.deliverEvents();
    const client = new S3({
      endpoint: reopened.url,
      region: 'us-east-1',
      credentials,
      systemClockOffset: START - Date.now(),
    });
    for (const Key of acknowledged) {
      const { Body } = await client.getObject({ Bucket, Key });
      expect(await Body!.transformToString()).toBe(Key.repeat(5000));
    }
    expect(acknowledged.filter((key) => !heard.has(key))).toEqual([]);
    const { KeyCount } = await client.listObjectsV2({ Bucket });
    expect(readdirSync(join(dir, 'blobs'))).toHaveLength(KeyCount!);
    client.destroy();
    await reopened.close();
  });
});

/** Serves a folder and uploads to itself, five at a time, over HTTP; a line per acknowledged object. Nobody takes its events. */
const KILLED = `
  const { openS3Engine } = await import(${JSON.stringify(new URL('../../infra/local/engines/s3.ts', import.meta.url).href)});
  const { S3 } = await import(${JSON.stringify(import.meta.resolve('@aws-sdk/client-s3'))});
  const credentials = ${JSON.stringify(credentials)};
  const engine = await openS3Engine({
    dir: process.argv[1], clock: { now: () => ${START} }, credentials, onEvent: () => new Promise(() => {}),
  });
  const s3 = new S3({
    endpoint: engine.url, region: 'us-east-1', credentials, systemClockOffset: ${START} - Date.now(),
  });
  await s3.createBucket({ Bucket: '${Bucket}' });
  const upload = async (sender) => {
    for (let i = 0; ; i += 1) {
      const Key = sender + '-' + i;
      await s3.putObject({ Bucket: '${Bucket}', Key, Body: Key.repeat(5000) });
      process.stdout.write(Key + '\\n');
    }
  };
  await Promise.all(Array.from({ length: 5 }, (_, sender) => upload(sender)));
`;
