import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { request, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import {
  CompleteMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListPartsCommand,
  PutObjectCommand,
  S3,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openS3Engine, type S3Engine } from '../../infra/local/engines/s3.ts';

// AWS's documentation signs its examples with this key, at this time.
const START = Date.parse('2013-05-24T00:00:00Z');
const credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
const Bucket = 'recordings';
const PAGE = 'http://127.0.0.1:4000';

let folder: string;
let now: number;
let operations: string[];
let engine: S3Engine;
let s3: S3;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 's3-'));
  now = START;
  operations = [];
  engine = await openS3Engine({
    dir: folder,
    clock: { now: () => now },
    credentials,
    corsOrigins: [PAGE],
    onOperation: (operation) => operations.push(operation),
  });
  s3 = new S3({
    endpoint: engine.url,
    region: 'us-east-1',
    credentials,
    maxAttempts: 1,
    systemClockOffset: now - Date.now(),
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  await s3.createBucket({ Bucket });
  operations = [];
});

afterEach(async () => {
  s3.destroy();
  await engine.close();
  rmSync(folder, { recursive: true });
});

const turn = (seconds: number): void => {
  now += seconds * 1000;
};

type Signing = NonNullable<Parameters<typeof getSignedUrl>[2]>;

// The presigner's own type of a command fits none of them under exactOptionalPropertyTypes.
const sign = (command: object, options: Signing = {}): Promise<string> =>
  getSignedUrl(s3, command as never, { expiresIn: 900, signingDate: new Date(now), ...options });

const codeOf = async (response: Response): Promise<[number, string | undefined]> => [
  response.status,
  /<Code>(\w+)<\/Code>/.exec(await response.text())?.[1],
];

const blobs = (): string[] => readdirSync(join(folder, 'blobs'));

/** A request with a host and headers of the test's own choice, which `fetch` would not send. */
const ask = async (
  method: string,
  path: string,
  headers: OutgoingHttpHeaders,
  body: string | Buffer = '',
): Promise<{ status: number | undefined; code: string | undefined; headers: IncomingMessage['headers'] }> => {
  const { hostname, port } = new URL(engine.url);
  const asking = request({ hostname, port, method, path, headers }).end(body);
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  const code = /<Code>(\w+)<\/Code>/.exec(await text(response))?.[1];
  // A refusal may come before all has been sent.
  if (!asking.writableFinished) await once(asking, 'finish');
  return { status: response.statusCode, code, headers: response.headers };
};

