import { S3Error } from './s3-errors.ts';
import { isoTime, pageOf, quoted, type Operation, type S3State } from './s3-operation.ts';
import { parameterOf, type S3Request } from './s3-request.ts';
import type { Version } from './s3-versions.ts';
import { toXml, type XmlElements } from './s3-xml.ts';

const get = (request: S3Request, name: string): string => parameterOf(request, name) ?? '';

const badMarker = (name: string): S3Error =>
  new S3Error('InvalidArgument', `The ${name} provided is incorrect`);

const toToken = (key: string): string => Buffer.from(key).toString('base64url');

const ofToken = (token: string): string => {
  const key = Buffer.from(token, 'base64url').toString();
  if (toToken(key) !== token) throw badMarker('continuation token');
  return key;
};

const object = ({ key, modified, etag, size }: Version): XmlElements => ({
  Key: key,
  LastModified: isoTime(modified),
  ETag: quoted(etag),
  Size: size,
  StorageClass: 'STANDARD',
});

const marker = ({ key, modified }: Version): XmlElements => ({ Key: key, LastModified: isoTime(modified) });

const identified = (version: Version): XmlElements => ({
  ...(version.isMarker ? marker(version) : object(version)),
  VersionId: version.id,
  IsLatest: version.noncurrentSince === null,
});

/** The operations that list what a bucket holds. They know no delimiters. */
export const listOperations = ({ buckets, versions, uploads }: S3State): Record<string, Operation> => ({
  ListObjectsV2: {
    query: ['list-type', 'prefix', 'max-keys', 'continuation-token', 'start-after'],
    perform: (request) => {
      if (get(request, 'list-type') !== '2')
        throw new S3Error('InvalidArgument', 'Invalid List Type specified in Request');
      const { name } = buckets.find(request.bucket);
      const [prefix, token] = [get(request, 'prefix'), parameterOf(request, 'continuation-token')];
      const after = token === undefined ? get(request, 'start-after') : ofToken(token);
      const { rows, ...page } = pageOf(request, 'max-keys', (limit) =>
        versions.list(name, prefix, after, limit),
      );
      return {
        xml: toXml('ListBucketResult', {
          Name: name,
          Prefix: prefix,
          StartAfter: parameterOf(request, 'start-after'),
          ContinuationToken: token,
          NextContinuationToken: page.isTruncated ? toToken(rows.at(-1)?.key ?? '') : undefined,
          KeyCount: rows.length,
          MaxKeys: page.limit,
          IsTruncated: page.isTruncated,
          Contents: rows.map(object),
        }),
      };
    },
  },

  ListObjectVersions: {
    query: ['versions', 'prefix', 'max-keys', 'key-marker', 'version-id-marker'],
    perform: (request) => {
      const { name } = buckets.find(request.bucket);
      const [prefix, after] = [get(request, 'prefix'), get(request, 'key-marker')];
      const id = get(request, 'version-id-marker');
      const before = id === '' ? 0 : versions.find(name, after, id)?.seq;
      if (before === undefined) throw badMarker('version id marker');
      const { rows, ...page } = pageOf(request, 'max-keys', (limit) =>
        versions.listAll(name, prefix, after, before, limit),
      );
      const last = page.isTruncated ? rows.at(-1) : undefined;
      return {
        xml: toXml('ListVersionsResult', {
          Name: name,
          Prefix: prefix,
          KeyMarker: after,
          VersionIdMarker: id,
          NextKeyMarker: last?.key,
          NextVersionIdMarker: last?.id,
          MaxKeys: page.limit,
          IsTruncated: page.isTruncated,
          Version: rows.filter(({ isMarker }) => !isMarker).map(identified),
          DeleteMarker: rows.filter(({ isMarker }) => isMarker).map(identified),
        }),
      };
    },
  },

  ListMultipartUploads: {
    query: ['uploads', 'prefix', 'max-uploads', 'key-marker', 'upload-id-marker'],
    perform: (request) => {
      const { name } = buckets.find(request.bucket);
      const [prefix, key, id] = [
        get(request, 'prefix'),
        get(request, 'key-marker'),
        get(request, 'upload-id-marker'),
      ];
      // Without an id all uploads of the marker's key are behind us; '~' sorts behind every id.
      const { rows, ...page } = pageOf(request, 'max-uploads', (limit) =>
        uploads.list(name, prefix, [key, id || '~'], limit),
      );
      const last = page.isTruncated ? rows.at(-1) : undefined;
      return {
        xml: toXml('ListMultipartUploadsResult', {
          Bucket: name,
          Prefix: prefix,
          KeyMarker: key,
          UploadIdMarker: id,
          NextKeyMarker: last?.key,
          NextUploadIdMarker: last?.id,
          MaxUploads: page.limit,
          IsTruncated: page.isTruncated,
          Upload: rows.map((upload) => ({
            Key: upload.key,
            UploadId: upload.id,
            Initiated: isoTime(upload.initiated),
            StorageClass: 'STANDARD',
            ChecksumAlgorithm: upload.algorithm ?? undefined,
          })),
        }),
      };
    },
  },
});
