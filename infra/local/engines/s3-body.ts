import { createHash } from 'node:crypto';
import type { Blobs } from './s3-blobs.ts';
import {
  algorithmOfHeader,
  checkedChecksum,
  givenChecksum,
  headerOfAlgorithm,
  isChecksumHeader,
  openChecksum,
  type Checksum,
  type ChecksumAlgorithm,
  type Digest,
} from './s3-checksums.ts';
import { S3Error } from './s3-errors.ts';
import { amzHeaderOf, headerOf, type S3Request } from './s3-request.ts';
import { UNSIGNED_TRAILER } from './s3-signature.ts';
import { malformedXml } from './s3-xml.ts';

/** A request whose signature has been checked; `payload` is what was signed for its body. */
export type SignedRequest = S3Request & { payload: string };

/** What was found while a body went by. */
export type ReceivedBody = { size: number; md5: Buffer; checksum: Checksum | null };

const incomplete = (): S3Error =>
  new S3Error(
    'IncompleteBody',
    'You did not provide the number of bytes specified by the Content-Length HTTP header',
  );

/** Chunks but the last have at least this many bytes. */
const MIN_CHUNK = 8192;
const MAX_LINE = 4096;

const openChunkReader = (source: AsyncIterator<Buffer>) => {
  let rest: Buffer = Buffer.alloc(0);
  const more = async (): Promise<Buffer> => {
    const { done, value } = await source.next();
    if (done === true) throw incomplete();
    return value;
  };
  return {
    line: async (): Promise<string> => {
      for (let end = rest.indexOf('\r\n'); ; end = rest.indexOf('\r\n')) {
        if (end > MAX_LINE || (end < 0 && rest.length > MAX_LINE)) throw incomplete();
        if (end >= 0) {
          const line = rest.toString('latin1', 0, end);
          rest = rest.subarray(end + 2);
          return line;
        }
        rest = Buffer.concat([rest, await more()]);
      }
    },
    async *bytes(count: number): AsyncGenerator<Buffer> {
      for (let left = count; left > 0;) {
        if (rest.length === 0) rest = await more();
        const piece = rest.subarray(0, left);
        rest = rest.subarray(piece.length);
        left -= piece.length;
        yield piece;
      }
    },
  };
};

const sizeOfChunk = (line: string): number => {
  if (!/^[\da-f]{1,8}$/i.test(line)) throw incomplete();
  return Number.parseInt(line, 16);
};

/** Takes the transfer format `aws-chunked` off a body; the trailing headers go to `trailers`. */
async function* withoutChunks(
  source: AsyncIterator<Buffer>,
  trailers: Map<string, string>,
): AsyncGenerator<Buffer> {
  const reader = openChunkReader(source);
  let previous = MIN_CHUNK;
  for (let size = sizeOfChunk(await reader.line()); size > 0; size = sizeOfChunk(await reader.line())) {
    if (previous < MIN_CHUNK)
      throw new S3Error(
        'InvalidChunkSizeError',
        `Only the last chunk is allowed to have a size less than ${MIN_CHUNK} bytes`,
      );
    previous = size;
    yield* reader.bytes(size);
    if ((await reader.line()) !== '') throw incomplete();
  }
  for (let line = await reader.line(); line !== ''; line = await reader.line()) {
    const colon = line.indexOf(':');
    trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
}

const declaredLength = (request: SignedRequest, maxBytes: number): number => {
  const header = request.payload === UNSIGNED_TRAILER ? 'x-amz-decoded-content-length' : 'content-length';
  const given = headerOf(request, header);
  if (given === undefined || !/^\d{1,15}$/.test(given))
    throw new S3Error('MissingContentLength', `You must provide the ${header} HTTP header.`);
  if (Number(given) > maxBytes)
    throw new S3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
      details: { ProposedSize: given, MaxSizeAllowed: String(maxBytes) },
    });
  return Number(given);
};

const declaredMd5 = (request: SignedRequest): Buffer | undefined => {
  const given = headerOf(request, 'content-md5');
  if (given === undefined) return undefined;
  const md5 = Buffer.from(given, 'base64');
  if (md5.length === 16) return md5;
  throw new S3Error('InvalidDigest', 'The Content-MD5 you specified was invalid.');
};

