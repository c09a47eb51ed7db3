import { DatabaseSync } from 'node:sqlite';
import * as z from 'zod/mini';
import { makeTransaction } from './sqlite-transaction.ts';

/**
 * A version is an object as it was once written, or a delete marker; of each key one is current, which is the one whose
 * `noncurrentSince` is null. Its bytes are its pieces, one after the other. Times are epoch milliseconds.
 */
const TABLES = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE IF NOT EXISTS bucket (
    name TEXT PRIMARY KEY, created INTEGER NOT NULL, versioning TEXT, lifecycle TEXT, cors TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS version (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, bucket TEXT NOT NULL, key TEXT NOT NULL, id TEXT NOT NULL,
    isMarker INTEGER NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL, headers TEXT NOT NULL, checksum TEXT NOT NULL,
    tags TEXT NOT NULL, modified INTEGER NOT NULL, noncurrentSince INTEGER, UNIQUE (bucket, key, id)
  ) STRICT;
  CREATE UNIQUE INDEX IF NOT EXISTS currentVersion ON version (bucket, key) WHERE noncurrentSince IS NULL;
  CREATE TABLE IF NOT EXISTS piece (
    version INTEGER NOT NULL, start INTEGER NOT NULL, size INTEGER NOT NULL, blob TEXT NOT NULL UNIQUE,
    PRIMARY KEY (version, start)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS upload (
    id TEXT PRIMARY KEY, bucket TEXT NOT NULL, key TEXT NOT NULL, headers TEXT NOT NULL, tags TEXT NOT NULL,
    algorithm TEXT, initiated INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS uploadByKey ON upload (bucket, key, id);
  CREATE TABLE IF NOT EXISTS part (
    upload TEXT NOT NULL, number INTEGER NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL, checksum TEXT NOT NULL,
    modified INTEGER NOT NULL, blob TEXT NOT NULL UNIQUE, PRIMARY KEY (upload, number)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS event (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, bucket TEXT NOT NULL, key TEXT NOT NULL,
    versionId TEXT, size INTEGER, etag TEXT, at INTEGER NOT NULL
  ) STRICT;
`;

/** A column that holds JSON; the engine itself has written it. */
export const stored = <S extends z.core.$ZodType>(schema: S) =>
  z.pipe(
    z.pipe(
      z.string(),
      z.transform((text): unknown => JSON.parse(text)),
    ),
    schema,
  );

export type S3Database = ReturnType<typeof openS3Database>;

/**
 * The engine's state but the bytes, in one SQLite file. `onCommit` is told after each transaction which blobs nobody
 * needs any more.
 */
export const openS3Database = (file: string, onCommit: (discarded: readonly string[]) => void) => {
  const db = new DatabaseSync(file);
  db.exec(TABLES);
  const known = db.prepare(
    'SELECT 1 FROM piece WHERE blob = :blob UNION ALL SELECT 1 FROM part WHERE blob = :blob',
  );
  let discarded: string[] = [];

  const transaction = makeTransaction(db, {
    begun: () => (discarded = []),
    committed: () => onCommit(discarded),
  });

  return {
    prepare: (sql: string) => db.prepare(sql),
    transaction,
    /** Lets a blob go once the transaction under way is committed. */
    discard: (blob: string): void => void discarded.push(blob),
    isKnown: (blob: string): boolean => known.get({ blob }) !== undefined,
    close: () => db.close(),
  };
};
