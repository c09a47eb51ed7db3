import * as z from 'zod/mini';
import { receiveBlob, receiveText, type SignedRequest } from './s3-body.ts';
import type { Bucket } from './s3-buckets.ts';
import { checkWrite, isUnmodified, readRange } from './s3-conditions.ts';
import { S3Error } from './s3-errors.ts';
import { keptHeaders, OVERRIDES, overridingHeaders } from './s3-object-headers.ts';
import {
  checkedKey,
  checksumHeaders,
  quoted,
  versionHeaders,
  type Answer,
  type Operation,
  type S3State,
} from './s3-operation.ts';
import { amzHeaderOf, headerOf, parameterOf, type S3Request } from './s3-request.ts';
import { tagsOfHeader, tagsOfXml, tagsToXml } from './s3-tags.ts';
import type { Version } from './s3-versions.ts';
import { elements, flag, fromXml, maybe, one, text, toXml, type XmlElements } from './s3-xml.ts';

const MARKER = { 'x-amz-delete-marker': 'true' } as const;

const noSuchKey = ({ key }: S3Request, headers: Record<string, string> = {}): S3Error =>
  new S3Error('NoSuchKey', 'The specified key does not exist.', { details: { Key: key }, headers });

/** The version id of the address; undefined for the current version. */
const versionIdOf = (request: S3Request): string | undefined => {
  const id = parameterOf(request, 'versionId');
  if (id === undefined || id === 'null' || /^[\w-]{32}$/.test(id)) return id;
  throw new S3Error('InvalidArgument', 'Invalid version id specified', {
    details: { ArgumentName: 'versionId', ArgumentValue: id },
  });
};

/** The version that a request is about; refuses one that is not there and delete markers, which have no content. */
const versionOf = ({ versions }: S3State, bucket: Bucket, request: S3Request): Version => {
  const { key } = request;
  const id = versionIdOf(request);
  const version = id === undefined ? versions.current(bucket.name, key) : versions.find(bucket.name, key, id);
  if (version && !version.isMarker) return version;
  if (id === undefined)
    throw noSuchKey(request, version && { ...MARKER, ...versionHeaders(bucket, version) });
  if (version)
    throw new S3Error('MethodNotAllowed', 'The specified method is not allowed against this resource.', {
      headers: { ...MARKER, ...versionHeaders(bucket, version), allow: 'DELETE' },
    });
  throw new S3Error('NoSuchVersion', 'The specified version does not exist.', {
    details: { Key: key, VersionId: id },
  });
};

const descriptionOf = (bucket: Bucket, version: Version): Record<string, string> => {
  const tagCount = Object.keys(version.tags).length;
  return {
    etag: quoted(version.etag),
    'last-modified': new Date(version.modified).toUTCString(),
    'accept-ranges': 'bytes',
    ...version.headers,
    ...versionHeaders(bucket, version),
    ...(tagCount > 0 && { 'x-amz-tagging-count': String(tagCount) }),
  };
};

/** Answers an object or a range of it; without `open` only its headers. */
const answerWith = (
  state: S3State,
  request: S3Request,
  open: ((slices: ReturnType<S3State['versions']['slices']>) => Answer['bytes']) | undefined,
): Answer => {
  const bucket = state.buckets.find(request.bucket);
  const version = versionOf(state, bucket, request);
  const description = descriptionOf(bucket, version);
  if (isUnmodified(request, version)) return { status: 304, headers: description };
  const range = readRange(request, version);
  const { size } = version;
  const { first, last } = range ?? { first: 0, last: size - 1 };
  // A checksum is the whole object's.
  const wantsChecksum = amzHeaderOf(request, 'x-amz-checksum-mode') === 'ENABLED' && range === null;
  const headers = {
    ...description,
    ...overridingHeaders(request),
    ...(wantsChecksum && checksumHeaders(version.checksum)),
    ...(range && { 'content-range': `bytes ${first}-${last}/${size}` }),
    'content-length': String(last - first + 1),
  };
  // Last of all: what is opened is closed by whoever sends the answer.
  const bytes = open?.(state.versions.slices(version, { first, last }));
  return { status: range ? 206 : 200, headers, ...(bytes && { bytes }) };
};

const READ = {
  query: ['versionId', ...OVERRIDES],
  headers: [
    'range',
    'if-match',
    'if-none-match',
    'if-modified-since',
    'if-unmodified-since',
    'if-range',
    'x-amz-checksum-mode',
  ],
} as const;

const MAX_PUT = 5 * 1024 ** 3;

