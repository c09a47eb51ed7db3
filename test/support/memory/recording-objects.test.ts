import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, GetObjectTaggingCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { S3Engine } from '../../../infra/local/engines/s3.ts';
import { openS3Engine } from '../../../infra/local/engines/s3.ts';
import { makeRecordingObjects } from '../../../shared/adapters/s3/recording-objects.ts';
import { epochMs, plusMinutes, toInstant } from '../../../shared/domain/instant.ts';
import type { RecordingObjects } from '../../../shared/ports/recording-objects.ts';
import { memoryRecordingObjects } from './recording-objects.ts';

const start = toInstant('2025-03-09T08:00:00.000Z');
const MiB = 1024 * 1024;
const Bucket = 'recordings';

type Put = (url: string, bytes: Uint8Array<ArrayBuffer>) => Promise<number>;

/** Everything that can be told of the store from outside, in one run of its operations. */
const tellAll = async (
  objects: RecordingObjects,
  put: Put,
  turn: (minutes: number) => void,
  retention: (key: string) => Promise<string | undefined>,
) => {
  const key = 'recordings/A-1/one';
  const upload = { key, uploadId: await objects.startUpload(key, 'video/mp4'), size: 5 * MiB + 3 };
  const sign = async (number: number, size: number) =>
    await objects.signPart({ ...upload, number, size }, 600, start);
  const small = await sign(2, 3);
  const told: unknown[] = [await put(small, new Uint8Array(4)), await put(small, new Uint8Array([1, 2, 3]))];
  turn(11);
  told.push(await put(small, new Uint8Array(3)));
  turn(0);
  told.push(await put(await sign(1, 5 * MiB), new Uint8Array(5 * MiB)));
  const parts = await objects.parts(key, upload.uploadId);
  told.push(parts, await objects.parts('recordings/A-1/two', upload.uploadId), await objects.find(key));
  const forged = [{ number: 1, etag: '"00000000000000000000000000000000"' }, parts![1]!];
  told.push(
    await objects.complete(upload, forged),
    await objects.complete(upload, []),
    await objects.complete({ ...upload, size: upload.size + 1 }, parts!),
    await objects.complete(upload, parts!),
    (await objects.find(key))?.size,
    await retention(key),
    await objects.parts(key, upload.uploadId),
    [...(await objects.read(key, 5 * MiB - 1, 5 * MiB + 2))],
    [...(await objects.read(key, 1, 1))],
  );
  await objects.setRetention(key, 'released');
  told.push(await retention(key));
  const again = { key, uploadId: await objects.startUpload(key, 'video/mp4'), size: 1 };
  told.push(await put(await objects.signPart({ ...again, number: 1 }, 600, start), new Uint8Array(1)));
  const [part] = (await objects.parts(key, again.uploadId))!;
  told.push(await objects.complete(again, [part!]));
  await objects.abort(key, again.uploadId);
  await objects.abort(key, again.uploadId);
  told.push(
    await objects.parts(key, again.uploadId),
    await objects.complete(again, [part!]),
    await objects.read('recordings/A-1/none', 0, 1).catch(() => 'thrown'),
    await objects.setRetention('recordings/A-1/none', 'kept').catch(() => 'thrown'),
  );
  return told;
};

describe('the store of recordings in memory', () => {
  const dir = mkdtempSync(join(tmpdir(), 'ninedays-s3-'));
  const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' };
  let now = start;
  let engine: S3Engine;
  let client: S3Client;
  const turn = (minutes: number): void => {
    now = plusMinutes(start, minutes);
  };

  beforeAll(async () => {
    engine = await openS3Engine({ dir, clock: { now: () => epochMs(now) }, credentials });
    client = new S3Client({
      endpoint: engine.url,
      region: 'us-east-1',
      credentials,
      forcePathStyle: true,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
    await client.send(new CreateBucketCommand({ Bucket }));
  });
  afterAll(async () => {
    client.destroy();
    await engine.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it('tells just what S3 tells of the same operations', async () => {
    const memory = memoryRecordingObjects(() => now);
    const ofMemory = await tellAll(
      memory,
      async (url, bytes) => memory.put(url, bytes).status,
      turn,
      async (key) => memory.object(key)?.retention,
    );
    const ofS3 = await tellAll(
      makeRecordingObjects(client, () => Bucket),
      async (url, body) => (await fetch(url, { method: 'PUT', body })).status,
      turn,
      async (Key) => (await client.send(new GetObjectTaggingCommand({ Bucket, Key }))).TagSet?.[0]?.Value,
    );
    expect(ofMemory).toEqual(ofS3);
    expect(ofS3).toContain('completed');
  });
});
