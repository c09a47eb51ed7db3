import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteObjectCommand,
  GetBucketCorsCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SchedulerEngine } from '../../infra/local/engines/scheduler.ts';
import { openSqsEngine, type SqsEngine } from '../../infra/local/engines/sqs.ts';
import { keepText } from '../../infra/local/kept-text.ts';
import { openLocalClock } from '../../infra/local/local-clock.ts';
import { localCredentials, localRegion, recordingsBucket } from '../../infra/local/local-env.ts';
import { makeMeter } from '../../infra/local/meter.ts';
import { openRecordingsStore, type RecordingsStore } from '../../infra/local/recordings-store.ts';
import { openRuntime, type Runtime } from '../../infra/local/runtime.ts';
import { makeTimeWheel } from '../../infra/local/time-wheel.ts';
import { toInstant } from '../../shared/domain/instant.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { recordingObjects } from '../../shared/runtime/deps.ts';

const start = '2025-03-09T08:00:00.000Z';
const Bucket = recordingsBucket;

describe('the bucket of recordings on one machine', () => {
  let dir: string;
  let sqs: SqsEngine;
  let store: RecordingsStore;
  let client: S3Client;
  let clock: ReturnType<typeof openLocalClock>;
  let meter: ReturnType<typeof makeMeter>;
  const open = async () => {
    store = await openRecordingsStore({ dir: join(dir, 's3'), clock, sqs, meter });
    client = new S3Client({
      endpoint: store.url,
      region: localRegion,
      credentials: localCredentials,
      systemClockOffset: clock.now() - Date.now(),
    });
  };
  const close = async () => {
    client.destroy();
    await store.close();
  };

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'recordings-'));
    clock = openLocalClock(keepText(join(dir, 'clock')), Date.parse(start));
    meter = makeMeter();
    sqs = await openSqsEngine({ file: ':memory:', clock });
    sqs.createQueue({ name: 'recording-events' });
    await open();
  });
  afterEach(async () => {
    await close();
    await sqs.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const put = async (Key: string, Tagging: string) =>
    await client.send(new PutObjectCommand({ Bucket, Key, Tagging, Body: 'video' }));
  const received = () => sqs.receive('recording-events').map(({ Body }) => JSON.parse(Body));
  const turnTo = async (to: string): Promise<void> => {
    const scheduler: Pick<SchedulerEngine, 'tick' | 'nextDueAt'> = {
      nextDueAt: () => null,
      tick: async () => 0,
    };
    const wheel = makeTimeWheel({
      clock,
      scheduler: scheduler as SchedulerEngine,
      lifecycle: store,
      pump: { drain: async () => {} },
      nextVisibleAt: () => null,
      expire: async () => {},
    });
    await wheel.turnTo(Date.parse(to));
    await wheel.close();
  };

  it('R5.1 R5.3 a released recording goes after 30 days, each step at its midnight and told; one that is kept does not', async () => {
    await put('recordings/let-go', 'retention=released');
    await put('recordings/kept', 'retention=kept');
    expect(store.nextDueAt()).toBe(Date.parse('2025-04-09T00:00:00Z'));
    await turnTo('2025-04-11T00:00:00Z');
    expect(received().map(({ time, detail }) => [time, detail.object.key, detail['deletion-type']])).toEqual([
      ['2025-04-09T00:00:00Z', 'recordings/let-go', 'Delete Marker Created'],
      ['2025-04-10T00:00:00Z', 'recordings/let-go', 'Permanently Deleted'],
    ]);
    expect(store.nextDueAt()).toBeNull();
  });

  it('a deletion by hand is told as such; what is put, and what is no recording, is not told', async () => {
    for (const Key of ['recordings/by-hand', 'elsewhere']) {
      await put(Key, 'retention=kept');
      await client.send(new DeleteObjectCommand({ Bucket, Key }));
    }
    await turnTo(start);
    expect(received().map(({ detail }) => [detail.object.key, detail.reason])).toEqual([
      ['recordings/by-hand', 'DeleteObject'],
    ]);
  });

  it('counts what S3 charges for: puts dearer than gets, deletions for nothing, the bucket itself not at all', async () => {
    await put('recordings/a', 'retention=kept');
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'recordings/a' }));
    const { operations, units } = meter.read();
    expect(operations).toEqual({ 's3.DeleteObject': 1, 's3.PutObject': 1 });
    expect(units).toMatchObject({ 's3.put-requests': 1 });
    expect(units).not.toHaveProperty('s3.get-requests');
  });

  it('has the cloud’s rules, and keeps them and its objects over a restart', async () => {
    await put('recordings/a', 'retention=kept');
    await store.admit(['http://127.0.0.1:4000']);
    await close();
    await open();
    expect(await client.send(new GetBucketVersioningCommand({ Bucket }))).toMatchObject({
      Status: 'Enabled',
    });
    const { Rules } = await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
    expect(Rules).toMatchObject([
      {
        Filter: { Tag: { Key: 'retention', Value: 'released' } },
        Expiration: { Days: 30 },
        NoncurrentVersionExpiration: { NoncurrentDays: 1 },
      },
      { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } },
      { Expiration: { ExpiredObjectDeleteMarker: true } },
    ]);
    const { CORSRules } = await client.send(new GetBucketCorsCommand({ Bucket }));
    expect(CORSRules).toMatchObject([
      { AllowedOrigins: ['http://127.0.0.1:4000'], AllowedMethods: ['GET', 'HEAD', 'PUT'] },
    ]);
  });
});

describe('recordings in the product on one machine', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'ninedays-'));
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await openRuntime({ port: 0, dataDir, clockStart: Date.parse(start), code: 'sources' });
  });
  afterAll(async () => {
    await runtime.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('a page of the product uploads by a presigned address, whatever the clock was turned to, and what is not finished is forgotten after a week', async () => {
    const turnTo = async (to: string) => {
      const answer = await fetch(`${runtime.url}/local/clock`, {
        method: 'POST',
        body: JSON.stringify({ to }),
      });
      expect(answer.status).toBe(200);
      return toInstant(to);
    };
    const now = await turnTo('2025-03-09T10:00:00.000Z');
    const objects = recordingObjects();
    const key = 'recordings/r-1';
    const uploadId = await objects.startUpload(key, 'video/mp4');
    const url = await objects.signPart({ key, uploadId, number: 1, size: 5 }, 900, now);
    expect(url.startsWith(`${readEnv('RECORDINGS_ORIGIN')}/${Bucket}/${key}?`)).toBe(true);

    const uploadFrom = async (origin: string) =>
      await fetch(url, { method: 'PUT', body: 'video', headers: { origin } });
    const answer = await uploadFrom(runtime.url);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('access-control-allow-origin')).toBe(runtime.url);
    expect(answer.headers.get('access-control-expose-headers')).toBe('ETag');
    const foreign = await uploadFrom('https://elsewhere.example');
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();

    const parts = (await objects.parts(key, uploadId))!;
    expect(await objects.complete({ key, uploadId, size: 5 }, parts)).toBe('completed');
    expect(await objects.find(key)).toMatchObject({ size: 5 });
    const unfinished = await objects.startUpload('recordings/r-2', 'video/mp4');
    await turnTo('2025-03-17T00:00:00.000Z');
    expect(await objects.parts('recordings/r-2', unfinished)).toBeNull();

    expect(runtime.meter().operations).toMatchObject({ 's3.UploadPart': 2, 's3.HeadObject': 1 });
    expect(runtime.meter().cost.byUnit['s3.put-requests']).toBeGreaterThan(0);
  });
});
