import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import {
  paginateListObjectsV2,
  S3,
  type CompletedPart,
  type CreateMultipartUploadCommandInput,
  type GetObjectCommandInput,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openS3Engine, type S3Engine } from '../../infra/local/engines/s3.ts';

const START = Date.parse('2025-03-08T02:00:00Z');
const MiB = 1024 * 1024;
const Bucket = 'recordings';
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

let folder: string;
let now: number;
let operations: string[];
let engine: S3Engine;
let s3: S3;

const clientOf = (more: ConstructorParameters<typeof S3>[0] = {}): S3 =>
  new S3({
    endpoint: engine.url,
    region: 'us-east-1',
    credentials,
    maxAttempts: 1,
    // The SDK signs with this machine's time, corrected by this.
    systemClockOffset: now - Date.now(),
    ...more,
  });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 's3-'));
  now = START;
  operations = [];
  engine = await openS3Engine({
    dir: folder,
    clock: { now: () => now },
    credentials,
    onOperation: (operation) => operations.push(operation),
  });
  s3 = clientOf();
  await s3.createBucket({ Bucket });
});

afterEach(async () => {
  s3.destroy();
  await engine.close();
  rmSync(folder, { recursive: true });
});

const turn = (seconds: number): void => {
  now += seconds * 1000;
};

const put = (
  Key: string,
  Body: NonNullable<PutObjectCommandInput['Body']>,
  more: Partial<PutObjectCommandInput> = {},
) => s3.putObject({ Bucket, Key, Body, ...more });

const get = async (Key: string, more: Partial<GetObjectCommandInput> = {}) => {
  const { Body, ...rest } = await s3.getObject({ Bucket, Key, ...more });
  return { ...rest, bytes: Buffer.from(await Body!.transformToByteArray()) };
};

const textOf = async (Key: string, more: Partial<GetObjectCommandInput> = {}) =>
  (await get(Key, more)).bytes.toString();

const enableVersioning = () =>
  s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: 'Enabled' } });

const refusal = (name: string, httpStatusCode: number) => ({ name, $metadata: { httpStatusCode } });

const blobs = (): string[] => readdirSync(join(folder, 'blobs'));

/** Discarded blobs go after the answer. */
const settlesAt = async (count: number): Promise<void> => {
  await expect.poll(blobs).toHaveLength(count);
};

/** Bytes that differ everywhere, so that any mistake in their order shows. */
const noise = (size: number, seed = 1): Buffer => {
  const bytes = Buffer.alloc(size);
  for (let at = 0, value = seed; at + 4 <= size; at += 4) {
    value = (Math.imul(value, 1_664_525) + 1_013_904_223) >>> 0;
    bytes.writeUInt32LE(value, at);
  }
  return bytes;
};

const md5 = (bytes: Buffer): string => createHash('md5').update(bytes).digest('hex');

describe('buckets', () => {
  it('creates, heads and lists them', async () => {
    await s3.createBucket({ Bucket: 'another' });
    expect((await s3.listBuckets()).Buckets).toEqual([
      { Name: 'another', CreationDate: new Date(START) },
      { Name: Bucket, CreationDate: new Date(START) },
    ]);
    expect(await s3.headBucket({ Bucket })).toMatchObject({ BucketRegion: 'us-east-1' });
    await expect(s3.headBucket({ Bucket: 'missing' })).rejects.toMatchObject(refusal('NotFound', 404));
  });

  it('creates one again without touching it, as S3 does in this region', async () => {
    await put('a', 'x');
    await s3.createBucket({ Bucket });
    expect(await textOf('a')).toBe('x');
  });

  it.each(['ab', 'Upper', 'under_score', '-start', 'end-', 'a..b', '127.0.0.1', 'x'.repeat(64)])(
    'refuses the bucket name «%s»',
    async (name) => {
      await expect(s3.createBucket({ Bucket: name })).rejects.toMatchObject(
        refusal('InvalidBucketName', 400),
      );
    },
  );

  it('refuses another region’s bucket', async () => {
    const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' } as const;
    await expect(s3.createBucket({ Bucket: 'abroad', CreateBucketConfiguration })).rejects.toMatchObject(
      refusal('IllegalLocationConstraintException', 400),
    );
  });

  it('knows no bucket that was not created', async () => {
    const missing = { Bucket: 'missing', Key: 'a' };
    const expected = refusal('NoSuchBucket', 404);
    await expect(s3.putObject({ ...missing, Body: 'x' })).rejects.toMatchObject(expected);
    await expect(s3.getObject(missing)).rejects.toMatchObject(expected);
    await expect(s3.deleteObject(missing)).rejects.toMatchObject(expected);
    await expect(s3.listObjectsV2(missing)).rejects.toMatchObject(expected);
    await expect(s3.createMultipartUpload(missing)).rejects.toMatchObject(expected);
    expect(blobs()).toEqual([]);
  });
});