describe('AWS’s published examples', () => {
  const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
  const host = 'examplebucket.s3.amazonaws.com';
  const authorization = (signedHeaders: string, signature: string): string =>
    `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/20130524/us-east-1/s3/aws4_request,SignedHeaders=${signedHeaders},Signature=${signature}`;
  const signed = { host, 'x-amz-date': '20130524T000000Z', 'x-amz-content-sha256': EMPTY };
  const base = 'host;x-amz-content-sha256;x-amz-date';

  // The examples name the bucket in the host: here their path is a bucket's, and what comes behind the signature refuses it.
  it.each<[string, string, string, OutgoingHttpHeaders]>([
    [
      'GET',
      '/test.txt',
      authorization(
        'host;range;x-amz-content-sha256;x-amz-date',
        'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
      ),
      { range: 'bytes=0-9' },
    ],
    [
      'PUT',
      '/test$file.text',
      authorization(
        'date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class',
        '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
      ),
      {
        date: 'Fri, 24 May 2013 00:00:00 GMT',
        'x-amz-storage-class': 'REDUCED_REDUNDANCY',
        'x-amz-content-sha256': '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
      },
    ],
    [
      'GET',
      '/?lifecycle',
      authorization(base, 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543'),
      {},
    ],
    [
      'GET',
      '/?max-keys=2&prefix=J',
      authorization(base, '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7'),
      {},
    ],
  ])('%s %s is signed as it says', async (method, path, authorization, more) => {
    const headers = { ...signed, ...more, authorization };
    expect(await ask(method, path, headers)).toMatchObject({ status: 501 });
    expect(await ask(method, `${path}x`, headers)).toMatchObject({
      status: 403,
      code: 'SignatureDoesNotMatch',
    });
  });

  it('the presigned address is signed as it says', async () => {
    const path =
      '/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404';
    expect(await ask('GET', path, { host })).toMatchObject({ status: 501 });
    expect(await ask('HEAD', path, { host })).toMatchObject({ status: 403 });
  });
});

describe('presigned addresses', () => {
  const put = async (Key: string, Body: string) => void (await s3.putObject({ Bucket, Key, Body }));

  it('let whoever has them do the one thing', async () => {
    const putting = await sign(new PutObjectCommand({ Bucket, Key: '培训/a b.mp4' }));
    const sent = await fetch(putting, { method: 'PUT', body: 'training' });
    expect([sent.status, sent.headers.get('etag')]).toEqual([
      200,
      `"${createHash('md5').update('training').digest('hex')}"`,
    ]);
    const getting = await sign(new GetObjectCommand({ Bucket, Key: '培训/a b.mp4' }));
    const part = await fetch(getting, { headers: { range: 'bytes=-3' } });
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([
      206,
      'bytes 5-7/8',
      'ing',
    ]);
    const heading = await sign(new HeadObjectCommand({ Bucket, Key: '培训/a b.mp4' }));
    const head = await fetch(heading, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '8']);
    expect(operations).toEqual(['PutObject', 'GetObject', 'HeadObject']);
  });

  it('upload a video in parts', async () => {
    const { UploadId } = await s3.createMultipartUpload({ Bucket, Key: 'video' });
    const url = await sign(new UploadPartCommand({ Bucket, Key: 'video', UploadId, PartNumber: 1 }));
    expect(new URL(url).searchParams.has('x-amz-checksum-crc32')).toBe(false);
    const sent = await fetch(url, { method: 'PUT', body: 'training' });
    const ETag = sent.headers.get('etag')!;
    await s3.completeMultipartUpload({
      Bucket,
      Key: 'video',
      UploadId,
      MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
    });
    const { Body } = await s3.getObject({ Bucket, Key: 'video' });
    expect(await Body!.transformToString()).toBe('training');
  });

  it('hold the caller to the checksum in them, which is the empty body’s by the SDK’s default', async () => {
    const client = new S3({ endpoint: engine.url, region: 'us-east-1', credentials });
    const url = await getSignedUrl(client, new PutObjectCommand({ Bucket, Key: 'a' }), {
      signingDate: new Date(now),
    });
    client.destroy();
    expect(new URL(url).searchParams.get('x-amz-checksum-crc32')).toBe('AAAAAA==');
    expect(await codeOf(await fetch(url, { method: 'PUT', body: 'training' }))).toEqual([400, 'BadDigest']);
    expect((await fetch(url, { method: 'PUT', body: '' })).status).toBe(200);
  });

  it('give the object the metadata in them; tags, which S3 drops there, are refused', async () => {
    const url = await sign(new PutObjectCommand({ Bucket, Key: 'a', Metadata: { order: 'ord-1' } }));
    expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(200);
    expect(await s3.headObject({ Bucket, Key: 'a' })).toMatchObject({ Metadata: { order: 'ord-1' } });
    const command = new PutObjectCommand({ Bucket, Key: 'b', Tagging: 'retention=released' });
    expect(await codeOf(await fetch(await sign(command), { method: 'PUT', body: 'x' }))).toEqual([
      501,
      'NotImplemented',
    ]);
    const unhoistableHeaders = new Set(['x-amz-tagging']);
    const headers = { 'x-amz-tagging': 'retention=released' };
    const good = await fetch(await sign(command, { unhoistableHeaders }), {
      method: 'PUT',
      body: 'x',
      headers,
    });
    expect(good.status).toBe(200);
    expect((await s3.getObjectTagging({ Bucket, Key: 'b' })).TagSet).toEqual([
      { Key: 'retention', Value: 'released' },
    ]);
  });

  it('are good from their time to their last second, and no longer', async () => {
    await put('a', 'x');
    const url = await sign(new GetObjectCommand({ Bucket, Key: 'a' }), { expiresIn: 60 });
    const statusAt = async (seconds: number) => {
      now = START + seconds * 1000;
      return await codeOf(await fetch(url));
    };
    expect(await statusAt(-901)).toEqual([403, 'AccessDenied']);
    expect(await statusAt(-900)).toEqual([200, undefined]);
    expect(await statusAt(60)).toEqual([200, undefined]);
    expect(await statusAt(60.001)).toEqual([403, 'AccessDenied']);
    expect(await (await fetch(url)).text()).toContain('<Message>Request has expired</Message>');
  });

  it.each(['0', '604801', '-1', 'soon', '1.5'])('are refused with %s seconds to live', async (seconds) => {
    const url = new URL(await sign(new GetObjectCommand({ Bucket, Key: 'a' })));
    url.searchParams.set('X-Amz-Expires', seconds);
    expect(await codeOf(await fetch(url))).toEqual([400, 'AuthorizationQueryParametersError']);
  });

  it('are good for what was signed alone', async () => {
    await put('a', 'x');
    await put('b', 'y');
    const { UploadId } = await s3.createMultipartUpload({ Bucket, Key: 'video' });
    const getting = await sign(new GetObjectCommand({ Bucket, Key: 'a' }));
    const part = await sign(new UploadPartCommand({ Bucket, Key: 'video', UploadId, PartNumber: 1 }));
    const lengthy = await sign(new PutObjectCommand({ Bucket, Key: 'c', ContentLength: 8 }));
    const typed = await sign(new PutObjectCommand({ Bucket, Key: 'c', ContentType: 'video/mp4' }), {
      signableHeaders: new Set(['content-type']),
    });
    const forged: [string, string, RequestInit][] = [
      ['another key', getting.replace('/a?', '/b?'), {}],
      ['another method', getting, { method: 'DELETE' }],
      ['another signature', getting.replace(/Signature=./, 'Signature=z'), {}],
      ['a shorter signature', getting.replace(/(Signature=\w{10})\w+/, '$1'), {}],
      ['a longer signature', getting.replace(/(Signature=\w+)/, '$1zz'), {}],
      ['a later expiry', getting.replace('Expires=900', 'Expires=9000'), {}],
      ['one more parameter', `${getting}&response-content-type=text/html`, {}],
      ['another part', part.replace('partNumber=1', 'partNumber=2'), { method: 'PUT', body: 'x' }],
      ['another upload', part.replace(UploadId!, UploadId!.toLowerCase()), { method: 'PUT', body: 'x' }],
      ['another operation', part.replace('partNumber=1&', ''), { method: 'POST', body: 'x' }],
      ['another length', lengthy, { method: 'PUT', body: 'too long!' }],
      ['another type', typed, { method: 'PUT', body: 'x', headers: { 'content-type': 'text/html' } }],
    ];
    operations = [];
    for (const [what, url, init] of forged)
      expect([what, ...(await codeOf(await fetch(url, init)))]).toEqual([what, 403, 'SignatureDoesNotMatch']);
    expect(operations).toEqual([]);
    expect((await fetch(lengthy, { method: 'PUT', body: '8 bytes!' })).status).toBe(200);
    expect((await s3.listObjectsV2({ Bucket })).Contents?.map(({ Key }) => Key)).toEqual(['a', 'b', 'c']);
  });

  it('are refused with a header that changes what is done and is not signed', async () => {
    const url = await sign(new PutObjectCommand({ Bucket, Key: 'a' }));
    const headers = { 'x-amz-tagging': 'retention=released' };
    expect(await codeOf(await fetch(url, { method: 'PUT', body: 'x', headers }))).toEqual([
      403,
      'AccessDenied',
    ]);
  });

  it('are refused without a signature, and with two', async () => {
    await put('a', 'x');
    expect(await codeOf(await fetch(`${engine.url}/${Bucket}/a`))).toEqual([403, 'AccessDenied']);
    expect(await codeOf(await fetch(`${engine.url}/`))).toEqual([403, 'AccessDenied']);
    expect(await codeOf(await fetch(`${engine.url}/missing/a`))).toEqual([403, 'AccessDenied']);
    const url = await sign(new GetObjectCommand({ Bucket, Key: 'a' }));
    expect(await codeOf(await fetch(url, { headers: { authorization: 'AWS4-HMAC-SHA256 x' } }))).toEqual([
      400,
      'InvalidArgument',
    ]);
    expect(await codeOf(await fetch(url.replace(/&X-Amz-Date=\w+/, '')))).toEqual([
      400,
      'AuthorizationQueryParametersError',
    ]);
  });

  it.each([
    ['region', { region: 'eu-west-1' }, 400, 'AuthorizationQueryParametersError'],
    ['key id', { credentials: { ...credentials, accessKeyId: 'other' } }, 403, 'InvalidAccessKeyId'],
    ['secret', { credentials: { ...credentials, secretAccessKey: 'other' } }, 403, 'SignatureDoesNotMatch'],
    ['session', { credentials: { ...credentials, sessionToken: 'some' } }, 400, 'InvalidToken'],
  ])('are refused with another %s', async (_, more, status, code) => {
    await put('a', 'x');
    const other = new S3({ endpoint: engine.url, region: 'us-east-1', credentials, ...more });
    const url = await getSignedUrl(other, new GetObjectCommand({ Bucket, Key: 'a' }), {
      signingDate: new Date(now),
    });
    other.destroy();
    expect(await codeOf(await fetch(url))).toEqual([status, code]);
  });

  it('law: an address that was changed anywhere in its path or query is refused', async () => {
    await put('a', 'x');
    const url = await sign(new GetObjectCommand({ Bucket, Key: 'a' }));
    const start = url.indexOf('/', 'http://'.length);
    const position = fc.integer({ min: start + 1, max: url.length - 1 });
    await fc.assert(
      fc.asyncProperty(position, fc.constantFrom('0', 'x', '/', '&', '=', '+'), async (at, character) => {
        const changed = url.slice(0, at) + character + url.slice(at + 1);
        fc.pre(changed !== url);
        const { status } = await fetch(changed);
        expect(status).toBeGreaterThanOrEqual(400);
        expect(status).toBeLessThan(500);
      }),
      { numRuns: 150 },
    );
    expect(operations).toEqual(['PutObject']);
  });
});

