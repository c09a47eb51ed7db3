import type { Bucket } from './s3-buckets.ts';
import { abortsAt, expiresAt, readLifecycle, type Expirable } from './s3-lifecycle.ts';
import type { S3State } from './s3-operation.ts';
import type { Version } from './s3-versions.ts';

/** Something that a bucket's lifecycle does, and when (epoch ms). */
type Duty = { at: number; act: () => void };

/** Carries out the buckets' lifecycles. */
export const openSweep = ({ database, buckets, versions, uploads, clock }: S3State) => {
  /** `undefined` when it has to be looked up again. */
  let next: number | null | undefined;

  const end = (version: Version & Expirable): void => {
    const { bucket, key, isMarker, noncurrentSince } = version;
    if (noncurrentSince !== null) versions.removeVersion(version, 'LifecycleExpiration');
    else if (isMarker) versions.removeVersion(version, null);
    else versions.remove(bucket, key, 'LifecycleExpiration');
  };

  const dutiesIn = ({ name, lifecycle }: Bucket): Duty[] => {
    if (lifecycle === null) return [];
    const rules = readLifecycle(lifecycle);
    return [
      ...versions
        .expirable(name)
        .map((version) => ({ at: expiresAt(rules, version), act: () => end(version) })),
      ...uploads
        .all(name)
        .map((upload) => ({ at: abortsAt(rules, upload), act: () => uploads.end(upload, new Set()) })),
    ].flatMap(({ at, act }) => (at === null ? [] : [{ at, act }]));
  };

  const duties = (): Duty[] => buckets.list().flatMap(dutiesIn);

  return {
    /** Has to be told after each write. */
    forget: (): void => (next = undefined),
    nextDueAt: (): number | null => {
      if (next === undefined)
        next = duties().reduce<number | null>((first, { at }) => Math.min(first ?? at, at), null);
      return next;
    },
    /** Does all that is due, what becomes due by that included; gives how many versions and uploads it has ended. */
    sweep: (): number =>
      database.transaction(() => {
        const now = clock.now();
        let count = 0;
        for (;;) {
          const due = duties().filter(({ at }) => at <= now);
          if (due.length === 0) return count;
          due.forEach(({ act }) => act());
          count += due.length;
        }
      }),
  };
};