describe('what is not implemented', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['CopyObject', () => s3.copyObject({ Bucket, Key: 'b', CopySource: `${Bucket}/a` })],
    ['ListObjects', () => s3.listObjects({ Bucket })],
    ['DeleteBucket', () => s3.deleteBucket({ Bucket })],
    ['GetBucketPolicy', () => s3.getBucketPolicy({ Bucket })],
    ['GetObjectAttributes', () => s3.getObjectAttributes({ Bucket, Key: 'a', ObjectAttributes: ['ETag'] })],
    ['an ACL', () => put('b', 'x', { ACL: 'private' })],
    ['encryption', () => put('b', 'x', { ServerSideEncryption: 'aws:kms' })],
    ['a storage class', () => put('b', 'x', { StorageClass: 'GLACIER' })],
    ['a part of an object', () => s3.getObject({ Bucket, Key: 'a', PartNumber: 1 })],
    ['several ranges', () => s3.getObject({ Bucket, Key: 'a', Range: 'bytes=0-0,2-2' })],
    ['a delimiter', () => s3.listObjectsV2({ Bucket, Delimiter: '/' })],
    ['deleting on a condition', () => s3.deleteObject({ Bucket, Key: 'a', IfMatch: '"x"' })],
    ['checksums of whole multipart objects', () => start('b', { ChecksumType: 'FULL_OBJECT' })],
    ['CRC64NVME', () => start('b', { ChecksumAlgorithm: 'CRC64NVME' })],
  ])('answers %s with 501', async (_, ask) => {
    await put('a', 'x');
    await expect(ask()).rejects.toMatchObject(refusal('NotImplemented', 501));
    expect((await s3.listObjectsV2({ Bucket })).Contents?.map(({ Key }) => Key)).toEqual(['a']);
  });

  it('answers elements of a configuration that it does not know with 501', async () => {
    const LifecycleConfiguration = {
      Rules: [
        {
          Status: 'Enabled' as const,
          Filter: { Prefix: '' },
          Transitions: [{ Days: 1, StorageClass: 'GLACIER' as const }],
        },
      ],
    };
    await expect(
      s3.putBucketLifecycleConfiguration({ Bucket, LifecycleConfiguration }),
    ).rejects.toMatchObject(refusal('NotImplemented', 501));
    await expect(s3.getBucketLifecycleConfiguration({ Bucket })).rejects.toMatchObject(
      refusal('NoSuchLifecycleConfiguration', 404),
    );
  });
});

