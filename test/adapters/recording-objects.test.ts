import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  GetObjectTaggingCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openS3Engine } from '../../infra/local/engines/s3.ts';
import type { S3Engine } from '../../infra/local/engines/s3.ts';
import { inspectVideo } from '../../shared/adapters/video/inspect-video.ts';
import { makeRecordingObjects } from '../../shared/adapters/s3/recording-objects.ts';
import { plusMinutes, toInstant } from '../../shared/domain/instant.ts';
import type { RecordingObjects } from '../../shared/ports/recording-objects.ts';
import { bytesOf, makeMp4 } from '../support/make-video.ts';

const start = toInstant('2025-03-09T08:00:00.000Z');
const MiB = 1024 * 1024;
const Bucket = 'recordings';

describe('recordings in S3', () => {
  const dir = mkdtempSync(join(tmpdir(), 'ninedays-s3-'));
  const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' };
  let now = start;
  let engine: S3Engine;
  let client: S3Client;
  let objects: RecordingObjects;

  beforeAll(async () => {
    engine = await openS3Engine({ dir, clock: { now: () => Date.parse(now) }, credentials });
    client = new S3Client({
      endpoint: engine.url,
      region: 'us-east-1',
      credentials,
      forcePathStyle: true,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
    await client.send(new CreateBucketCommand({ Bucket }));
    await client.send(
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }),
    );
    objects = makeRecordingObjects(client, () => Bucket);
  });
  afterAll(async () => {
    client.destroy();
    await engine.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const put = async (url: string, body: Uint8Array<ArrayBuffer>): Promise<Response> =>
    await fetch(url, { method: 'PUT', body });

  /** Uploads the bytes in parts of 5 MiB through signed addresses, as a browser does. */
  const upload = async (key: string, bytes: Uint8Array<ArrayBuffer>) => {
    const uploadId = await objects.startUpload(key, 'video/mp4');
    const parts = [];
    for (let number = 1; (number - 1) * 5 * MiB < bytes.length; number += 1) {
      const part = bytes.slice((number - 1) * 5 * MiB, number * 5 * MiB);
      const url = await objects.signPart({ key, uploadId, number, size: part.length }, 600, now);
      const answer = await put(url, part);
      expect(answer.status).toBe(200);
      parts.push({ number, etag: answer.headers.get('etag')! });
    }
    return { uploadId, parts };
  };

  it('R2.2 go up in parts, are put together under their declared size, and are read by ranges', async () => {
    const bytes = bytesOf(makeMp4({ seconds: 90, size: 11 * MiB, header: 'end' })) as Uint8Array<ArrayBuffer>;
    const key = 'recordings/A-1/one';
    const { uploadId, parts } = await upload(key, bytes);
    expect((await objects.parts(key, uploadId))?.map(({ number, size }) => [number, size])).toEqual([
      [1, 5 * MiB],
      [2, 5 * MiB],
      [3, MiB],
    ]);
    await expect(objects.find(key)).resolves.toBeNull();
    await expect(objects.complete({ key, uploadId, size: bytes.length }, parts)).resolves.toBe('completed');
    const found = await objects.find(key);
    expect(found).toEqual({
      size: bytes.length,
      versionId: expect.stringMatching(/./),
    });
    await expect(objects.read(key, 5 * MiB - 2, 5 * MiB + 2)).resolves.toEqual(
      bytes.slice(5 * MiB - 2, 5 * MiB + 2),
    );
    const read = async (from: number, to: number) => await objects.read(key, from, to);
    await expect(inspectVideo({ size: bytes.length, read })).resolves.toMatchObject({
      container: 'mp4',
      durationSeconds: 90,
      playsInBrowser: true,
    });
  });

  it('are not put together with another size, a foreign part or over what is there', async () => {
    const key = 'recordings/A-1/two';
    const { uploadId, parts } = await upload(key, new Uint8Array(5 * MiB + 7));
    const whole = 5 * MiB + 7;
    const forged = [{ number: 1, etag: '"00000000000000000000000000000000"' }, ...parts.slice(1)];
    await expect(objects.complete({ key, uploadId, size: whole }, forged)).resolves.toBe('bad-parts');
    await expect(objects.complete({ key, uploadId, size: whole + 1 }, parts)).resolves.toBe('wrong-size');
    await expect(objects.complete({ key, uploadId, size: whole }, parts)).resolves.toBe('completed');
    await expect(objects.complete({ key, uploadId, size: whole }, parts)).resolves.not.toBe('completed');
    const again = await upload(key, new Uint8Array(3));
    await expect(objects.complete({ key, uploadId: again.uploadId, size: 3 }, again.parts)).resolves.toBe(
      'exists',
    );
    expect((await objects.find(key))?.size).toBe(whole);
  });

  it('take of a signed address just its part, its length, and until it expires', async () => {
    const key = 'recordings/A-1/three';
    const uploadId = await objects.startUpload(key, 'video/mp4');
    const url = await objects.signPart({ key, uploadId, number: 1, size: 3 }, 600, now);
    expect((await put(url, new Uint8Array(4))).status).toBe(403);
    expect((await put(url.replace('partNumber=1', 'partNumber=2'), new Uint8Array(3))).status).toBe(403);
    expect((await put(url.replace('three', 'four'), new Uint8Array(3))).status).toBe(403);
    now = plusMinutes(start, 11);
    expect((await put(url, new Uint8Array(3))).status).toBe(403);
    now = start;
    expect((await put(url, new Uint8Array(3))).status).toBe(200);
    await expect(objects.parts(key, uploadId)).resolves.toHaveLength(1);
    await objects.abort(key, uploadId);
    await objects.abort(key, uploadId);
    await expect(objects.parts(key, uploadId)).resolves.toBeNull();
    await expect(objects.complete({ key, uploadId, size: 3 }, [])).resolves.not.toBe('completed');
  });

  it('R5.3 are kept until they are released, and can be kept again', async () => {
    const key = 'recordings/A-1/five';
    const { uploadId, parts } = await upload(key, new Uint8Array(3));
    await objects.complete({ key, uploadId, size: 3 }, parts);
    const tags = async () =>
      (await client.send(new GetObjectTaggingCommand({ Bucket, Key: key }))).TagSet?.map(
        ({ Key, Value }) => `${Key}=${Value}`,
      );
    await expect(tags()).resolves.toEqual(['retention=kept']);
    await objects.setRetention(key, 'released');
    await expect(tags()).resolves.toEqual(['retention=released']);
    await objects.setRetention(key, 'kept');
    await expect(tags()).resolves.toEqual(['retention=kept']);
  });

  it('R2.3 are given out by a signed address: in ranges, and as a download under their Chinese name', async () => {
    const key = 'recordings/A-1/six';
    const { uploadId, parts } = await upload(key, new Uint8Array([1, 2, 3, 4]));
    await objects.complete({ key, uploadId, size: 4 }, parts);
    const watch = await objects.signDownload({ key, contentType: 'video/mp4', fileName: null }, 600, now);
    const part = await fetch(watch, { headers: { range: 'bytes=1-2' } });
    expect([part.status, part.headers.get('content-type'), part.headers.get('content-disposition')]).toEqual([
      206,
      'video/mp4',
      'inline',
    ]);
    expect(new Uint8Array(await part.arrayBuffer())).toEqual(new Uint8Array([2, 3]));
    const file = { key, contentType: 'video/mp4', fileName: '星空乐园 培训(一).mp4' };
    const whole = await fetch(await objects.signDownload(file, 600, now));
    const disposition = whole.headers.get('content-disposition') ?? '';
    expect(decodeURIComponent(disposition.split("''")[1] ?? '')).toBe('星空乐园 培训(一).mp4');
    now = plusMinutes(start, 11);
    expect((await fetch(watch)).status).toBe(403);
    now = start;
  });

  it('tell of what is not there', async () => {
    await expect(objects.find('recordings/A-1/none')).resolves.toBeNull();
    await expect(objects.parts('recordings/A-1/none', 'no-such-upload')).resolves.toBeNull();
    await expect(objects.read('recordings/A-1/none', 0, 1)).rejects.toThrow(/key/);
    await expect(objects.read('recordings/A-1/none', 1, 1)).resolves.toEqual(new Uint8Array());
  });
});