describe('signed headers', () => {
  it('are refused more than 15 minutes off the clock; the SDK corrects itself by the answer', async () => {
    turn(901);
    await expect(s3.listBuckets()).rejects.toMatchObject({
      name: 'RequestTimeTooSkewed',
      $metadata: { httpStatusCode: 403 },
    });
    const patient = new S3({ endpoint: engine.url, region: 'us-east-1', credentials });
    expect((await patient.listBuckets()).Buckets).toHaveLength(1);
    turn(40 * 86_400);
    expect((await patient.listBuckets()).Buckets).toHaveLength(1);
    patient.destroy();
  });

  it.each([
    ['region', { region: 'eu-west-1' }, 400, 'AuthorizationHeaderMalformed'],
    ['key id', { credentials: { ...credentials, accessKeyId: 'other' } }, 403, 'InvalidAccessKeyId'],
    ['secret', { credentials: { ...credentials, secretAccessKey: 'other' } }, 403, 'SignatureDoesNotMatch'],
    ['session', { credentials: { ...credentials, sessionToken: 'some' } }, 400, 'InvalidToken'],
  ])('are refused with another %s', async (_, more, httpStatusCode, name) => {
    const other = new S3({
      endpoint: engine.url,
      region: 'us-east-1',
      credentials,
      systemClockOffset: now - Date.now(),
      ...more,
    });
    await expect(other.getObject({ Bucket, Key: 'a' })).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode },
    });
    other.destroy();
  });

  it('sign the query by its names’ order, which is not that of the pairs', async () => {
    const query = 'a=1&a-b=2';
    const headers = signByHand('GET', '/', 'UNSIGNED-PAYLOAD', {}, query);
    expect(await ask('GET', '/?a-b=2&a=1', headers)).toMatchObject({ status: 501 });
    expect(await ask('GET', '/?a-b=2&a=2', headers)).toMatchObject({ status: 403 });
  });

  it('list in the newer way alone', async () => {
    const headers = signByHand('GET', `/${Bucket}`, 'UNSIGNED-PAYLOAD', {}, 'list-type=1');
    expect(await ask('GET', `/${Bucket}?list-type=1`, headers)).toMatchObject({ status: 400 });
  });

  it('are refused of another kind, and without the body’s', async () => {
    const other = await ask('GET', '/', { authorization: 'AWS key:signature' });
    expect(other).toMatchObject({ status: 400, code: 'InvalidRequest' });
    const bare = await ask('GET', '/', { authorization: 'AWS4-HMAC-SHA256 Credential=x' });
    expect(bare).toMatchObject({ status: 400, code: 'InvalidRequest' });
  });
});

