import type { IncomingMessage } from 'node:http';
import { S3Error } from './s3-errors.ts';

/** A request as it came in, its address taken apart. */
export type S3Request = {
  message: IncomingMessage;
  method: string;
  /** Decoded, as `/bucket/key`. */
  path: string;
  /** '' where the path ends before it. */
  bucket: string;
  key: string;
  query: readonly (readonly [name: string, value: string])[];
  /** Tells a caller that waits for leave (`Expect: 100-continue`) to send the body. */
  proceed: () => void;
};

const unreadable = (): S3Error => new S3Error('InvalidURI', "Couldn't parse the specified URI.");

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw unreadable();
  }
};

const splitAt = (text: string, separator: string): [string, string] => {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
};

const readQuery = (search: string): (readonly [string, string])[] =>
  search
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name, value] = splitAt(pair.replaceAll('+', '%20'), '=');
      return [decode(name), decode(value)] as const;
    });

/** Takes the address apart, path style: `/bucket/key`. */
export const readRequest = (message: IncomingMessage, proceed: () => void): S3Request => {
  const [address, search] = splitAt(message.url ?? '', '?');
  const path = decode(address);
  if (!path.startsWith('/')) throw unreadable();
  const [bucket, key] = splitAt(path.slice(1), '/');
  return { message, method: message.method ?? '', path, bucket, key, query: readQuery(search), proceed };
};

/** A header's value; one that came several times is a list with commas. */
export const headerOf = ({ message }: S3Request, name: string): string | undefined =>
  message.headersDistinct[name]?.join(',').trim();

/** A query parameter's value. */
export const parameterOf = ({ query }: S3Request, name: string): string | undefined =>
  query.find(([given]) => given === name)?.[1];

/** An `x-amz-…` header, which a presigned address may carry as a query parameter (of any case) instead. */
export const amzHeaderOf = (request: S3Request, name: string): string | undefined =>
  headerOf(request, name) ?? request.query.find(([given]) => given.toLowerCase() === name)?.[1];

/** The names (lower case) of all headers, those in the query included. */
export const headerNames = ({ message, query }: S3Request): string[] => [
  ...Object.keys(message.headersDistinct),
  ...query.map(([name]) => name.toLowerCase()).filter((name) => name.startsWith('x-amz-')),
];

/** Percent-encodes as Signature Version 4 wants it: all but unreserved characters. */
export const percentEncoded = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