const contents = (state: S3State): Record<string, Operation> => ({
  PutObject: {
    headers: ['if-match', 'if-none-match', 'x-amz-tagging', 'x-amz-meta-*'],
    perform: async (request) => {
      const { buckets, versions, blobs } = state;
      const bucket = buckets.find(request.bucket);
      const key = checkedKey(request);
      const headers = keptHeaders(request);
      const tags = tagsOfHeader(headerOf(request, 'x-amz-tagging'));
      const version = await receiveBlob(blobs, request, MAX_PUT, (blob, { size, md5, checksum }) =>
        versions.put(
          {
            bucket: bucket.name,
            key,
            headers,
            tags,
            etag: md5.toString('hex'),
            checksum,
            pieces: [{ blob, size }],
            modified: state.clock.now(),
          },
          'ObjectCreated:Put',
          (current) => checkWrite(request, current),
        ),
      );
      return {
        headers: {
          etag: quoted(version.etag),
          ...checksumHeaders(version.checksum),
          ...versionHeaders(buckets.find(bucket.name), version),
        },
      };
    },
  },

  GetObject: { ...READ, perform: (request) => answerWith(state, request, state.blobs.read) },
  HeadObject: { ...READ, perform: (request) => answerWith(state, request, undefined) },
});

/** Removes an object or, where it is named, one version; gives what S3 says of it. */
const remove = (
  { buckets, versions }: S3State,
  bucketName: string,
  key: string,
  id: string | undefined,
): { versionId: string | undefined; isMarker: boolean } => {
  if (id === undefined) {
    const marker = versions.remove(bucketName, key, 'ObjectRemoved');
    return { versionId: marker?.id, isMarker: marker !== undefined };
  }
  buckets.find(bucketName);
  const version = versions.find(bucketName, key, id);
  if (version) versions.removeVersion(version, 'ObjectRemoved');
  return { versionId: id, isMarker: version?.isMarker === true };
};

const DELETE = elements({
  Quiet: maybe(flag),
  Object: z
    .array(elements({ Key: one(text), VersionId: maybe(text) }))
    .check(z.minLength(1), z.maxLength(1000)),
});

const deletedElements = (
  key: string,
  given: string | undefined,
  { versionId, isMarker }: ReturnType<typeof remove>,
): XmlElements => ({
  Key: key,
  VersionId: given,
  ...(isMarker && { DeleteMarker: true, DeleteMarkerVersionId: versionId }),
});

const removals = (state: S3State): Record<string, Operation> => ({
  DeleteObject: {
    query: ['versionId'],
    perform: (request) => {
      const { versionId, isMarker } = remove(state, request.bucket, request.key, versionIdOf(request));
      return {
        status: 204,
        headers: {
          ...(versionId !== undefined && { 'x-amz-version-id': versionId }),
          ...(isMarker && MARKER),
        },
      };
    },
  },

  DeleteObjects: {
    query: ['delete'],
    perform: async (request) => {
      const { Object: objects, Quiet } = fromXml(await receiveText(request), 'Delete', DELETE);
      const Deleted = state.database.transaction(() =>
        objects.map(({ Key, VersionId }) =>
          deletedElements(Key, VersionId, remove(state, request.bucket, Key, VersionId)),
        ),
      );
      return { xml: toXml('DeleteResult', Quiet === true ? {} : { Deleted }) };
    },
  },
});

const tagging = (state: S3State): Record<string, Operation> => {
  const chosen = (request: S3Request) => {
    const bucket = state.buckets.find(request.bucket);
    const version = versionOf(state, bucket, request);
    return { version, headers: versionHeaders(bucket, version) };
  };
  const query = ['tagging', 'versionId'];
  return {
    GetObjectTagging: {
      query,
      perform: (request) => {
        const { version, headers } = chosen(request);
        return { headers, xml: tagsToXml(version.tags) };
      },
    },

    PutObjectTagging: {
      query,
      perform: async (request: SignedRequest) => {
        const tags = tagsOfXml(await receiveText(request));
        const { version, headers } = chosen(request);
        state.versions.tag(version, tags);
        return { headers };
      },
    },

    DeleteObjectTagging: {
      query,
      perform: (request) => {
        const { version, headers } = chosen(request);
        state.versions.tag(version, {});
        return { status: 204, headers };
      },
    },
  };
};

/** The operations on objects that were written at once, and on what they are. */
export const objectOperations = (state: S3State): Record<string, Operation> => ({
  ...contents(state),
  ...removals(state),
  ...tagging(state),
});
