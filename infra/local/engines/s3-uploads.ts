import { randomBytes } from 'node:crypto';
import * as z from 'zod/mini';
import type { Clock } from '../../../shared/ports/clock.ts';
import { Checksum, ChecksumAlgorithm } from './s3-checksums.ts';
import { stored, type S3Database } from './s3-database.ts';
import { S3Error } from './s3-errors.ts';
import type { Tags } from './s3-tags.ts';

const texts = stored(z.record(z.string(), z.string()));

const UploadRow = z.object({
  id: z.string(),
  bucket: z.string(),
  key: z.string(),
  headers: texts,
  tags: texts,
  /** What each part has to bring a checksum of; null for none. */
  algorithm: z.nullable(ChecksumAlgorithm),
  initiated: z.int(),
});

const PartRow = z.object({
  upload: z.string(),
  number: z.int(),
  size: z.int(),
  etag: z.string(),
  checksum: stored(z.nullable(Checksum)),
  modified: z.int(),
  blob: z.string(),
});

/** A multipart upload that is under way. */
export type Upload = z.output<typeof UploadRow>;
export type Part = z.output<typeof PartRow>;

type NewUpload = {
  bucket: string;
  key: string;
  headers: Readonly<Record<string, string>>;
  tags: Tags;
  algorithm: ChecksumAlgorithm | null;
};

export type Uploads = ReturnType<typeof openUploads>;

/** Multipart uploads and their parts. Every call is one transaction, or part of the one under way. */
export const openUploads = (database: S3Database, clock: Clock) => {
  const sql = {
    insert: database.prepare(`
      INSERT INTO upload (id, bucket, key, headers, tags, algorithm, initiated)
      VALUES (:id, :bucket, :key, :headers, :tags, :algorithm, :initiated)`),
    find: database.prepare('SELECT * FROM upload WHERE id = ? AND bucket = ? AND key = ?'),
    list: database.prepare(`
      SELECT * FROM upload WHERE bucket = :bucket AND key >= :prefix AND (key, id) > (:afterKey, :afterId)
      ORDER BY key, id LIMIT :limit`),
    all: database.prepare('SELECT * FROM upload WHERE bucket = ?'),
    delete: database.prepare('DELETE FROM upload WHERE id = ?'),
    part: database.prepare('SELECT * FROM part WHERE upload = ? AND number = ?'),
    parts: database.prepare('SELECT * FROM part WHERE upload = ? AND number > ? ORDER BY number LIMIT ?'),
    putPart: database.prepare(`
      INSERT OR REPLACE INTO part (upload, number, size, etag, checksum, modified, blob)
      VALUES (:upload, :number, :size, :etag, :checksum, :modified, :blob)`),
    deleteParts: database.prepare('DELETE FROM part WHERE upload = ?'),
  };

  const find = (bucket: string, key: string, id: string): Upload => {
    const row = sql.find.get(id, bucket, key);
    if (row) return z.parse(UploadRow, row);
    const reason =
      'The specified multipart upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.';
    throw new S3Error('NoSuchUpload', reason, { details: { UploadId: id } });
  };

  const parts = ({ id }: Upload, after: number, limit: number): Part[] =>
    z.parse(z.array(PartRow), sql.parts.all(id, after, limit));

  /** Forgets an upload; of its parts' bytes only these stay. */
  const end = (upload: Upload, kept: ReadonlySet<string>): void =>
    database.transaction(() => {
      for (const { blob } of parts(upload, 0, -1)) if (!kept.has(blob)) database.discard(blob);
      sql.deleteParts.run(upload.id);
      sql.delete.run(upload.id);
    });

  return {
    create: ({ bucket, key, headers, tags, algorithm }: NewUpload): string => {
      const id = randomBytes(48).toString('base64url');
      const columns = { headers: JSON.stringify(headers), tags: JSON.stringify(tags), algorithm };
      database.transaction(
        () => void sql.insert.run({ id, bucket, key, ...columns, initiated: clock.now() }),
      );
      return id;
    },
    /** Throws NoSuchUpload. */
    find,
    /** The uploads under way by key and id, after one. */
    list: (bucket: string, prefix: string, [afterKey, afterId]: [string, string], limit: number): Upload[] =>
      z
        .parse(z.array(UploadRow), sql.list.all({ bucket, prefix, afterKey, afterId, limit }))
        .filter(({ key }) => key.startsWith(prefix)),
    all: (bucket: string): Upload[] => z.parse(z.array(UploadRow), sql.all.all(bucket)),
    /** Keeps a part; one of the same number that was there before goes. Throws NoSuchUpload. */
    putPart: ({ bucket, key, id }: Upload, part: Omit<Part, 'upload' | 'modified'>): void =>
      database.transaction(() => {
        const upload = find(bucket, key, id).id;
        const before = z.parse(z.optional(PartRow), sql.part.get(upload, part.number));
        if (before) database.discard(before.blob);
        sql.putPart.run({ ...part, upload, checksum: JSON.stringify(part.checksum), modified: clock.now() });
      }),
    /** Parts by number, after one; a limit of -1 is none. */
    parts,
    end,
  };
};
