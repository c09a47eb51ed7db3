import { randomBytes } from 'node:crypto';
import * as z from 'zod/mini';
import type { Clock } from '../../../shared/ports/clock.ts';
import type { Slice } from './s3-blobs.ts';
import type { Buckets } from './s3-buckets.ts';
import { Checksum } from './s3-checksums.ts';
import type { ByteRange } from './s3-conditions.ts';
import { stored, type S3Database } from './s3-database.ts';
import type { Events } from './s3-events.ts';
import type { Expirable } from './s3-lifecycle.ts';
import type { Tags } from './s3-tags.ts';

const texts = stored(z.record(z.string(), z.string()));
const flag = z.pipe(
  z.int(),
  z.transform((column) => column === 1),
);

const VersionRow = z.object({
  seq: z.int(),
  bucket: z.string(),
  key: z.string(),
  /** 'null' where it was written without versioning. */
  id: z.string(),
  isMarker: flag,
  size: z.int(),
  etag: z.string(),
  headers: texts,
  checksum: stored(z.nullable(Checksum)),
  tags: texts,
  modified: z.int(),
  noncurrentSince: z.nullable(z.int()),
});
const ExpirableRow = z.extend(VersionRow, { isAlone: flag });
const SliceRow = z.object({ blob: z.string(), start: z.int(), size: z.int() });

/** An object as it was written once, or a delete marker. */
export type Version = z.output<typeof VersionRow>;

/** What is written: the bytes are the blobs', one after the other. */
export type Draft = {
  bucket: string;
  key: string;
  /** The headers to be answered with it, metadata included. */
  headers: Readonly<Record<string, string>>;
  tags: Tags;
  etag: string;
  checksum: Checksum | null;
  pieces: readonly { blob: string; size: number }[];
  /** Epoch ms; of an upload in parts when it was begun, as S3 dates it, which is what its lifecycle counts from. */
  modified: number;
};

/** Who removes something: a caller or the lifecycle. */
type Remover = 'ObjectRemoved' | 'LifecycleExpiration';

export type Versions = ReturnType<typeof openVersions>;