describe('objects', () => {
  it('gives back bytes, headers and metadata', async () => {
    const { ETag } = await put('a/b.mp4', 'training', {
      ContentType: 'video/mp4',
      ContentDisposition: "attachment; filename*=UTF-8''%E5%9F%B9%E8%AE%AD.mp4",
      CacheControl: 'private',
      ContentLanguage: 'zh',
      Metadata: { order: 'ord-1', note: 'a "b"; c' },
    });
    const object = await get('a/b.mp4');
    expect(object.bytes.toString()).toBe('training');
    expect(object).toMatchObject({
      ETag: `"${md5(Buffer.from('training'))}"`,
      ContentLength: 8,
      ContentType: 'video/mp4',
      ContentDisposition: "attachment; filename*=UTF-8''%E5%9F%B9%E8%AE%AD.mp4",
      CacheControl: 'private',
      ContentLanguage: 'zh',
      LastModified: new Date(START),
      AcceptRanges: 'bytes',
      Metadata: { order: 'ord-1', note: 'a "b"; c' },
    });
    expect(object.ETag).toBe(ETag);
    const { ContentLength, Metadata } = await s3.headObject({ Bucket, Key: 'a/b.mp4' });
    expect([ContentLength, Metadata?.['order']]).toEqual([8, 'ord-1']);
  });

  it('holds an object of no bytes, which has no range', async () => {
    await put('empty', Buffer.alloc(0));
    expect(await get('empty')).toMatchObject({ bytes: Buffer.alloc(0), ContentLength: 0 });
    await expect(get('empty', { Range: 'bytes=0-' })).rejects.toMatchObject(refusal('InvalidRange', 416));
    await settlesAt(0);
  });

  it('replaces an object and keeps only the new bytes', async () => {
    await put('a', 'old');
    await put('a', 'new');
    expect(await textOf('a')).toBe('new');
    await settlesAt(1);
  });

  it('says what is missing', async () => {
    await expect(get('missing')).rejects.toMatchObject({ ...refusal('NoSuchKey', 404), Key: 'missing' });
    await expect(s3.headObject({ Bucket, Key: 'missing' })).rejects.toMatchObject(refusal('NotFound', 404));
  });

  it('deletes an object, and one that is not there as well', async () => {
    await put('a', 'x');
    expect(await s3.deleteObject({ Bucket, Key: 'a' })).not.toHaveProperty('DeleteMarker', true);
    await s3.deleteObject({ Bucket, Key: 'a' });
    await expect(get('a')).rejects.toMatchObject(refusal('NoSuchKey', 404));
    await settlesAt(0);
  });

  it('deletes many at once', async () => {
    for (const key of ['a', 'b', 'c']) await put(key, 'x');
    const Objects = [{ Key: 'a' }, { Key: 'b<&>' }, { Key: 'c' }];
    expect((await s3.deleteObjects({ Bucket, Delete: { Objects } })).Deleted).toEqual(Objects);
    const quiet = { Objects: [{ Key: 'b' }], Quiet: true };
    expect((await s3.deleteObjects({ Bucket, Delete: quiet })).Deleted).toBeUndefined();
    expect((await s3.listObjectsV2({ Bucket })).KeyCount).toBe(0);
  });

  it('takes a stream of unknown content in the SDK’s chunks, with its checksum behind it', async () => {
    const bytes = noise(300_000);
    const body = Readable.from([bytes.subarray(0, 100_000), bytes.subarray(100_000)]);
    const { ChecksumCRC32 } = await put('stream', body, {
      ContentLength: bytes.length,
      ContentEncoding: 'identity',
    });
    const expected = Buffer.alloc(4);
    expected.writeUInt32BE(crc32(bytes));
    expect(ChecksumCRC32).toBe(expected.toString('base64'));
    expect(await get('stream')).toMatchObject({ bytes, ContentEncoding: 'identity' });
  });

  it.each(['CRC32', 'CRC32C', 'SHA1', 'SHA256'] as const)(
    'checks, keeps and gives back a %s',
    async (ChecksumAlgorithm) => {
      const member = `Checksum${ChecksumAlgorithm}` as const;
      const sent = await put('a', '123456789', { ChecksumAlgorithm });
      // The check values of the algorithms' definitions, and of this machine's OpenSSL.
      const known = {
        CRC32: 'y/Q5Jg==',
        CRC32C: '4waSgw==',
        SHA1: createHash('sha1').update('123456789').digest('base64'),
        SHA256: createHash('sha256').update('123456789').digest('base64'),
      };
      expect(sent).toMatchObject({ [member]: known[ChecksumAlgorithm], ChecksumType: 'FULL_OBJECT' });
      const read = await get('a');
      expect(read[member]).toBe(known[ChecksumAlgorithm]);
      expect((await get('a', { Range: 'bytes=0-1' }))[member]).toBeUndefined();
    },
  );

  it('refuses bytes that are not what the caller says, and keeps nothing', async () => {
    const wrong = { ChecksumSHA256: createHash('sha256').update('other').digest('base64') };
    await expect(put('a', 'x', wrong)).rejects.toMatchObject(refusal('BadDigest', 400));
    const ContentMD5 = createHash('md5').update('other').digest('base64');
    await expect(put('a', 'x', { ContentMD5 })).rejects.toMatchObject(refusal('BadDigest', 400));
    await expect(put('a', 'x', { ContentMD5: 'bm9uZQ==' })).rejects.toMatchObject(
      refusal('InvalidDigest', 400),
    );
    await expect(put('a', 'x', { ChecksumCRC32: 'bm9u' })).rejects.toMatchObject(
      refusal('InvalidRequest', 400),
    );
    expect((await s3.listObjectsV2({ Bucket })).KeyCount).toBe(0);
    await settlesAt(0);
  });

  it('refuses metadata above 2 KiB and keys above 1,024 bytes', async () => {
    await expect(put('a', 'x', { Metadata: { a: 'x'.repeat(2048) } })).rejects.toMatchObject(
      refusal('MetadataTooLarge', 400),
    );
    await put('练'.repeat(341), 'x');
    await expect(put('练'.repeat(342), 'x')).rejects.toMatchObject(refusal('KeyTooLongError', 400));
  });

  it('answers other headers where the caller asks for them', async () => {
    await put('a', 'x', { ContentType: 'video/mp4' });
    const ResponseContentDisposition = `attachment; filename*=UTF-8''${encodeURIComponent('培训 一.mp4')}`;
    const asked = { ResponseContentDisposition, ResponseContentType: 'application/octet-stream' };
    expect(await get('a', asked)).toMatchObject({
      ContentDisposition: ResponseContentDisposition,
      ContentType: 'application/octet-stream',
    });
    await expect(get('a', { ResponseContentDisposition: 'attachment; 培训' })).rejects.toMatchObject(
      refusal('InvalidArgument', 400),
    );
    // The refused reading holds nothing.
    await s3.deleteObject({ Bucket, Key: 'a' });
    await settlesAt(0);
  });

  it('tells its operations by name', async () => {
    await put('a', 'x');
    await get('a');
    await s3.headObject({ Bucket, Key: 'a' });
    expect(operations).toEqual(['CreateBucket', 'PutObject', 'GetObject', 'HeadObject']);
  });
});

describe('keys', () => {
  const key = fc
    .string({ unit: 'binary', minLength: 1, maxLength: 40 })
    // The SDK's own address has no room for these.
    .filter((text) => !text.includes('\u0000') && !/^\.{1,2}$|(^|\/)\.{1,2}(\/|$)/.test(text));

  it('law: any text is a key of its own, and lists as itself in the order of its bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(key, { minLength: 1, maxLength: 4 }), async (keys) => {
        for (const Key of keys) await put(Key, Key);
        const { Contents = [] } = await s3.listObjectsV2({ Bucket });
        const sorted = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
        expect(Contents.map(({ Key }) => Key)).toEqual(sorted);
        for (const Key of keys) expect(await textOf(Key)).toBe(Key);
        await s3.deleteObjects({ Bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } });
        expect((await s3.listObjectsV2({ Bucket })).KeyCount).toBe(0);
      }),
      { numRuns: 12 },
    );
  });

  it('keeps every key in its own file, whatever it is called', async () => {
    await put('../../outside', 'x');
    await put('/etc/passwd', 'y');
    expect(await textOf('../../outside')).toBe('x');
    expect(blobs().every((name) => /^[\da-f-]{36}$/.test(name))).toBe(true);
    expect(readdirSync(folder).toSorted()).toEqual(expect.arrayContaining(['blobs', 'metadata.sqlite']));
  });
});