/** The algorithm whose value comes behind the body. */
const trailingAlgorithm = (request: SignedRequest): ChecksumAlgorithm | undefined => {
  const name = headerOf(request, 'x-amz-trailer')?.toLowerCase();
  if (name === undefined) return undefined;
  if (request.payload === UNSIGNED_TRAILER && isChecksumHeader(name)) return algorithmOfHeader(name);
  throw new S3Error('InvalidRequest', 'The value specified in the x-amz-trailer header is not supported');
};

const badDigest = (name: string): S3Error =>
  new S3Error('BadDigest', `The ${name} you specified did not match the calculated checksum.`);

/** The algorithm of the checksum that a request brings for its body, in a header or behind the body. */
export const declaredAlgorithm = (request: SignedRequest): ChecksumAlgorithm | undefined =>
  givenChecksum(request)?.algorithm ?? trailingAlgorithm(request);

/** Which checksum a body has to have, and its value, known at the latest when the body has gone by. */
const declaredChecksum = (request: SignedRequest, trailers: ReadonlyMap<string, string>) => {
  const given = givenChecksum(request);
  const algorithm = declaredAlgorithm(request);
  if (algorithm) {
    const value = (): string => given?.value ?? trailers.get(headerOfAlgorithm(algorithm)) ?? '';
    if (given) checkedChecksum(algorithm, value());
    return { algorithm, value: () => checkedChecksum(algorithm, value()) };
  }
  if (amzHeaderOf(request, 'x-amz-sdk-checksum-algorithm') === undefined) return undefined;
  throw new S3Error(
    'InvalidRequest',
    'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
  );
};

/**
 * Lets a request's body through piece by piece, and at its end throws unless length, SHA-256, MD5 and checksum are what
 * the request says. Whatever was done with the pieces has to be undone then.
 */
export async function* receiveBody(
  request: SignedRequest,
  maxBytes: number,
): AsyncGenerator<Buffer, ReceivedBody> {
  const trailers = new Map<string, string>();
  const length = declaredLength(request, maxBytes);
  const expectedMd5 = declaredMd5(request);
  const checksum = declaredChecksum(request, trailers);
  const sha256 = /^[\da-f]{64}$/.test(request.payload) ? createHash('sha256') : undefined;
  const md5 = createHash('md5');
  const check: Digest | undefined = checksum && openChecksum(checksum.algorithm);

  request.proceed();
  // A reader that stops early must not take the connection down: the refusal has to be answered on it.
  const raw = request.message.iterator({ destroyOnReturn: false });
  const source = request.payload === UNSIGNED_TRAILER ? withoutChunks(raw, trailers) : raw;
  let size = 0;
  try {
    for await (const piece of source) {
      size += piece.length;
      if (size > length) throw incomplete();
      md5.update(piece);
      sha256?.update(piece);
      check?.update(piece);
      yield piece;
    }
  } finally {
    await raw.return?.();
  }

  if (size < length) throw incomplete();
  if (sha256 && sha256.digest('hex') !== request.payload)
    throw new S3Error(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  const foundMd5 = md5.digest();
  if (expectedMd5 && !expectedMd5.equals(foundMd5)) throw badDigest('Content-MD5');
  const found = check?.digest().toString('base64');
  if (checksum && checksum.value().value !== found) throw badDigest(checksum.algorithm);
  return { size, md5: foundMd5, checksum: checksum ? checksum.value() : null };
}

/** A document has at most this many bytes: 10,000 parts with their checksums. */
const MAX_DOCUMENT = 8 * 1024 * 1024;

/** A request's document as text, verified. */
export const receiveText = async (request: SignedRequest): Promise<string> => {
  const pieces: Buffer[] = [];
  for await (const piece of receiveBody(request, MAX_DOCUMENT)) pieces.push(piece);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces));
  } catch {
    throw malformedXml();
  }
};

/** Keeps a request's body as a blob, and hands it over once it is verified and on the disk. If `keep` throws, it goes again. */
export const receiveBlob = async <Result>(
  blobs: Blobs,
  request: SignedRequest,
  maxBytes: number,
  keep: (blob: string, body: ReceivedBody) => Result,
): Promise<Result> => {
  const { blob, result } = await blobs.write(receiveBody(request, maxBytes));
  try {
    return keep(blob, result);
  } catch (error) {
    blobs.discard(blob);
    throw error;
  }
};
