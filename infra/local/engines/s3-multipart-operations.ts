import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod/mini';
import { declaredAlgorithm, receiveBlob, receiveText } from './s3-body.ts';
import {
  checksumAlgorithm,
  checksumElements,
  checksumType,
  compositeChecksum,
  ChecksumAlgorithm,
  givenChecksum,
  headerOfAlgorithm,
  type Checksum,
} from './s3-checksums.ts';
import { checkWrite } from './s3-conditions.ts';
import { notImplemented, S3Error } from './s3-errors.ts';
import { keptHeaders } from './s3-object-headers.ts';
import {
  checkedKey,
  integerOf,
  isoTime,
  pageOf,
  quoted,
  versionHeaders,
  type Operation,
  type S3State,
} from './s3-operation.ts';
import { amzHeaderOf, headerOf, parameterOf, percentEncoded, type S3Request } from './s3-request.ts';
import { tagsOfHeader } from './s3-tags.ts';
import type { Part, Upload } from './s3-uploads.ts';
import type { Version } from './s3-versions.ts';
import { elements, fromXml, integer, maybe, one, text, toXml } from './s3-xml.ts';

const MAX_PARTS = 10_000;
const MIN_PART = 5 * 1024 ** 2;
const MAX_PART = 5 * 1024 ** 3;

const PART = elements({
  PartNumber: one(integer),
  ETag: one(text),
  ChecksumCRC32: maybe(text),
  ChecksumCRC32C: maybe(text),
  ChecksumSHA1: maybe(text),
  ChecksumSHA256: maybe(text),
});
const COMPLETE = elements({ Part: z.array(PART).check(z.minLength(1), z.maxLength(MAX_PARTS)) });
type ListedPart = z.output<typeof PART>;

const requestedAlgorithm = (request: S3Request): ChecksumAlgorithm | null => {
  const type = amzHeaderOf(request, 'x-amz-checksum-type');
  if (type !== undefined && type !== 'COMPOSITE') throw notImplemented(`The checksum type ${type}`);
  const name = amzHeaderOf(request, 'x-amz-checksum-algorithm');
  return name === undefined ? null : checksumAlgorithm(name.toUpperCase());
};

/** Each part of an upload that was created with an algorithm brings its checksum. */
const checkAlgorithm = ({ algorithm }: Upload, given: ChecksumAlgorithm | undefined): void => {
  if (algorithm === null || algorithm === given) return;
  const [expected, actual] = [algorithm.toLowerCase(), given?.toLowerCase() ?? 'null'];
  throw new S3Error(
    'InvalidRequest',
    `Checksum Type mismatch occurred, expected checksum Type: ${expected}, actual checksum Type: ${actual}`,
  );
};

const noSuchPart = (number: number): S3Error =>
  new S3Error(
    'InvalidPart',
    "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    { details: { PartNumber: String(number) } },
  );

const checksumsOf = (listed: ListedPart): Checksum[] =>
  ChecksumAlgorithm.options.flatMap((algorithm) => {
    const value = listed[`Checksum${algorithm}`];
    return value === undefined ? [] : [{ algorithm, value }];
  });

/** The part that a completion lists; its ETag and checksum have to be what was uploaded. */
const partOf = (parts: ReadonlyMap<number, Part>, listed: ListedPart, { algorithm }: Upload): Part => {
  const { PartNumber: number, ETag } = listed;
  const part = parts.get(number);
  const given = checksumsOf(listed);
  if (!part || part.etag !== ETag.replaceAll('"', '')) throw noSuchPart(number);
  if (given.some((checksum) => !isDeepStrictEqual(checksum, part.checksum))) throw noSuchPart(number);
  if (algorithm === null || given.length > 0) return part;
  throw new S3Error(
    'InvalidRequest',
    `The upload was created using a ${algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${number} in the request.`,
  );
};

const checkOrder = (listed: readonly ListedPart[]): void => {
  const numbers = listed.map(({ PartNumber }) => PartNumber);
  if (numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0))) return;
  throw new S3Error(
    'InvalidPartOrder',
    'The list of parts was not in ascending order. Parts must be ordered by part number.',
  );
};

const checkSizes = (request: S3Request, parts: readonly Part[]): void => {
  const small = parts.slice(0, -1).find(({ size }) => size < MIN_PART);
  if (small)
    throw new S3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
      details: {
        ProposedSize: String(small.size),
        MinSizeAllowed: String(MIN_PART),
        PartNumber: String(small.number),
        ETag: quoted(small.etag),
      },
    });
  const expected = amzHeaderOf(request, 'x-amz-mp-object-size');
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  if (expected !== undefined && expected !== String(size))
    throw new S3Error(
      'InvalidRequest',
      `The provided 'x-amz-mp-object-size' header does not match what was computed.`,
    );
};

/** An ETag that is no digest of the bytes: the MD5 of the parts' MD5s, and their number. */
const compositeEtag = (parts: readonly Part[]): string => {
  const md5 = createHash('md5');
  for (const { etag } of parts) md5.update(etag, 'hex');
  return `${md5.digest('hex')}-${parts.length}`;
};

const objectChecksum = ({ algorithm }: Upload, parts: readonly Part[]): Checksum | null =>
  algorithm === null
    ? null
    : compositeChecksum(
        algorithm,
        parts.map(({ checksum }) => checksum?.value ?? ''),
      );

const numberOf = (request: S3Request): number => {
  const number = integerOf(request, 'partNumber', 0);
  if (number >= 1 && number <= MAX_PARTS) return number;
  throw new S3Error(
    'InvalidArgument',
    `Part number must be an integer between 1 and ${MAX_PARTS}, inclusive`,
    { details: { ArgumentName: 'partNumber', ArgumentValue: String(number) } },
  );
};