/** Signs a request by hand, so that a test may send what no SDK sends. */
const signByHand = (
  method: string,
  path: string,
  payload: string,
  more: Record<string, string> = {},
  query = '',
): OutgoingHttpHeaders => {
  const time = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
  const headers: Record<string, string> = {
    host: new URL(engine.url).host,
    'x-amz-content-sha256': payload,
    'x-amz-date': time,
    ...more,
  };
  const names = Object.keys(headers).toSorted();
  const list = names.map((name) => `${name}:${headers[name]}\n`).join('');
  const canonical = [method, path, query, list, names.join(';'), payload].join('\n');
  const scope = [time.slice(0, 8), 'us-east-1', 's3', 'aws4_request'];
  const hash = createHash('sha256').update(canonical).digest('hex');
  let key: Buffer | string = `AWS4${credentials.secretAccessKey}`;
  for (const part of [...scope, ['AWS4-HMAC-SHA256', time, scope.join('/'), hash].join('\n')])
    key = createHmac('sha256', key).update(part).digest();
  const credential = [credentials.accessKeyId, ...scope].join('/');
  const signature = (key as Buffer).toString('hex');
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  };
};

describe('bodies', () => {
  const path = `/${Bucket}/a`;
  const sha256 = (body: string): string => createHash('sha256').update(body).digest('hex');
  const crcOf = (body: string | Buffer): string => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(crc32(body));
    return bytes.toString('base64');
  };
  const expectNothingKept = async () => {
    expect((await s3.listObjectsV2({ Bucket })).KeyCount).toBe(0);
    await expect.poll(blobs).toEqual([]);
  };

  it('are what was signed', async () => {
    const headers = signByHand('PUT', path, sha256('training'));
    expect(await ask('PUT', path, headers, 'trainin9')).toMatchObject({
      status: 400,
      code: 'XAmzContentSHA256Mismatch',
    });
    await expectNothingKept();
    expect(await ask('PUT', path, headers, 'training')).toMatchObject({ status: 200 });
    expect(await ask('PUT', path, signByHand('PUT', path, 'UNSIGNED-PAYLOAD'), 'x')).toMatchObject({
      status: 200,
    });
    expect(await ask('PUT', path, signByHand('PUT', path, 'none'), 'x')).toMatchObject({
      status: 400,
      code: 'InvalidArgument',
    });
  });

  it('signed chunk by chunk are not implemented', async () => {
    const headers = signByHand('PUT', path, 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD', {
      'x-amz-decoded-content-length': '1',
    });
    expect(await ask('PUT', path, headers, '1\r\nx\r\n0\r\n\r\n')).toMatchObject({ status: 501 });
  });

  it('have a length', async () => {
    const headers = signByHand('PUT', path, 'UNSIGNED-PAYLOAD');
    expect(await ask('PUT', path, { ...headers, 'transfer-encoding': 'chunked' }, 'x')).toMatchObject({
      status: 411,
      code: 'MissingContentLength',
    });
    const large = { ...headers, 'content-length': String(5 * 1024 ** 3 + 1), expect: '100-continue' };
    const { hostname, port } = new URL(engine.url);
    const asking = request({ hostname, port, method: 'PUT', path, headers: large });
    asking.flushHeaders();
    // Refused before the caller was told to send.
    const [response] = (await once(asking, 'response')) as [IncomingMessage];
    expect(await text(response)).toContain('<Code>EntityTooLarge</Code>');
    asking.destroy();
    await expectNothingKept();
  });

  const sendChunks = async (body: string | Buffer, length: number, trailer = 'x-amz-checksum-crc32') => {
    const headers = signByHand('PUT', path, 'STREAMING-UNSIGNED-PAYLOAD-TRAILER', {
      'content-encoding': 'aws-chunked',
      'x-amz-decoded-content-length': String(length),
      'x-amz-trailer': trailer,
    });
    const { status, code } = await ask('PUT', path, headers, body);
    return [status, code];
  };

  it('in chunks are taken apart, their trailing checksum checked', async () => {
    const first = 'x'.repeat(8192);
    const chunked = `2000\r\n${first}\r\n3\r\nend\r\n0\r\nx-amz-checksum-crc32:${crcOf(`${first}end`)}\r\n\r\n`;
    expect(await sendChunks(chunked, 8195)).toEqual([200, undefined]);
    const { Body } = await s3.getObject({ Bucket, Key: 'a' });
    expect(await Body!.transformToString()).toBe(`${first}end`);
  });

  it.each<[string, string, number, string | undefined, [number, string]]>([
    [
      'a wrong checksum',
      '1\r\nx\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n',
      1,
      undefined,
      [400, 'BadDigest'],
    ],
    ['no checksum', '1\r\nx\r\n0\r\n\r\n', 1, undefined, [400, 'InvalidRequest']],
    ['another length', '1\r\nx\r\n0\r\n\r\n', 2, undefined, [400, 'IncompleteBody']],
    ['more than the length', '2\r\nxy\r\n0\r\n\r\n', 1, undefined, [400, 'IncompleteBody']],
    ['no size', 'x\r\n0\r\n\r\n', 1, undefined, [400, 'IncompleteBody']],
    ['no line ends', 'x'.repeat(10_000), 1, undefined, [400, 'IncompleteBody']],
    ['a chunk without an end', '1\r\nxx\r\n0\r\n\r\n', 1, undefined, [400, 'IncompleteBody']],
    ['no last chunk', '1\r\nx\r\n', 1, undefined, [400, 'IncompleteBody']],
    [
      'a small chunk before the last',
      '1\r\nx\r\n1\r\ny\r\n0\r\n\r\n',
      2,
      undefined,
      [403, 'InvalidChunkSizeError'],
    ],
    ['another trailer', '1\r\nx\r\n0\r\n\r\n', 1, 'x-amz-meta-a', [400, 'InvalidRequest']],
  ])('in chunks with %s are refused', async (_, body, length, trailer, expected) => {
    expect(await sendChunks(body, length, trailer)).toEqual(expected);
    await expectNothingKept();
  });

  it('that are refused half-way get their answer all the same', async () => {
    const large = Buffer.alloc(30 * 1024 * 1024, 'x');
    const body = Buffer.concat([Buffer.from(`${large.length.toString(16)}\r\n`), large]);
    expect(await sendChunks(body, 1)).toEqual([400, 'IncompleteBody']);
    await expectNothingKept();
  });

  it('that break off leave nothing behind', async () => {
    const url = new URL(await sign(new PutObjectCommand({ Bucket, Key: 'a' })));
    const socket = connect(Number(url.port), url.hostname);
    socket.write(
      `PUT ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\ncontent-length: 1000\r\n\r\nhalf`,
    );
    await expect.poll(blobs).toHaveLength(1);
    socket.destroy();
    await expectNothingKept();
  });

  it('with a document that is none are refused', async () => {
    const { UploadId } = await s3.createMultipartUpload({ Bucket, Key: 'video' });
    const url = await sign(new CompleteMultipartUploadCommand({ Bucket, Key: 'video', UploadId }));
    const part = '<Part><PartNumber>1</PartNumber><ETag>x</ETag></Part>';
    const documents = [
      '',
      'x',
      '<CompleteMultipartUpload>',
      `<CompleteMultipartUpload>${part}</Complete>`,
      `<Other>${part}</Other>`,
      `<Other><CompleteMultipartUpload>${part}</CompleteMultipartUpload>`,
      `<CompleteMultipartUpload>${part}</CompleteMultipartUpload><more/>`,
      `<CompleteMultipartUpload>text${part}</CompleteMultipartUpload>`,
      `<!DOCTYPE x [<!ENTITY e "x">]><CompleteMultipartUpload>${part}</CompleteMultipartUpload>`,
      '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber></Part></CompleteMultipartUpload>',
      '<CompleteMultipartUpload><Part><PartNumber>-1</PartNumber><ETag>x</ETag></Part></CompleteMultipartUpload>',
      '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>&e;</ETag></Part></CompleteMultipartUpload>',
      '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>&#x110000;</ETag></Part></CompleteMultipartUpload>',
    ];
    for (const body of documents)
      expect([body, ...(await codeOf(await fetch(url, { method: 'POST', body })))]).toEqual([
        body,
        400,
        'MalformedXML',
      ]);
    const wellFormed = `\uFEFF<?xml version="1.0"?>\n<CompleteMultipartUpload xmlns="a" b='c'>\n <Part><PartNumber>1</PartNumber><ETag>&quot;x&#x22;&#34;</ETag></Part >\n</CompleteMultipartUpload>\n`;
    expect(await codeOf(await fetch(url, { method: 'POST', body: wellFormed }))).toEqual([
      400,
      'InvalidPart',
    ]);
  });
});

