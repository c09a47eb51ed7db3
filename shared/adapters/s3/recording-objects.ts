import type { Part } from '@aws-sdk/client-s3';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListPartsCommand,
  NoSuchUpload,
  NotFound,
  PutObjectTaggingCommand,
  S3ServiceException,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { Completion, RecordingObjects, UploadedPart } from '../../ports/recording-objects.ts';
import { retentionTag } from './retention-tag.ts';

/**
 * Recordings in S3. The client must compute checksums only where S3 requires them (`WHEN_REQUIRED`): in an address that a browser uses, the
 * checksum of an empty body would be signed. Throws what S3 throws, but for what the port names.
 */
export const makeRecordingObjects = (client: S3Client, bucket: () => string): RecordingObjects => ({
  startUpload: async (key, contentType) => {
    const { UploadId } = await client.send(
      new CreateMultipartUploadCommand({
        Bucket: bucket(),
        Key: key,
        ContentType: contentType,
        Tagging: `${retentionTag.key}=${retentionTag.kept}`,
      }),
    );
    if (UploadId === undefined) throw new Error(`S3 began an upload of ${key} without an id`);
    return UploadId;
  },

  signPart: async ({ key, uploadId, number, size }, seconds, now) =>
    await getSignedUrl(
      client,
      new UploadPartCommand({
        Bucket: bucket(),
        Key: key,
        UploadId: uploadId,
        PartNumber: number,
        ContentLength: size,
      }),
      { expiresIn: seconds, signingDate: new Date(now), signableHeaders: new Set(['content-length']) },
    ),

  parts: async (key, uploadId) => await listParts(client, { Bucket: bucket(), Key: key, UploadId: uploadId }),

  complete: async ({ key, uploadId, size }, parts) => {
    const Parts = parts.map(({ number, etag }) => ({ PartNumber: number, ETag: etag }));
    try {
      await client.send(
        new CompleteMultipartUploadCommand({
          Bucket: bucket(),
          Key: key,
          UploadId: uploadId,
          MpuObjectSize: size,
          IfNoneMatch: '*',
          MultipartUpload: { Parts },
        }),
      );
      return 'completed';
    } catch (error) {
      return completionOf(error);
    }
  },

  abort: async (key, uploadId) => {
    try {
      await client.send(new AbortMultipartUploadCommand({ Bucket: bucket(), Key: key, UploadId: uploadId }));
    } catch (error) {
      if (!(error instanceof NoSuchUpload)) throw error;
    }
  },

  find: async (key) => {
    try {
      const { ContentLength, VersionId = null } = await client.send(
        new HeadObjectCommand({ Bucket: bucket(), Key: key }),
      );
      if (ContentLength === undefined) throw new Error(`S3 knows ${key} without its size`);
      return { size: ContentLength, versionId: VersionId };
    } catch (error) {
      if (error instanceof NotFound) return null;
      throw error;
    }
  },

  read: async (key, start, end) => {
    if (start >= end) return new Uint8Array();
    const { Body } = await client.send(
      new GetObjectCommand({ Bucket: bucket(), Key: key, Range: `bytes=${start}-${end - 1}` }),
    );
    return Body === undefined ? new Uint8Array() : await Body.transformToByteArray();
  },

  setRetention: async (key, retention) => {
    const TagSet = [{ Key: retentionTag.key, Value: retentionTag[retention] }];
    await client.send(new PutObjectTaggingCommand({ Bucket: bucket(), Key: key, Tagging: { TagSet } }));
  },

  signDownload: async ({ key, contentType, fileName }, seconds, now) =>
    await getSignedUrl(
      client,
      new GetObjectCommand({
        Bucket: bucket(),
        Key: key,
        ResponseContentType: contentType,
        ResponseContentDisposition: fileName === null ? 'inline' : attachment(fileName),
      }),
      { expiresIn: seconds, signingDate: new Date(now) },
    ),
});

type Upload = { Bucket: string; Key: string; UploadId: string };

/** Page by page: the SDK's own paginator goes on for ever, as the last page names a marker too. */
const listParts = async (client: S3Client, upload: Upload): Promise<readonly UploadedPart[] | null> => {
  const parts: UploadedPart[] = [];
  let marker: string | undefined;
  try {
    for (;;) {
      const page = await client.send(
        new ListPartsCommand({ ...upload, ...(marker !== undefined && { PartNumberMarker: marker }) }),
      );
      parts.push(...(page.Parts ?? []).map(toPart));
      if (page.IsTruncated !== true) return parts;
      marker = page.NextPartNumberMarker;
    }
  } catch (error) {
    if (error instanceof NoSuchUpload) return null;
    throw error;
  }
};

const toPart = ({ PartNumber = 0, Size = 0, ETag = '' }: Part): UploadedPart => ({
  number: PartNumber,
  size: Size,
  etag: ETag,
});

const badParts = new Set(['InvalidPart', 'InvalidPartOrder', 'EntityTooSmall', 'MalformedXML']);

/** What S3 means by its no; a conflict with another completion of the same upload is one to try again. */
const completionOf = (error: unknown): Completion => {
  if (error instanceof NoSuchUpload) return 'no-such-upload';
  if (!(error instanceof S3ServiceException)) throw error;
  if (error.name === 'PreconditionFailed') return 'exists';
  if (badParts.has(error.name)) return 'bad-parts';
  if (error.name === 'InvalidRequest' || error.name === 'BadDigest') return 'wrong-size';
  throw error;
};

/** RFC 6266: people's file names, Chinese ones too, in a header of ASCII. */
const attachment = (fileName: string): string => {
  const encoded = encodeURIComponent(fileName.toWellFormed()).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="recording"; filename*=UTF-8''${encoded}`;
};
