import { notImplemented, S3Error } from './s3-errors.ts';
import { headerOf, type S3Request } from './s3-request.ts';

/** What conditions are about; `modified` in epoch milliseconds. */
export type Validators = { etag: string; modified: number };

/** Bytes `first` to `last`, both included. */
export type ByteRange = { first: number; last: number };

const failed = (condition: string): S3Error =>
  new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    details: { Condition: condition },
  });

const bare = (etag: string): string => etag.trim().replace(/^W\//, '').replaceAll('"', '');

const isListed = (list: string, etag: string): boolean =>
  list.split(',').some((listed) => listed.trim() === '*' || bare(listed) === etag);

/** Headers give whole seconds; a date that is none is passed over. */
const isModifiedSince = (modified: number, date: string): boolean | undefined => {
  const since = Date.parse(date);
  return Number.isNaN(since) ? undefined : Math.floor(modified / 1000) * 1000 > since;
};

/** Checks a read's conditions in the order of RFC 9110, 13.2.2: 412 where one fails; gives whether the caller has the object already (304). */
export const isUnmodified = (request: S3Request, { etag, modified }: Validators): boolean => {
  const ifMatch = headerOf(request, 'if-match');
  const ifUnmodifiedSince = headerOf(request, 'if-unmodified-since');
  const ifNoneMatch = headerOf(request, 'if-none-match');
  const ifModifiedSince = headerOf(request, 'if-modified-since');
  if (ifMatch !== undefined) {
    if (!isListed(ifMatch, etag)) throw failed('If-Match');
  } else if (ifUnmodifiedSince !== undefined && isModifiedSince(modified, ifUnmodifiedSince) === true)
    throw failed('If-Unmodified-Since');
  if (ifNoneMatch !== undefined) return isListed(ifNoneMatch, etag);
  return ifModifiedSince !== undefined && isModifiedSince(modified, ifModifiedSince) === false;
};

/** Checks a write's conditions against the current object, if there is one. */
export const checkWrite = (request: S3Request, current: Validators | undefined): void => {
  const ifMatch = headerOf(request, 'if-match');
  const ifNoneMatch = headerOf(request, 'if-none-match');
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*')
    throw notImplemented('If-None-Match with an ETag on a write');
  if (ifNoneMatch !== undefined && current) throw failed('If-None-Match');
  if (ifMatch === undefined) return;
  if (!current) throw new S3Error('NoSuchKey', 'The specified key does not exist.');
  if (!isListed(ifMatch, current.etag)) throw failed('If-Match');
};

/** A range that was asked for of an object that has changed since is not honoured. */
const isStale = (request: S3Request, { etag, modified }: Validators): boolean => {
  const ifRange = headerOf(request, 'if-range');
  if (ifRange === undefined) return false;
  return ifRange.includes('"') ? bare(ifRange) !== etag : isModifiedSince(modified, ifRange) !== false;
};

/**
 * The bytes that are asked for; null for all of them. A header that is no byte range is passed over, as RFC 9110 says;
 * 416 for one that lies behind the end.
 */
export const readRange = (request: S3Request, object: Validators & { size: number }): ByteRange | null => {
  const header = headerOf(request, 'range');
  if (header === undefined || isStale(request, object)) return null;
  if (/^bytes=.*,/.test(header)) throw notImplemented('More than one range');
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header) ?? [];
  if ((from === '' && to === '') || (from !== '' && to !== '' && Number(from) > Number(to))) return null;
  const { size } = object;
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (first <= last) return { first, last };
  throw new S3Error('InvalidRange', 'The requested range is not satisfiable', {
    details: { ActualObjectSize: String(size), RangeRequested: header },
    headers: { 'content-range': `bytes */${size}` },
  });
};