describe('pages of other origins', () => {
  const preflight = (path: string, origin: string, method: string, headers?: string) =>
    fetch(engine.url + path, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': method,
        ...(headers !== undefined && { 'access-control-request-headers': headers }),
      },
    });

  it('may ask beforehand, if theirs is one of the configured origins', async () => {
    const answer = await preflight(`/${Bucket}/a`, PAGE, 'PUT', 'content-type,x-amz-meta-a');
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'access-control-allow-origin': PAGE,
      'access-control-allow-methods': 'GET, HEAD, PUT',
      'access-control-allow-headers': 'content-type, x-amz-meta-a',
      'access-control-expose-headers': 'ETag',
      'access-control-max-age': '3600',
      vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
    });
    const refused = [403, 'AccessForbidden'];
    expect(await codeOf(await preflight(`/${Bucket}/a`, 'http://evil.example', 'PUT'))).toEqual(refused);
    expect(await codeOf(await preflight(`/${Bucket}/a`, PAGE, 'DELETE'))).toEqual(refused);
    expect(await codeOf(await preflight(`/${Bucket}/a`, PAGE, 'PUT', 'authorization'))).toEqual(refused);
    expect(await codeOf(await fetch(engine.url, { method: 'OPTIONS' }))).toEqual([400, 'BadRequest']);
  });

  it('can read the ETag and every refusal; others cannot', async () => {
    const put = async (url: string, origin: string) => {
      const { status, headers } = await fetch(url, { method: 'PUT', body: 'x', headers: { origin } });
      return [
        status,
        headers.get('access-control-allow-origin'),
        headers.get('access-control-expose-headers'),
      ];
    };
    const url = await sign(new PutObjectCommand({ Bucket, Key: 'a' }));
    expect(await put(url, PAGE)).toEqual([200, PAGE, 'ETag']);
    expect(await put(url, 'http://evil.example')).toEqual([200, null, null]);
    expect(await put(url.replace(/.$/, '!'), PAGE)).toEqual([403, PAGE, 'ETag']);
    turn(901);
    expect(await put(url, PAGE)).toEqual([403, PAGE, 'ETag']);
  });

  it('go by the bucket’s own configuration where it has one', async () => {
    await expect(s3.getBucketCors({ Bucket })).rejects.toMatchObject({ name: 'NoSuchCORSConfiguration' });
    const CORSRules = [
      { AllowedOrigins: ['https://*.example.com'], AllowedMethods: ['GET'], ID: 'play' },
      { AllowedOrigins: ['*'], AllowedMethods: ['HEAD'], AllowedHeaders: ['*'], MaxAgeSeconds: 5 },
    ];
    await s3.putBucketCors({ Bucket, CORSConfiguration: { CORSRules } });
    expect((await s3.getBucketCors({ Bucket })).CORSRules).toEqual(CORSRules);
    const origin = 'https://console.example.com';
    const allowed = await preflight(`/${Bucket}/a`, origin, 'GET');
    expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([200, origin]);
    const any = await preflight(`/${Bucket}/a`, PAGE, 'HEAD', 'x-any');
    expect([
      any.headers.get('access-control-allow-origin'),
      any.headers.get('access-control-allow-credentials'),
    ]).toEqual(['*', null]);
    expect(await codeOf(await preflight(`/${Bucket}/a`, PAGE, 'PUT'))).toEqual([403, 'AccessForbidden']);
    await s3.deleteBucketCors({ Bucket });
    expect((await preflight(`/${Bucket}/a`, PAGE, 'PUT')).status).toBe(200);
  });

  it('are refused a configuration with two wildcards in a pattern', async () => {
    const CORSRules = [{ AllowedOrigins: ['http*://*.example.com'], AllowedMethods: ['GET'] }];
    await expect(s3.putBucketCors({ Bucket, CORSConfiguration: { CORSRules } })).rejects.toMatchObject({
      name: 'InvalidRequest',
    });
  });
});

