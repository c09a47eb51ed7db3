import type { Clock } from '../../../shared/ports/clock.ts';
import type { Blobs } from './s3-blobs.ts';
import type { SignedRequest } from './s3-body.ts';
import { isChecksumHeader, type Checksum, checksumType, headerOfAlgorithm } from './s3-checksums.ts';
import type { Bucket, Buckets } from './s3-buckets.ts';
import type { S3Database } from './s3-database.ts';
import { notImplemented, S3Error } from './s3-errors.ts';
import { headerNames, parameterOf, type S3Request } from './s3-request.ts';
import type { Uploads } from './s3-uploads.ts';
import type { Version, Versions } from './s3-versions.ts';

/** What operations work on. */
export type S3State = {
  database: S3Database;
  buckets: Buckets;
  versions: Versions;
  uploads: Uploads;
  blobs: Blobs;
  clock: Clock;
  region: string;
};

export type Answer = {
  status?: number;
  headers?: Readonly<Record<string, string>>;
  xml?: string;
  bytes?: ReturnType<Blobs['read']>;
};

export type Operation = {
  /** The query parameters that it honours, besides the signature's. */
  query?: readonly string[];
  /** The `x-amz-…` headers, conditions and ranges that it honours, besides the signature's and the body's. */
  headers?: readonly string[];
  perform: (request: SignedRequest) => Answer | Promise<Answer>;
};

const COMMON_QUERY = new Set(['x-id']);
const COMMON_HEADERS = new Set(
  `x-amz-algorithm x-amz-credential x-amz-date x-amz-expires x-amz-signedheaders x-amz-signature x-amz-content-sha256
  x-amz-user-agent x-amz-decoded-content-length x-amz-trailer x-amz-sdk-checksum-algorithm`.split(/\s+/),
);

const isHonoured = (name: string, honoured: readonly string[]): boolean =>
  COMMON_HEADERS.has(name) ||
  isChecksumHeader(name) ||
  honoured.some((known) => (known.endsWith('*') ? name.startsWith(known.slice(0, -1)) : name === known));

/** Answers 501 for parameters and headers that S3 honours, or may, and the operation does not. */
export const refuseUnknown = (request: S3Request, { query = [], headers = [] }: Operation): void => {
  const parameters = request.query
    .map(([name]) => name)
    .filter((name) => !name.toLowerCase().startsWith('x-amz-') && !COMMON_QUERY.has(name));
  const names = headerNames(request).filter((name) => /^(x-amz-|if-|range$)/.test(name));
  const unknown = [
    ...parameters.filter((name) => !query.includes(name)),
    ...names.filter((name) => !isHonoured(name, headers)),
    // S3 drops tags that a presigned address carries in its query: they must be a signed header.
    ...request.query.map(([name]) => name.toLowerCase()).filter((name) => name === 'x-amz-tagging'),
  ];
  if (unknown.length > 0) throw notImplemented(`${request.method} with ${[...new Set(unknown)].join(', ')}`);
};

export const quoted = (etag: string): string => `"${etag}"`;

export const isoTime = (at: number): string => new Date(at).toISOString();

/** Names the version where the bucket has, or had, versioning. */
export const versionHeaders = (
  { versioning }: Bucket,
  version: Version | undefined,
): Record<string, string> => (versioning !== null && version ? { 'x-amz-version-id': version.id } : {});

export const checksumHeaders = (checksum: Checksum | null): Record<string, string> =>
  checksum
    ? {
        [headerOfAlgorithm(checksum.algorithm)]: checksum.value,
        'x-amz-checksum-type': checksumType(checksum),
      }
    : {};

const MAX_KEY = 1024;

/** The key, which is not empty and has at most 1,024 bytes. */
export const checkedKey = ({ key }: S3Request): string => {
  if (Buffer.byteLength(key) > MAX_KEY)
    throw new S3Error('KeyTooLongError', 'Your key is too long', {
      details: { MaxSizeAllowed: String(MAX_KEY) },
    });
  return key;
};

/** A whole number in the query, within its limits. */
export const integerOf = (request: S3Request, name: string, fallback: number): number => {
  const given = parameterOf(request, name);
  if (given === undefined || given === '') return fallback;
  if (/^\d{1,9}$/.test(given)) return Number(given);
  throw new S3Error('InvalidArgument', `Provided ${name} not an integer or within integer range`, {
    details: { ArgumentName: name, ArgumentValue: given },
  });
};

const MAX_PAGE = 1000;

/** Takes one page, of at most 1,000 rows or as many as were asked for, and tells whether there are more. */
export const pageOf = <Row>(
  request: S3Request,
  parameter: string,
  fetch: (limit: number) => Row[],
): { rows: Row[]; limit: number; isTruncated: boolean } => {
  const limit = Math.min(integerOf(request, parameter, MAX_PAGE), MAX_PAGE);
  const rows = limit === 0 ? [] : fetch(limit + 1);
  return { rows: rows.slice(0, limit), limit, isTruncated: rows.length > limit };
};
