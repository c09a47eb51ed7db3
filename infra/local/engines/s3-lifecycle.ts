import * as z from 'zod/mini';
import { S3Error } from './s3-errors.ts';
import { tagElement, type Tags } from './s3-tags.ts';
import { elements, flag, fromXml, integer, malformedXml, maybe, one, text } from './s3-xml.ts';

const FILTER = elements({
  Prefix: maybe(text),
  Tag: maybe(tagElement),
  And: maybe(elements({ Prefix: maybe(text), Tag: z.optional(z.array(tagElement)) })),
});

const RULE = elements({
  ID: maybe(text),
  Status: one(z.enum(['Enabled', 'Disabled'])),
  Filter: one(FILTER),
  Expiration: maybe(elements({ Days: maybe(integer), ExpiredObjectDeleteMarker: maybe(flag) })),
  NoncurrentVersionExpiration: maybe(elements({ NoncurrentDays: one(integer) })),
  AbortIncompleteMultipartUpload: maybe(elements({ DaysAfterInitiation: one(integer) })),
});

const CONFIGURATION = elements({ Rule: z.array(RULE).check(z.minLength(1), z.maxLength(1000)) });

/** An enabled rule; what it does not do is undefined. Days are whole. */
export type LifecycleRule = {
  prefix: string;
  tags: readonly { Key: string; Value: string }[];
  expireDays: number | undefined;
  clearsMarkers: boolean;
  noncurrentDays: number | undefined;
  abortDays: number | undefined;
};

/** A version of an object or a delete marker; times in epoch milliseconds. */
export type Expirable = {
  key: string;
  tags: Tags;
  isMarker: boolean;
  modified: number;
  /** Null while it is the current one. */
  noncurrentSince: number | null;
  /** Whether its key has no other version. */
  isAlone: boolean;
};

const toRule = (rule: z.output<typeof RULE>): LifecycleRule => {
  const { Filter, Expiration, NoncurrentVersionExpiration, AbortIncompleteMultipartUpload } = rule;
  const { Prefix, Tag } = Filter.And ?? { Prefix: Filter.Prefix, Tag: Filter.Tag && [Filter.Tag] };
  return {
    prefix: Prefix ?? '',
    tags: Tag ?? [],
    expireDays: Expiration?.Days,
    clearsMarkers: Expiration?.ExpiredObjectDeleteMarker ?? false,
    noncurrentDays: NoncurrentVersionExpiration?.NoncurrentDays,
    abortDays: AbortIncompleteMultipartUpload?.DaysAfterInitiation,
  };
};

const check = (rule: z.output<typeof RULE>): void => {
  const { expireDays, clearsMarkers, noncurrentDays, abortDays, tags } = toRule(rule);
  const days = [expireDays, noncurrentDays, abortDays].filter((given) => given !== undefined);
  const filters = [rule.Filter.Prefix, rule.Filter.Tag, rule.Filter.And].filter(
    (given) => given !== undefined,
  );
  if (filters.length > 1 || (days.length === 0 && !clearsMarkers)) throw malformedXml();
  if (expireDays !== undefined && rule.Expiration?.ExpiredObjectDeleteMarker !== undefined)
    throw malformedXml();
  if (days.some((given) => given < 1))
    throw new S3Error('InvalidArgument', 'Days must be a positive integer');
  if (tags.length > 0 && (clearsMarkers || abortDays !== undefined)) {
    const action = clearsMarkers ? 'ExpiredObjectDeleteMarker' : 'AbortIncompleteMultipartUpload';
    throw new S3Error('InvalidRequest', `${action} cannot be specified with Tags.`);
  }
};

/** The enabled rules of a configuration's document; 400 for what S3 refuses, 501 for actions and filters that the engine lacks. */
export const readLifecycle = (document: string): LifecycleRule[] => {
  const { Rule: rules } = fromXml(document, 'LifecycleConfiguration', CONFIGURATION);
  rules.forEach(check);
  const ids = rules.map(({ ID }) => ID).filter((id) => id !== undefined);
  if (new Set(ids).size < ids.length)
    throw new S3Error('InvalidArgument', 'Rule ID must be unique. Found same ID for more than one rule');
  return rules.filter(({ Status }) => Status === 'Enabled').map(toRule);
};

const DAY = 86_400_000;

/** S3 counts whole days and rounds up to the next midnight UTC. */
const midnightAfter = (from: number, days: number): number => Math.ceil(from / DAY + days) * DAY;

const daysUntilExpiry = (
  rule: LifecycleRule,
  version: Expirable,
): { from: number; days: number | undefined } => {
  const { modified, noncurrentSince, isMarker, isAlone } = version;
  if (noncurrentSince !== null) return { from: noncurrentSince, days: rule.noncurrentDays };
  if (!isMarker) return { from: modified, days: rule.expireDays };
  // A marker that hides nothing any more.
  return { from: modified, days: isAlone ? (rule.clearsMarkers ? 0 : rule.expireDays) : undefined };
};

const earliest = (times: readonly number[]): number | null => (times.length > 0 ? Math.min(...times) : null);

/** The midnight UTC (epoch ms) at which the first of the rules ends a version: the current one expires, others are deleted. */
export const expiresAt = (rules: readonly LifecycleRule[], version: Expirable): number | null =>
  earliest(
    rules
      .filter(
        ({ prefix, tags }) =>
          version.key.startsWith(prefix) && tags.every(({ Key, Value }) => version.tags[Key] === Value),
      )
      .map((rule) => daysUntilExpiry(rule, version))
      .flatMap(({ from, days }) => (days === undefined ? [] : [midnightAfter(from, days)])),
  );

/** The midnight UTC (epoch ms) at which an upload that was not completed is given up. */
export const abortsAt = (
  rules: readonly LifecycleRule[],
  upload: { key: string; initiated: number },
): number | null =>
  earliest(
    rules
      .filter(({ prefix }) => upload.key.startsWith(prefix))
      .flatMap(({ abortDays }) =>
        abortDays === undefined ? [] : [midnightAfter(upload.initiated, abortDays)],
      ),
  );
