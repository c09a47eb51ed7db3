import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Bucket } from 'aws-cdk-lib/aws-s3';

const isVpc = (found: unknown): found is IVpc => found instanceof Vpc;
const isBucket = (found: unknown): found is IBucket => found instanceof Bucket;

/** The CDK's classes say `T | undefined` where its interfaces say an optional `T`, which this compiler tells apart. */
export const toVpc = (made: unknown): IVpc => {
  if (!isVpc(made)) throw new TypeError('not a Vpc');
  return made;
};

/** As {@link toVpc}. */
export const toBucket = (made: unknown): IBucket => {
  if (!isBucket(made)) throw new TypeError('not a Bucket');
  return made;
};
