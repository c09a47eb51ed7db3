import * as z from 'zod/mini';
import type { Clock } from '../../../shared/ports/clock.ts';
import type { S3Database } from './s3-database.ts';
import { S3Error } from './s3-errors.ts';

const BucketRow = z.object({
  name: z.string(),
  created: z.int(),
  /** Null until versioning is enabled for the first time. */
  versioning: z.nullable(z.enum(['Enabled', 'Suspended'])),
  lifecycle: z.nullable(z.string()),
  cors: z.nullable(z.string()),
});

/** A bucket; its configurations are the documents that were put. */
export type Bucket = z.output<typeof BucketRow>;

export type Buckets = ReturnType<typeof openBuckets>;

const NAME = /^(?!\d+\.\d+\.\d+\.\d+$)[a-z\d](?:[a-z\d-]|\.(?!\.)){1,61}[a-z\d]$/;

export const openBuckets = (database: S3Database, clock: Clock) => {
  const sql = {
    find: database.prepare('SELECT * FROM bucket WHERE name = ?'),
    list: database.prepare('SELECT * FROM bucket ORDER BY name'),
    create: database.prepare('INSERT INTO bucket (name, created) VALUES (?, ?)'),
    save: database.prepare(
      'UPDATE bucket SET versioning = :versioning, lifecycle = :lifecycle, cors = :cors WHERE name = :name',
    ),
  };

  const seek = (name: string): Bucket | undefined => z.parse(z.optional(BucketRow), sql.find.get(name));

  const find = (name: string): Bucket => {
    const bucket = seek(name);
    if (bucket) return bucket;
    throw new S3Error('NoSuchBucket', 'The specified bucket does not exist', {
      details: { BucketName: name },
    });
  };

  return {
    seek,
    /** Throws NoSuchBucket. */
    find,
    list: (): Bucket[] => z.parse(z.array(BucketRow), sql.list.all()),
    create: (name: string): void => {
      if (!NAME.test(name))
        throw new S3Error('InvalidBucketName', 'The specified bucket is not valid.', {
          details: { BucketName: name },
        });
      sql.create.run(name, clock.now());
    },
    configure: (
      name: string,
      configuration: Partial<Pick<Bucket, 'versioning' | 'lifecycle' | 'cors'>>,
    ): void => {
      const { versioning, lifecycle, cors } = { ...find(name), ...configuration };
      database.transaction(() => sql.save.run({ name, versioning, lifecycle, cors }));
    },
  };
};