/** Objects and their versions. Every call is one transaction, or part of the one under way. */
export const openVersions = (database: S3Database, buckets: Buckets, events: Events, clock: Clock) => {
  const sql = {
    current: database.prepare(
      'SELECT * FROM version WHERE bucket = ? AND key = ? AND noncurrentSince IS NULL',
    ),
    find: database.prepare('SELECT * FROM version WHERE bucket = ? AND key = ? AND id = ?'),
    insert: database.prepare(`
      INSERT INTO version (bucket, key, id, isMarker, size, etag, headers, checksum, tags, modified)
      VALUES (:bucket, :key, :id, :isMarker, :size, :etag, :headers, :checksum, :tags, :modified) RETURNING *`),
    insertPiece: database.prepare('INSERT INTO piece (version, start, size, blob) VALUES (?, ?, ?, ?)'),
    supersede: database.prepare(
      'UPDATE version SET noncurrentSince = :now WHERE bucket = :bucket AND key = :key AND noncurrentSince IS NULL',
    ),
    promote: database.prepare(`
      UPDATE version SET noncurrentSince = NULL
      WHERE seq = (SELECT max(seq) FROM version WHERE bucket = :bucket AND key = :key)`),
    delete: database.prepare('DELETE FROM version WHERE seq = ?'),
    deletePieces: database.prepare('DELETE FROM piece WHERE version = ? RETURNING blob'),
    tag: database.prepare('UPDATE version SET tags = :tags WHERE seq = :seq'),
    slices: database.prepare(`
      SELECT blob, start, size FROM piece
      WHERE version = :seq AND start <= :last AND start + size > :first ORDER BY start`),
    list: database.prepare(`
      SELECT * FROM version
      WHERE bucket = :bucket AND key >= :prefix AND key > :after AND noncurrentSince IS NULL AND isMarker = 0
      ORDER BY key LIMIT :limit`),
    listAll: database.prepare(`
      SELECT * FROM version
      WHERE bucket = :bucket AND key >= :prefix AND (key > :after OR (key = :after AND seq < :before))
      ORDER BY key, seq DESC LIMIT :limit`),
    expirable: database.prepare(`
      SELECT *, (SELECT count(*) FROM version AS any WHERE any.bucket = version.bucket AND any.key = version.key) = 1
        AS isAlone FROM version WHERE bucket = ?`),
  };

  const read = (row: unknown): Version | undefined => z.parse(z.optional(VersionRow), row);
  const current = (bucket: string, key: string): Version | undefined => read(sql.current.get(bucket, key));
  const find = (bucket: string, key: string, id: string): Version | undefined =>
    read(sql.find.get(bucket, key, id));

  const erase = ({ seq }: Version): void => {
    for (const { blob } of z.parse(z.array(z.object({ blob: z.string() })), sql.deletePieces.all(seq)))
      database.discard(blob);
    sql.delete.run(seq);
  };

  /** Makes a new current version. Without versioning it takes the place of the one that has no id. */
  const insert = ({ pieces, ...draft }: Draft, isMarker: boolean): Version => {
    const { bucket, key } = draft;
    const isVersioned = buckets.find(bucket).versioning === 'Enabled';
    const id = isVersioned ? randomBytes(24).toString('base64url') : 'null';
    const replaced = find(bucket, key, id);
    if (replaced) erase(replaced);
    sql.supersede.run({ bucket, key, now: clock.now() });
    const version = z.parse(
      VersionRow,
      sql.insert.get({
        ...draft,
        id,
        isMarker: Number(isMarker),
        size: pieces.reduce((sum, { size }) => sum + size, 0),
        headers: JSON.stringify(draft.headers),
        checksum: JSON.stringify(draft.checksum),
        tags: JSON.stringify(draft.tags),
      }),
    );
    let start = 0;
    for (const { blob, size } of pieces) {
      if (size === 0) database.discard(blob);
      else sql.insertPiece.run(version.seq, start, size, blob);
      start += size;
    }
    return version;
  };

  return {
    /** The latest version, which may be a delete marker. */
    current,
    find,
    /** Writes an object, unless the check of what is there now throws. */
    put: (
      draft: Draft,
      event: 'ObjectCreated:Put' | 'ObjectCreated:CompleteMultipartUpload',
      check: (current: Version | undefined) => void,
    ): Version =>
      database.transaction(() => {
        const before = current(draft.bucket, draft.key);
        check(before?.isMarker === true ? undefined : before);
        const version = insert(draft, false);
        events.add(event, version);
        return version;
      }),
    /** Removes an object; with versioning it is hidden behind a delete marker, which is returned. */
    remove: (bucket: string, key: string, remover: Remover): Version | undefined =>
      database.transaction(() => {
        if (buckets.find(bucket).versioning === null) {
          const version = current(bucket, key);
          if (version) erase(version);
          if (version) events.add(`${remover}:Delete`, { bucket, key, id: 'null' });
          return undefined;
        }
        const draft = {
          bucket,
          key,
          headers: {},
          tags: {},
          etag: '',
          checksum: null,
          pieces: [],
          modified: clock.now(),
        };
        const marker = insert(draft, true);
        events.add(`${remover}:DeleteMarkerCreated`, { bucket, key, id: marker.id });
        return marker;
      }),
    /** Deletes a version for good; the one before it becomes current again. */
    removeVersion: (version: Version, remover: Remover | null): void =>
      database.transaction(() => {
        const { bucket, key, id } = version;
        erase(version);
        sql.promote.run({ bucket, key });
        if (remover !== null) events.add(`${remover}:Delete`, { bucket, key, id });
      }),
    tag: ({ seq }: Version, tags: Tags): void =>
      database.transaction(() => void sql.tag.run({ seq, tags: JSON.stringify(tags) })),
    /** Where the bytes of a range are. */
    slices: ({ seq }: Version, { first, last }: ByteRange): Slice[] =>
      z.parse(z.array(SliceRow), sql.slices.all({ seq, first, last })).map(({ blob, start, size }) => ({
        blob,
        first: Math.max(first - start, 0),
        last: Math.min(last - start, size - 1),
      })),
    /** Objects by key (in the order of their bytes), after one. */
    list: (bucket: string, prefix: string, after: string, limit: number): Version[] =>
      z
        .parse(z.array(VersionRow), sql.list.all({ bucket, prefix, after, limit }))
        .filter(({ key }) => key.startsWith(prefix)),
    /** Versions and delete markers by key, the latest first, after a key or, if `before` is not 0, after that version of it. */
    listAll: (bucket: string, prefix: string, after: string, before: number, limit: number): Version[] =>
      z
        .parse(z.array(VersionRow), sql.listAll.all({ bucket, prefix, after, before, limit }))
        .filter(({ key }) => key.startsWith(prefix)),
    expirable: (bucket: string): (Version & Expirable)[] =>
      z.parse(z.array(ExpirableRow), sql.expirable.all(bucket)),
  };
};