describe('ranges', () => {
  it('law: any range is the slice of the bytes, of whole and of composed objects', async () => {
    const bytes = noise(5 * MiB + 1000);
    await put('whole', bytes);
    await upload('composed', [bytes.subarray(0, 5 * MiB), bytes.subarray(5 * MiB)]);
    const size = bytes.length;
    const edge = fc.oneof(fc.nat(size + 10), fc.integer({ min: 5 * MiB - 3, max: 5 * MiB + 3 }));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('whole', 'composed'),
        edge,
        fc.nat(70_000),
        async (Key, first, length) => {
          const last = first + length;
          const reading = get(Key, { Range: `bytes=${first}-${last}` });
          if (first >= size) {
            await expect(reading).rejects.toMatchObject({
              ...refusal('InvalidRange', 416),
              ActualObjectSize: `${size}`,
            });
            return;
          }
          const found = await reading;
          expect(found.bytes.equals(bytes.subarray(first, last + 1))).toBe(true);
          expect(found.ContentRange).toBe(`bytes ${first}-${Math.min(last, size - 1)}/${size}`);
          expect(found.$metadata.httpStatusCode).toBe(206);
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([
    ['bytes=0-', '0123456789', 206],
    ['bytes=4-', '456789', 206],
    ['bytes=-3', '789', 206],
    ['bytes=-30', '0123456789', 206],
    ['bytes=9-9', '9', 206],
    ['bytes=5-3', '0123456789', 200],
    ['bytes=-', '0123456789', 200],
    ['lines=1-2', '0123456789', 200],
  ])('answers %s with «%s»', async (Range, text, status) => {
    await put('a', '0123456789');
    const found = await get('a', { Range });
    expect([found.bytes.toString(), found.$metadata.httpStatusCode]).toEqual([text, status]);
    expect(await s3.headObject({ Bucket, Key: 'a', Range })).toMatchObject({ ContentLength: text.length });
  });

  it.each(['bytes=10-', 'bytes=10-20', 'bytes=-0'])('refuses %s of ten bytes', async (Range) => {
    await put('a', '0123456789');
    await expect(get('a', { Range })).rejects.toMatchObject(refusal('InvalidRange', 416));
  });
});

describe('conditions', () => {
  const yesterday = new Date(START - 86_400_000);
  const tomorrow = new Date(START + 86_400_000);
  const other = '"00000000000000000000000000000000"';

  it('reads only what matches, or has changed', async () => {
    const { ETag } = await put('a', 'x');
    const failed = refusal('PreconditionFailed', 412);
    const unchanged = { $metadata: { httpStatusCode: 304 } };
    expect(await textOf('a', { IfMatch: ETag })).toBe('x');
    await expect(get('a', { IfMatch: other })).rejects.toMatchObject(failed);
    expect(await textOf('a', { IfNoneMatch: other })).toBe('x');
    await expect(get('a', { IfNoneMatch: `${other}, ${ETag}` })).rejects.toMatchObject(unchanged);
    expect(await textOf('a', { IfUnmodifiedSince: tomorrow })).toBe('x');
    await expect(get('a', { IfUnmodifiedSince: yesterday })).rejects.toMatchObject(failed);
    expect(await textOf('a', { IfModifiedSince: yesterday })).toBe('x');
    await expect(get('a', { IfModifiedSince: new Date(START) })).rejects.toMatchObject(unchanged);
    // The ETag counts before the date.
    expect(await textOf('a', { IfMatch: ETag, IfUnmodifiedSince: yesterday })).toBe('x');
    expect(await textOf('a', { IfNoneMatch: other, IfModifiedSince: tomorrow })).toBe('x');
  });

  it('writes only where nothing is, or what is known', async () => {
    const { ETag } = await put('a', 'first', { IfNoneMatch: '*' });
    const failed = refusal('PreconditionFailed', 412);
    await expect(put('a', 'second', { IfNoneMatch: '*' })).rejects.toMatchObject(failed);
    await expect(put('a', 'second', { IfMatch: other })).rejects.toMatchObject(failed);
    expect(await textOf('a')).toBe('first');
    await put('a', 'second', { IfMatch: ETag });
    expect(await textOf('a')).toBe('second');
    await expect(put('b', 'x', { IfMatch: other })).rejects.toMatchObject(refusal('NoSuchKey', 404));
    await settlesAt(1);
  });
});

describe('listing', () => {
  it('lists by prefix, in pages, in the order of the bytes', async () => {
    for (const key of ['b/2', 'a', 'b/1', 'b/10', 'c', 'b', '培/1', '\u{1F3A5}']) await put(key, key);
    const keys = async (input: object): Promise<(string | undefined)[]> => {
      const found: (string | undefined)[] = [];
      for await (const page of paginateListObjectsV2({ client: s3, pageSize: 2 }, { Bucket, ...input }))
        found.push(...(page.Contents ?? []).map(({ Key }) => Key));
      return found;
    };
    expect(await keys({})).toEqual(['a', 'b', 'b/1', 'b/10', 'b/2', 'c', '培/1', '\u{1F3A5}']);
    expect(await keys({ Prefix: 'b/' })).toEqual(['b/1', 'b/10', 'b/2']);
    expect(await keys({ Prefix: 'b/', StartAfter: 'b/1' })).toEqual(['b/10', 'b/2']);
    expect(await keys({ Prefix: 'd' })).toEqual([]);
    expect(await s3.listObjectsV2({ Bucket, Prefix: 'a' })).toMatchObject({
      Contents: [{ Key: 'a', Size: 1, ETag: `"${md5(Buffer.from('a'))}"`, LastModified: new Date(START) }],
      KeyCount: 1,
      MaxKeys: 1000,
      IsTruncated: false,
    });
  });

  it('refuses limits and tokens that are none', async () => {
    await expect(s3.listObjectsV2({ Bucket, MaxKeys: -1 })).rejects.toMatchObject(
      refusal('InvalidArgument', 400),
    );
    await expect(s3.listObjectsV2({ Bucket, ContinuationToken: 'no token' })).rejects.toMatchObject(
      refusal('InvalidArgument', 400),
    );
    expect(await s3.listObjectsV2({ Bucket, MaxKeys: 0 })).toMatchObject({ KeyCount: 0, IsTruncated: false });
  });
});

describe('tags', () => {
  const tagsOf = async (Key: string, VersionId?: string) =>
    (await s3.getObjectTagging({ Bucket, Key, VersionId })).TagSet;

  it('are set at the writing, replaced and deleted', async () => {
    await put('a', 'x', { Tagging: 'retention=held&order=a%2Fb+%E5%9F%B9' });
    expect(await tagsOf('a')).toEqual([
      { Key: 'retention', Value: 'held' },
      { Key: 'order', Value: 'a/b 培' },
    ]);
    expect(await get('a')).toMatchObject({ TagCount: 2 });
    const TagSet = [{ Key: 'retention', Value: 'released' }];
    await s3.putObjectTagging({ Bucket, Key: 'a', Tagging: { TagSet } });
    expect(await tagsOf('a')).toEqual(TagSet);
    expect((await s3.headObject({ Bucket, Key: 'a' })).LastModified).toEqual(new Date(START));
    await s3.deleteObjectTagging({ Bucket, Key: 'a' });
    expect(await tagsOf('a')).toEqual([]);
    expect(await textOf('a')).toBe('x');
  });

  it('belong to a version', async () => {
    await enableVersioning();
    const first = await put('a', '1', { Tagging: 'n=1' });
    const second = await put('a', '2', { Tagging: 'n=2' });
    await s3.putObjectTagging({
      Bucket,
      Key: 'a',
      VersionId: first.VersionId,
      Tagging: { TagSet: [{ Key: 'n', Value: '3' }] },
    });
    expect(await tagsOf('a', first.VersionId)).toEqual([{ Key: 'n', Value: '3' }]);
    expect(await tagsOf('a', second.VersionId)).toEqual([{ Key: 'n', Value: '2' }]);
  });

  it('are refused where S3 refuses them', async () => {
    const many = Array.from({ length: 11 }, (_, index) => `k${index}=v`).join('&');
    await expect(put('a', 'x', { Tagging: many })).rejects.toMatchObject(refusal('BadRequest', 400));
    for (const Tagging of ['a=1&a=2', '=v', `${'k'.repeat(129)}=v`, `k=${'v'.repeat(257)}`, 'k=%3C'])
      await expect(put('a', 'x', { Tagging })).rejects.toMatchObject(refusal('InvalidTag', 400));
    await expect(tagsOf('a')).rejects.toMatchObject(refusal('NoSuchKey', 404));
  });
});

describe('versions', () => {
  const listed = async () => {
    const { Versions = [], DeleteMarkers = [] } = await s3.listObjectVersions({ Bucket });
    return [
      ...Versions.map(({ Key, VersionId, IsLatest }) => [Key, VersionId, IsLatest]),
      ...DeleteMarkers.map(({ Key, VersionId, IsLatest }) => [`-${Key}`, VersionId, IsLatest]),
    ];
  };

  it('are kept from when versioning is enabled; what was there before is the version null', async () => {
    expect(await s3.getBucketVersioning({ Bucket })).not.toHaveProperty('Status');
    expect(await put('a', '0')).not.toHaveProperty('VersionId');
    await enableVersioning();
    expect(await s3.getBucketVersioning({ Bucket })).toMatchObject({ Status: 'Enabled' });
    const { VersionId } = await put('a', '1');
    expect(await textOf('a')).toBe('1');
    expect(await textOf('a', { VersionId: 'null' })).toBe('0');
    expect(await get('a', { VersionId })).toMatchObject({ VersionId, bytes: Buffer.from('1') });
    expect(await listed()).toEqual([
      ['a', VersionId, true],
      ['a', 'null', false],
    ]);
  });

  it('hides a deleted object behind a marker, which can be taken away again', async () => {
    await enableVersioning();
    const { VersionId } = await put('a', '1');
    const marker = await s3.deleteObject({ Bucket, Key: 'a' });
    expect(marker).toMatchObject({ DeleteMarker: true });
    await expect(get('a')).rejects.toMatchObject(refusal('NoSuchKey', 404));
    await expect(get('a', { VersionId: marker.VersionId })).rejects.toMatchObject(
      refusal('MethodNotAllowed', 405),
    );
    expect(await textOf('a', { VersionId })).toBe('1');
    expect((await s3.listObjectsV2({ Bucket })).KeyCount).toBe(0);
    expect(await listed()).toEqual([
      ['a', VersionId, false],
      ['-a', marker.VersionId, true],
    ]);
    // Nothing is there that a condition could find.
    await put('a', '2', { IfNoneMatch: '*' });
    const latest = await s3.deleteObject({ Bucket, Key: 'a' });
    const undone = await s3.deleteObject({ Bucket, Key: 'a', VersionId: latest.VersionId });
    expect(undone).toMatchObject({ DeleteMarker: true, VersionId: latest.VersionId });
    expect(await textOf('a')).toBe('2');
  });

  it('deletes a version for good, and the one before it is current again', async () => {
    await enableVersioning();
    const first = await put('a', '1');
    const second = await put('a', '2');
    expect(await s3.deleteObject({ Bucket, Key: 'a', VersionId: second.VersionId })).toMatchObject({
      VersionId: second.VersionId,
    });
    expect(await textOf('a')).toBe('1');
    await expect(get('a', { VersionId: second.VersionId })).rejects.toMatchObject(
      refusal('NoSuchVersion', 404),
    );
    await s3.deleteObject({ Bucket, Key: 'a', VersionId: first.VersionId });
    expect(await listed()).toEqual([]);
    await settlesAt(0);
    await expect(get('a', { VersionId: 'no-version' })).rejects.toMatchObject(
      refusal('InvalidArgument', 400),
    );
  });

  it('replaces only the version null while versioning is suspended', async () => {
    await enableVersioning();
    const { VersionId } = await put('a', '1');
    await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: 'Suspended' } });
    await put('a', '2');
    await put('a', '3');
    expect(await listed()).toEqual([
      ['a', 'null', true],
      ['a', VersionId, false],
    ]);
    expect(await s3.deleteObject({ Bucket, Key: 'a' })).toMatchObject({
      DeleteMarker: true,
      VersionId: 'null',
    });
    expect(await listed()).toEqual([
      ['a', VersionId, false],
      ['-a', 'null', true],
    ]);
    await settlesAt(1);
  });

  it('lists in pages, the latest first', async () => {
    await enableVersioning();
    const ids: (string | undefined)[] = [];
    for (const key of ['a', 'a', 'a', 'b']) ids.push((await put(key, 'x')).VersionId);
    const found: (string | undefined)[] = [];
    let markers = {};
    for (let more = true; more;) {
      const page = await s3.listObjectVersions({ Bucket, MaxKeys: 1, ...markers });
      found.push(...(page.Versions ?? []).map(({ VersionId }) => VersionId));
      markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
      more = page.IsTruncated === true;
    }
    expect(found).toEqual([ids[2], ids[1], ids[0], ids[3]]);
    const after = await s3.listObjectVersions({ Bucket, KeyMarker: 'a' });
    expect(after.Versions?.map(({ VersionId }) => VersionId)).toEqual([ids[3]]);
  });
});

