import { S3Error } from './s3-errors.ts';
import { amzHeaderOf, headerNames, headerOf, parameterOf, type S3Request } from './s3-request.ts';

/** The headers that are kept with an object and answered with it. */
const KEPT = [
  'content-type',
  'content-disposition',
  'content-encoding',
  'content-language',
  'cache-control',
  'expires',
] as const;

const METADATA = 'x-amz-meta-';
const MAX_METADATA = 2048;

/** The parameters by which a caller replaces headers of the answer. */
export const OVERRIDES = KEPT.map((name) => `response-${name}`);

const checkedText = (text: string): string => {
  if (/^[\t\u0020-\u007E\u0080-\u00FF]*$/.test(text)) return text;
  throw new S3Error('InvalidArgument', 'Header value cannot be represented using ISO-8859-1.');
};

/** `aws-chunked` is about the transfer, not the object. */
const withoutTransfer = (name: string, value: string): string =>
  name === 'content-encoding'
    ? value
        .split(',')
        .map((encoding) => encoding.trim())
        .filter((encoding) => encoding !== 'aws-chunked')
        .join(',')
    : value;

const metadataOf = (request: S3Request): Record<string, string> => {
  const names = [...new Set(headerNames(request).filter((name) => name.startsWith(METADATA)))];
  const metadata = names.map((name) => [name, checkedText(amzHeaderOf(request, name) ?? '')] as const);
  const size = metadata.reduce((sum, [name, value]) => sum + name.length - METADATA.length + value.length, 0);
  if (size > MAX_METADATA)
    throw new S3Error('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', {
      details: { Size: String(size), MaxSizeAllowed: String(MAX_METADATA) },
    });
  return Object.fromEntries(metadata);
};

/** What a request says of the object that it makes: its type and the like, and its metadata. */
export const keptHeaders = (request: S3Request): Record<string, string> => {
  const kept = KEPT.map((name) => [name, withoutTransfer(name, headerOf(request, name) ?? '')] as const);
  return {
    'content-type': 'binary/octet-stream',
    ...Object.fromEntries(kept.filter(([, value]) => value !== '')),
    ...metadataOf(request),
  };
};

/** The headers that a request wants to be answered instead of the object's own. */
export const overridingHeaders = (request: S3Request): Record<string, string> =>
  Object.fromEntries(
    KEPT.flatMap((name) => {
      const value = parameterOf(request, `response-${name}`);
      return value === undefined ? [] : [[name, checkedText(value)]];
    }),
  );
