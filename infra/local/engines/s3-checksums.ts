import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import * as z from 'zod/mini';
import { notImplemented, S3Error } from './s3-errors.ts';
import { amzHeaderOf, headerNames, type S3Request } from './s3-request.ts';

export const ChecksumAlgorithm = z.enum(['CRC32', 'CRC32C', 'SHA1', 'SHA256']);
export type ChecksumAlgorithm = z.output<typeof ChecksumAlgorithm>;

/** `value` is base64; a multipart object's has the number of its parts behind it (`…-3`): a checksum of checksums. */
export const Checksum = z.object({ algorithm: ChecksumAlgorithm, value: z.string() });
export type Checksum = z.output<typeof Checksum>;

/** Takes bytes in, piece by piece. */
export type Digest = { update(bytes: Buffer): void; digest(): Buffer };

/** CRC-32C's polynomial, bits reversed. */
const CASTAGNOLI = 0x82f6_3b78;
const CRC32C_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ CASTAGNOLI : value >>> 1;
  return value;
});

const crc32c = (bytes: Buffer, start: number): number => {
  let value = ~start;
  for (const byte of bytes) value = (CRC32C_TABLE[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8);
  return ~value >>> 0;
};

const cyclic = (next: (bytes: Buffer, start: number) => number): Digest => {
  let value = 0;
  return {
    update: (bytes) => void (value = next(bytes, value)),
    digest: () => {
      const result = Buffer.alloc(4);
      result.writeUInt32BE(value);
      return result;
    },
  };
};

const hashing = (name: string): Digest => {
  const hash = createHash(name);
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest() };
};

const ALGORITHMS = {
  CRC32: { length: 4, open: () => cyclic(crc32) },
  CRC32C: { length: 4, open: () => cyclic(crc32c) },
  SHA1: { length: 20, open: () => hashing('sha1') },
  SHA256: { length: 32, open: () => hashing('sha256') },
} as const satisfies Record<ChecksumAlgorithm, { length: number; open: () => Digest }>;

export const openChecksum = (algorithm: ChecksumAlgorithm): Digest => ALGORITHMS[algorithm].open();

/** An algorithm by its name; 501 for those that only S3 knows. */
export const checksumAlgorithm = (name: string): ChecksumAlgorithm => {
  const { data } = z.safeParse(ChecksumAlgorithm, name);
  if (data !== undefined) return data;
  throw notImplemented(`The checksum algorithm ${name}`);
};

const PREFIX = 'x-amz-checksum-';
const OTHERS = new Set(['x-amz-checksum-algorithm', 'x-amz-checksum-mode', 'x-amz-checksum-type']);

export const isChecksumHeader = (name: string): boolean => name.startsWith(PREFIX) && !OTHERS.has(name);

/** The algorithm of a header such as `x-amz-checksum-crc32`. */
export const algorithmOfHeader = (name: string): ChecksumAlgorithm =>
  checksumAlgorithm(name.slice(PREFIX.length).toUpperCase());

export const headerOfAlgorithm = (algorithm: ChecksumAlgorithm): string => PREFIX + algorithm.toLowerCase();

/** Refuses a text that cannot be a checksum of the algorithm. */
export const checkedChecksum = (algorithm: ChecksumAlgorithm, value: string): Checksum => {
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length === ALGORITHMS[algorithm].length && bytes.toString('base64') === value)
    return { algorithm, value };
  throw new S3Error('InvalidRequest', `Value for ${headerOfAlgorithm(algorithm)} header is invalid.`);
};

/** The one checksum that a request's headers give, as it stands there. */
export const givenChecksum = (request: S3Request): Checksum | undefined => {
  const [name, ...more] = new Set(headerNames(request).filter(isChecksumHeader));
  if (name === undefined) return undefined;
  if (more.length === 0)
    return { algorithm: algorithmOfHeader(name), value: amzHeaderOf(request, name) ?? '' };
  throw new S3Error(
    'InvalidRequest',
    'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
  );
};

/** A multipart object's checksum: that of its parts' checksums (base64), in order. */
export const compositeChecksum = (algorithm: ChecksumAlgorithm, parts: readonly string[]): Checksum => {
  const digest = openChecksum(algorithm);
  for (const value of parts) digest.update(Buffer.from(value, 'base64'));
  return { algorithm, value: `${digest.digest().toString('base64')}-${parts.length}` };
};

export const checksumType = ({ value }: Checksum): 'COMPOSITE' | 'FULL_OBJECT' =>
  value.includes('-') ? 'COMPOSITE' : 'FULL_OBJECT';

export const checksumElements = (checksum: Checksum | null): Record<string, string> =>
  checksum ? { [`Checksum${checksum.algorithm}`]: checksum.value } : {};