const start = async (Key: string, more: Partial<CreateMultipartUploadCommandInput> = {}) => {
  const { UploadId } = await s3.createMultipartUpload({ Bucket, Key, ...more });
  return { Bucket, Key, UploadId };
};

type Upload = Awaited<ReturnType<typeof start>>;

const putPart = async (upload: Upload, PartNumber: number, Body: Buffer): Promise<CompletedPart> => {
  const { ETag } = await s3.uploadPart({ ...upload, PartNumber, Body });
  return { PartNumber, ETag };
};

const complete = (upload: Upload, Parts: CompletedPart[], more: object = {}) =>
  s3.completeMultipartUpload({ ...upload, MultipartUpload: { Parts }, ...more });

const upload = async (
  Key: string,
  pieces: Buffer[],
  more: Partial<CreateMultipartUploadCommandInput> = {},
) => {
  const begun = await start(Key, more);
  const parts = await Promise.all(pieces.map((piece, index) => putPart(begun, index + 1, piece)));
  return await complete(begun, parts);
};

/** The ETag of an object in parts, as AWS documents it. */
const compositeEtag = (pieces: Buffer[]): string => {
  const digests = pieces.map((piece) => createHash('md5').update(piece).digest());
  return `"${md5(Buffer.concat(digests))}-${pieces.length}"`;
};

