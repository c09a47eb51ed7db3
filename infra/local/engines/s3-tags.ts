import { S3Error } from './s3-errors.ts';
import { elements, fromXml, one, text, toXml } from './s3-xml.ts';
import * as z from 'zod/mini';

/** An object's tags. */
export type Tags = Readonly<Record<string, string>>;

export const tagElement = elements({ Key: one(text), Value: one(text) });

const TAGGING = elements({ TagSet: one(elements({ Tag: z.optional(z.array(tagElement)) })) });

const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Refuses what S3 does not take: more than 10, one twice, too long, unusual characters. */
const checked = (pairs: readonly (readonly [key: string, value: string])[]): Tags => {
  const tags = new Map(pairs);
  if (pairs.length > 10) throw new S3Error('BadRequest', 'Object tags cannot be greater than 10');
  if (tags.size < pairs.length)
    throw new S3Error('InvalidTag', 'Cannot provide multiple Tags with the same key');
  for (const [key, value] of tags) {
    if (key === '' || key.length > 128 || !TAG_TEXT.test(key))
      throw new S3Error('InvalidTag', 'The TagKey you have provided is invalid');
    if (value.length > 256 || !TAG_TEXT.test(value))
      throw new S3Error('InvalidTag', 'The TagValue you have provided is invalid');
  }
  return Object.fromEntries(tags);
};

/** Reads `x-amz-tagging`: `key=value&…`, encoded as in a query. */
export const tagsOfHeader = (header: string | undefined): Tags =>
  checked([...new URLSearchParams(header ?? '')]);

export const tagsOfXml = (document: string): Tags =>
  checked((fromXml(document, 'Tagging', TAGGING).TagSet.Tag ?? []).map(({ Key, Value }) => [Key, Value]));

export const tagElements = (tags: Tags): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

export const tagsToXml = (tags: Tags): string => toXml('Tagging', { TagSet: { Tag: tagElements(tags) } });