describe('reading', () => {
  it('with If-Range gets the range of what it knows, else the whole', async () => {
    const { ETag } = await s3.putObject({ Bucket, Key: 'a', Body: '0123456789' });
    const url = await sign(new GetObjectCommand({ Bucket, Key: 'a' }));
    const read = async (ifRange: string) => {
      const answer = await fetch(url, { headers: { range: 'bytes=2-3', 'if-range': ifRange } });
      return [answer.status, await answer.text()];
    };
    expect(await read(ETag!)).toEqual([206, '23']);
    expect(await read('"other"')).toEqual([200, '0123456789']);
    expect(await read(new Date(START).toUTCString())).toEqual([206, '23']);
    expect(await read(new Date(START - 1000).toUTCString())).toEqual([200, '0123456789']);
    expect(await read('never')).toEqual([200, '0123456789']);
  });

  it('goes on to its end though the object is deleted meanwhile', async () => {
    const size = 8 * 1024 * 1024;
    const { UploadId } = await s3.createMultipartUpload({ Bucket, Key: 'a' });
    const Parts = [];
    for (const PartNumber of [1, 2, 3]) {
      const Body = Buffer.alloc(size, PartNumber);
      const { ETag } = await s3.uploadPart({ Bucket, Key: 'a', UploadId, PartNumber, Body });
      Parts.push({ PartNumber, ETag });
    }
    await s3.completeMultipartUpload({ Bucket, Key: 'a', UploadId, MultipartUpload: { Parts } });
    const answer = await fetch(await sign(new GetObjectCommand({ Bucket, Key: 'a' })));
    const deleting = await sign(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    expect((await fetch(deleting, { method: 'DELETE' })).status).toBe(204);
    const again = await sign(new GetObjectCommand({ Bucket, Key: 'a' }));
    expect((await fetch(again)).status).toBe(404);
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect([bytes.length, bytes[0], bytes[size], bytes.at(-1)]).toEqual([3 * size, 1, 2, 3]);
    await expect.poll(blobs).toEqual([]);
  });

  it('that is given up frees what it held', async () => {
    await s3.putObject({ Bucket, Key: 'a', Body: Buffer.alloc(40 * 1024 * 1024) });
    const leaving = new AbortController();
    await fetch(await sign(new GetObjectCommand({ Bucket, Key: 'a' })), { signal: leaving.signal });
    await s3.deleteObject({ Bucket, Key: 'a' });
    leaving.abort();
    await expect.poll(blobs).toEqual([]);
  });

  it('tells the clock’s time', async () => {
    const { headers } = await fetch(engine.url);
    expect(headers.get('date')).toBe('Fri, 24 May 2013 00:00:00 GMT');
  });

  it('refuses an address that cannot be read', async () => {
    expect(await ask('GET', '/%ff', {})).toMatchObject({ status: 400, code: 'InvalidURI' });
    expect(await ask('GET', '*', {})).toMatchObject({ status: 400, code: 'InvalidURI' });
  });

  it('lists the parts of an upload by a presigned address', async () => {
    const { UploadId } = await s3.createMultipartUpload({ Bucket, Key: 'video' });
    const url = await sign(new ListPartsCommand({ Bucket, Key: 'video', UploadId }));
    expect(await (await fetch(url)).text()).toContain(`<UploadId>${UploadId}</UploadId>`);
  });
});