const starting = ({ buckets, uploads }: S3State): Record<string, Operation> => ({
  CreateMultipartUpload: {
    query: ['uploads'],
    headers: ['x-amz-tagging', 'x-amz-meta-*', 'x-amz-checksum-algorithm', 'x-amz-checksum-type'],
    perform: (request) => {
      const { name } = buckets.find(request.bucket);
      const algorithm = requestedAlgorithm(request);
      const id = uploads.create({
        bucket: name,
        key: checkedKey(request),
        headers: keptHeaders(request),
        tags: tagsOfHeader(headerOf(request, 'x-amz-tagging')),
        algorithm,
      });
      return {
        headers:
          algorithm === null
            ? {}
            : { 'x-amz-checksum-algorithm': algorithm, 'x-amz-checksum-type': 'COMPOSITE' },
        xml: toXml('InitiateMultipartUploadResult', { Bucket: name, Key: request.key, UploadId: id }),
      };
    },
  },
});

const parts = (
  { uploads, blobs }: S3State,
  find: (request: S3Request) => Upload,
): Record<string, Operation> => ({
  UploadPart: {
    query: ['partNumber', 'uploadId'],
    perform: async (request) => {
      const upload = find(request);
      const number = numberOf(request);
      checkAlgorithm(upload, declaredAlgorithm(request));
      return await receiveBlob(blobs, request, MAX_PART, (blob, { size, md5, checksum }) => {
        const etag = md5.toString('hex');
        // Of an upload without an algorithm they are checked, but neither kept nor taken at its completion.
        const kept = upload.algorithm === null ? null : checksum;
        uploads.putPart(upload, { number, blob, size, etag, checksum: kept });
        return {
          headers: {
            etag: quoted(etag),
            ...(checksum && { [headerOfAlgorithm(checksum.algorithm)]: checksum.value }),
          },
        };
      });
    },
  },

  ListParts: {
    query: ['uploadId', 'max-parts', 'part-number-marker'],
    perform: (request) => {
      const upload = find(request);
      const after = integerOf(request, 'part-number-marker', 0);
      const { rows, limit, isTruncated } = pageOf(request, 'max-parts', (limit) =>
        uploads.parts(upload, after, limit),
      );
      return {
        xml: toXml('ListPartsResult', {
          Bucket: upload.bucket,
          Key: upload.key,
          UploadId: upload.id,
          StorageClass: 'STANDARD',
          ChecksumAlgorithm: upload.algorithm ?? undefined,
          ChecksumType: upload.algorithm === null ? undefined : 'COMPOSITE',
          PartNumberMarker: after,
          NextPartNumberMarker: rows.at(-1)?.number ?? 0,
          MaxParts: limit,
          IsTruncated: isTruncated,
          Part: rows.map((part) => ({
            PartNumber: part.number,
            LastModified: isoTime(part.modified),
            ETag: quoted(part.etag),
            Size: part.size,
            ...checksumElements(part.checksum),
          })),
        }),
      };
    },
  },
});

const ending = (state: S3State, find: (request: S3Request) => Upload): Record<string, Operation> => {
  const { database, buckets, versions, uploads } = state;

  /** Makes the object of its parts' blobs: nothing is copied. */
  const complete = (request: S3Request, listed: readonly ListedPart[]): Version =>
    database.transaction(() => {
      const upload = find(request);
      checkOrder(listed);
      const uploaded = new Map(uploads.parts(upload, 0, -1).map((part) => [part.number, part]));
      const pieces = listed.map((part) => partOf(uploaded, part, upload));
      checkSizes(request, pieces);
      const { bucket, key, headers, tags, initiated: modified } = upload;
      const checksum = objectChecksum(upload, pieces);
      const version = versions.put(
        { bucket, key, headers, tags, etag: compositeEtag(pieces), checksum, pieces, modified },
        'ObjectCreated:CompleteMultipartUpload',
        (current) => checkWrite(request, current),
      );
      uploads.end(upload, new Set(pieces.map(({ blob }) => blob)));
      return version;
    });

  return {
    CompleteMultipartUpload: {
      query: ['uploadId'],
      headers: ['if-match', 'if-none-match', 'x-amz-mp-object-size'],
      perform: async (request) => {
        find(request);
        // Here such a header is about the object, not about this request's body.
        if (givenChecksum(request))
          throw notImplemented("An object's checksum at the completion of its upload");
        const { Part: listed } = fromXml(await receiveText(request), 'CompleteMultipartUpload', COMPLETE);
        const version = complete(request, listed);
        return {
          headers: versionHeaders(buckets.find(version.bucket), version),
          xml: toXml('CompleteMultipartUploadResult', {
            Location: `http://${headerOf(request, 'host')}${percentEncoded(request.path).replaceAll('%2F', '/')}`,
            Bucket: version.bucket,
            Key: version.key,
            ETag: quoted(version.etag),
            ...checksumElements(version.checksum),
            ChecksumType: version.checksum ? checksumType(version.checksum) : undefined,
          }),
        };
      },
    },

    AbortMultipartUpload: {
      query: ['uploadId'],
      perform: (request) => {
        uploads.end(find(request), new Set());
        return { status: 204 };
      },
    },
  };
};

/** The operations on uploads in parts. */
export const multipartOperations = (state: S3State): Record<string, Operation> => {
  const find = (request: S3Request): Upload =>
    state.uploads.find(
      state.buckets.find(request.bucket).name,
      request.key,
      parameterOf(request, 'uploadId') ?? '',
    );
  return { ...starting(state), ...parts(state, find), ...ending(state, find) };
};
