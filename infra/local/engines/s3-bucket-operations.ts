import * as z from 'zod/mini';
import { receiveText } from './s3-body.ts';
import { readCors } from './s3-cors.ts';
import { S3Error } from './s3-errors.ts';
import { readLifecycle } from './s3-lifecycle.ts';
import { isoTime, type Operation, type S3State } from './s3-operation.ts';
import { elements, fromXml, maybe, one, text, toXml } from './s3-xml.ts';

const LOCATION = elements({ LocationConstraint: maybe(text) });
const VERSIONING = elements({ Status: one(z.enum(['Enabled', 'Suspended'])) });

const bucketsThemselves = ({ buckets, region }: S3State): Record<string, Operation> => ({
  ListBuckets: {
    perform: () => {
      const Bucket = buckets
        .list()
        .map(({ name, created }) => ({ Name: name, CreationDate: isoTime(created) }));
      return { xml: toXml('ListAllMyBucketsResult', { Buckets: { Bucket } }) };
    },
  },

  CreateBucket: {
    perform: async (request) => {
      const document = await receiveText(request);
      const { LocationConstraint = region } =
        document === '' ? {} : fromXml(document, 'CreateBucketConfiguration', LOCATION);
      if (LocationConstraint !== region)
        throw new S3Error(
          'IllegalLocationConstraintException',
          'The specified location-constraint is not valid',
        );
      const name = request.bucket;
      if (!buckets.seek(name)) buckets.create(name);
      // In this one region S3 answers that it is well, too, and changes nothing.
      else if (region !== 'us-east-1')
        throw new S3Error(
          'BucketAlreadyOwnedByYou',
          'The bucket you tried to create already exists, and you own it.',
          { details: { BucketName: name } },
        );
      return { headers: { location: `/${name}` } };
    },
  },

  HeadBucket: {
    perform: (request) => {
      buckets.find(request.bucket);
      return { headers: { 'x-amz-bucket-region': region } };
    },
  },
});

const versioning = ({ buckets }: S3State): Record<string, Operation> => ({
  GetBucketVersioning: {
    query: ['versioning'],
    perform: (request) => {
      const Status = buckets.find(request.bucket).versioning ?? undefined;
      return { xml: toXml('VersioningConfiguration', { Status }) };
    },
  },

  PutBucketVersioning: {
    query: ['versioning'],
    perform: async (request) => {
      const { Status } = fromXml(await receiveText(request), 'VersioningConfiguration', VERSIONING);
      buckets.configure(request.bucket, { versioning: Status });
      return {};
    },
  },
});

/** Putting, reading and deleting a configuration; its document is kept as it was put. */
const configuration = (
  { buckets }: S3State,
  column: 'lifecycle' | 'cors',
  check: (document: string) => unknown,
  missing: () => S3Error,
): Record<'get' | 'put' | 'delete', Operation> => ({
  get: {
    query: [column],
    perform: (request) => {
      const xml = buckets.find(request.bucket)[column];
      if (xml === null) throw missing();
      return { xml };
    },
  },
  put: {
    query: [column],
    perform: async (request) => {
      const document = await receiveText(request);
      check(document);
      buckets.configure(request.bucket, { [column]: document });
      return {};
    },
  },
  delete: {
    query: [column],
    perform: (request) => {
      buckets.configure(request.bucket, { [column]: null });
      return { status: 204 };
    },
  },
});

/** The operations on buckets and their configurations. */
export const bucketOperations = (state: S3State): Record<string, Operation> => {
  const lifecycle = configuration(
    state,
    'lifecycle',
    readLifecycle,
    () => new S3Error('NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist'),
  );
  const cors = configuration(
    state,
    'cors',
    readCors,
    () => new S3Error('NoSuchCORSConfiguration', 'The CORS configuration does not exist'),
  );
  return {
    ...bucketsThemselves(state),
    ...versioning(state),
    GetBucketLifecycleConfiguration: lifecycle.get,
    PutBucketLifecycleConfiguration: lifecycle.put,
    DeleteBucketLifecycle: lifecycle.delete,
    GetBucketCors: cors.get,
    PutBucketCors: cors.put,
    DeleteBucketCors: cors.delete,
  };
};