describe('multipart uploads', () => {
  it('law: parts of any size, sent in any order, are the object', async () => {
    const sizes = fc.tuple(
      fc.array(fc.integer({ min: 5 * MiB, max: 6 * MiB }), { maxLength: 2 }),
      fc.nat(2 * MiB),
    );
    await fc.assert(
      fc.asyncProperty(sizes, fc.boolean(), async ([full, rest], isReversed) => {
        const pieces = [...full, rest].map((size, index) => noise(size, index + 7));
        const begun = await start('video');
        const numbered = pieces.map((piece, index) => ({ piece, number: index * 3 + 1 }));
        const parts: CompletedPart[] = [];
        for (const { piece, number } of isReversed ? numbered.toReversed() : numbered)
          parts.push(await putPart(begun, number, piece));
        parts.sort((a, b) => a.PartNumber! - b.PartNumber!);
        const { ETag } = await complete(begun, parts, { MpuObjectSize: Buffer.concat(pieces).length });
        expect(ETag).toBe(compositeEtag(pieces));
        const { bytes, ContentLength } = await get('video');
        expect(ContentLength).toBe(bytes.length);
        expect(bytes.equals(Buffer.concat(pieces))).toBe(true);
        await settlesAt(pieces.filter(({ length }) => length > 0).length);
      }),
      { numRuns: 5 },
    );
  });

  it('gives the object the type, metadata and tags that the upload began with', async () => {
    await upload('video', [noise(10)], {
      ContentType: 'video/mp4',
      Metadata: { order: 'ord-1' },
      Tagging: 'retention=held',
    });
    expect(await get('video')).toMatchObject({
      ContentType: 'video/mp4',
      Metadata: { order: 'ord-1' },
      TagCount: 1,
    });
    const { TagSet } = await s3.getObjectTagging({ Bucket, Key: 'video' });
    expect(TagSet).toEqual([{ Key: 'retention', Value: 'held' }]);
  });

  it('shows nothing before the completion, and no upload after it', async () => {
    const begun = await start('video');
    const part = await putPart(begun, 1, noise(10));
    await expect(get('video')).rejects.toMatchObject(refusal('NoSuchKey', 404));
    await complete(begun, [part]);
    const gone = refusal('NoSuchUpload', 404);
    await expect(complete(begun, [part])).rejects.toMatchObject(gone);
    await expect(s3.listParts(begun)).rejects.toMatchObject(gone);
    await expect(putPart(begun, 1, noise(10))).rejects.toMatchObject(gone);
    expect((await s3.listMultipartUploads({ Bucket })).Uploads).toBeUndefined();
    await settlesAt(1);
  });

  it('knows an upload only under its own key', async () => {
    const begun = await start('video');
    await expect(s3.listParts({ ...begun, Key: 'other' })).rejects.toMatchObject(
      refusal('NoSuchUpload', 404),
    );
  });

  it('lists parts in pages: number, size, ETag and time', async () => {
    const begun = await start('video');
    for (const number of [7, 1, 10_000]) {
      await putPart(begun, number, noise(number));
      turn(60);
    }
    const first = await s3.listParts({ ...begun, MaxParts: 2 });
    expect(first).toMatchObject({
      Parts: [
        { PartNumber: 1, Size: 1, ETag: `"${md5(noise(1))}"`, LastModified: new Date(START + 60_000) },
        { PartNumber: 7, Size: 7, LastModified: new Date(START) },
      ],
      IsTruncated: true,
      NextPartNumberMarker: '7',
    });
    const second = await s3.listParts({ ...begun, MaxParts: 2, PartNumberMarker: '7' });
    expect(second).toMatchObject({ Parts: [{ PartNumber: 10_000, Size: 10_000 }], IsTruncated: false });
    // S3 names a next marker on the last page, and 0 behind it: paging goes by IsTruncated, not by the SDK's paginator.
    expect(second.NextPartNumberMarker).toBe('10000');
    const behind = await s3.listParts({ ...begun, PartNumberMarker: '10000' });
    expect(behind).toMatchObject({ IsTruncated: false, NextPartNumberMarker: '0' });
    expect(behind.Parts).toBeUndefined();
  });

  it('replaces a part that is sent again', async () => {
    const begun = await start('video');
    const stale = await putPart(begun, 1, Buffer.from('old'));
    const part = await putPart(begun, 1, Buffer.from('new'));
    await settlesAt(1);
    await expect(complete(begun, [stale])).rejects.toMatchObject(refusal('InvalidPart', 400));
    await complete(begun, [part]);
    expect(await textOf('video')).toBe('new');
  });

  it.each([0, 10_001])('refuses the part number %i', async (number) => {
    await expect(putPart(await start('video'), number, noise(1))).rejects.toMatchObject(
      refusal('InvalidArgument', 400),
    );
  });

  it('refuses a completion that is not what was uploaded, and keeps the upload', async () => {
    const begun = await start('video');
    const [small, second] = [await putPart(begun, 1, noise(10)), await putPart(begun, 2, noise(20))];
    const full = await putPart(begun, 3, noise(5 * MiB));
    const cases: [CompletedPart[], object, string][] = [
      [[second, small], {}, 'InvalidPartOrder'],
      [[small, small], {}, 'InvalidPartOrder'],
      [[{ ...small, ETag: second.ETag }], {}, 'InvalidPart'],
      [[{ PartNumber: 4, ETag: small.ETag }], {}, 'InvalidPart'],
      [[small, second], {}, 'EntityTooSmall'],
      [[full, { ...small, PartNumber: 4 }], {}, 'InvalidPart'],
      [[small], { MpuObjectSize: 11 }, 'InvalidRequest'],
      [[{ ...small, ChecksumCRC32: 'y/Q5Jg==' }], {}, 'InvalidPart'],
      [[], {}, 'MalformedXML'],
    ];
    for (const [parts, more, name] of cases)
      await expect(complete(begun, parts, more)).rejects.toMatchObject(refusal(name, 400));
    expect((await s3.listParts(begun)).Parts).toHaveLength(3);
    await complete(begun, [small], { MpuObjectSize: 10 });
    expect((await get('video')).bytes.equals(noise(10))).toBe(true);
    await settlesAt(1);
  });

  it('overwrites nothing where the caller says so', async () => {
    await put('video', 'first');
    const begun = await start('video');
    const part = await putPart(begun, 1, Buffer.from('second'));
    await expect(complete(begun, [part], { IfNoneMatch: '*' })).rejects.toMatchObject(
      refusal('PreconditionFailed', 412),
    );
    expect(await textOf('video')).toBe('first');
    await s3.deleteObject({ Bucket, Key: 'video' });
    await complete(begun, [part], { IfNoneMatch: '*' });
    expect(await textOf('video')).toBe('second');
  });

  it('aborts, and frees the bytes', async () => {
    const begun = await start('video');
    await putPart(begun, 1, noise(10));
    await s3.abortMultipartUpload(begun);
    await expect(s3.abortMultipartUpload(begun)).rejects.toMatchObject(refusal('NoSuchUpload', 404));
    await settlesAt(0);
  });

  it('lists the uploads under way by prefix and in pages', async () => {
    const begun = [await start('a/1'), await start('a/1'), await start('a/2'), await start('b')];
    const found: (string | undefined)[] = [];
    let markers = {};
    for (let more = true; more;) {
      const page = await s3.listMultipartUploads({ Bucket, Prefix: 'a/', MaxUploads: 1, ...markers });
      found.push(...(page.Uploads ?? []).map(({ UploadId }) => UploadId));
      markers = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
      more = page.IsTruncated === true;
    }
    const [first, second, third] = begun.map(({ UploadId }) => UploadId!);
    expect(found).toEqual([...[first!, second!].toSorted(), third]);
    const { Uploads } = await s3.listMultipartUploads({ Bucket, KeyMarker: 'a/1' });
    expect(Uploads).toMatchObject([{ Key: 'a/2', Initiated: new Date(START) }, { Key: 'b' }]);
  });

  it('composes the parts’ checksums where the upload was created with an algorithm', async () => {
    const begun = await start('video', { ChecksumAlgorithm: 'SHA256' });
    const pieces = [noise(5 * MiB), noise(9)];
    const parts: CompletedPart[] = [];
    for (const [index, Body] of pieces.entries()) {
      const PartNumber = index + 1;
      const { ETag, ChecksumSHA256 } = await s3.uploadPart({
        ...begun,
        PartNumber,
        Body,
        ChecksumAlgorithm: 'SHA256',
      });
      parts.push({ PartNumber, ETag, ChecksumSHA256 });
    }
    expect(await s3.listParts(begun)).toMatchObject({
      ChecksumAlgorithm: 'SHA256',
      ChecksumType: 'COMPOSITE',
      Parts: [{ ChecksumSHA256: parts[0]!.ChecksumSHA256 }, { ChecksumSHA256: parts[1]!.ChecksumSHA256 }],
    });
    const swapped = [{ ...parts[0]!, ChecksumSHA256: parts[1]!.ChecksumSHA256 }, parts[1]!];
    await expect(complete(begun, swapped)).rejects.toMatchObject(refusal('InvalidPart', 400));
    const bare = parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag }));
    await expect(complete(begun, bare)).rejects.toMatchObject(refusal('InvalidRequest', 400));
    const sums = pieces.map((piece) => createHash('sha256').update(piece).digest());
    const expected = `${createHash('sha256').update(Buffer.concat(sums)).digest('base64')}-2`;
    expect(await complete(begun, parts)).toMatchObject({
      ChecksumSHA256: expected,
      ChecksumType: 'COMPOSITE',
    });
    expect(await s3.headObject({ Bucket, Key: 'video', ChecksumMode: 'ENABLED' })).toMatchObject({
      ChecksumSHA256: expected,
      ChecksumType: 'COMPOSITE',
    });
  });

  it('checks a part’s checksum, but knows nothing of it later, where the upload has no algorithm', async () => {
    const begun = await start('video');
    const { ETag, ChecksumCRC32 } = await s3.uploadPart({ ...begun, PartNumber: 1, Body: '123456789' });
    expect(ChecksumCRC32).toBe('y/Q5Jg==');
    const wrong = s3.uploadPart({ ...begun, PartNumber: 1, Body: 'other', ChecksumCRC32 });
    await expect(wrong).rejects.toMatchObject(refusal('BadDigest', 400));
    const part = { PartNumber: 1, ETag };
    await expect(complete(begun, [{ ...part, ChecksumCRC32 }])).rejects.toMatchObject(
      refusal('InvalidPart', 400),
    );
    expect(await complete(begun, [part])).not.toHaveProperty('ChecksumCRC32');
  });

  it('insists on each part’s checksum where the upload was created with an algorithm', async () => {
    const begun = await start('video', { ChecksumAlgorithm: 'SHA256' });
    const part = { ...begun, PartNumber: 1, Body: 'x' };
    await expect(s3.uploadPart(part)).rejects.toMatchObject(refusal('InvalidRequest', 400));
    const plain = clientOf({ requestChecksumCalculation: 'WHEN_REQUIRED' });
    await expect(plain.uploadPart(part)).rejects.toMatchObject(refusal('InvalidRequest', 400));
    plain.destroy();
    await settlesAt(0);
  });

  it('makes a version where the bucket has versions', async () => {
    await enableVersioning();
    await put('video', 'before');
    const { VersionId } = await upload('video', [Buffer.from('after')]);
    expect(await get('video')).toMatchObject({ VersionId, bytes: Buffer.from('after') });
  });
});
