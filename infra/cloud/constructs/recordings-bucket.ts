import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { LifecycleRule } from 'aws-cdk-lib/aws-s3';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  CfnBucket,
  HttpMethods,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { corsRule, lifecycleRules } from '../../recordings-bucket-rules.ts';
import { toBucket } from '../interfaces.ts';

const closed = {
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
  removalPolicy: RemovalPolicy.RETAIN,
} as const;

const expiring = lifecycleRules.map(
  ({ id, tag, expireDays, noncurrentDays, abortDays, clearsMarkers }): LifecycleRule => ({
    id,
    ...(tag && { tagFilters: { [tag.key]: tag.value } }),
    ...(expireDays !== undefined && { expiration: Duration.days(expireDays) }),
    ...(noncurrentDays !== undefined && { noncurrentVersionExpiration: Duration.days(noncurrentDays) }),
    ...(abortDays !== undefined && { abortIncompleteMultipartUploadAfter: Duration.days(abortDays) }),
    ...(clearsMarkers && { expiredObjectDeleteMarker: true }),
  }),
);

type RecordingsBucketProps = {
  /** Origins whose pages may upload and play recordings. */
  origins: readonly string[];
  /** Who looked at a recording stays known this long, which outlives the recording (at least 180 days). */
  accessLogDays: number;
  key: IKey | undefined;
};

/** Training recordings, uploaded and fetched through presigned addresses only. Its events go to EventBridge. */
export class RecordingsBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { origins, accessLogDays, key }: RecordingsBucketProps) {
    super(scope, id);
    const accessLogs = new Bucket(this, 'AccessLogs', {
      ...closed,
      encryption: BucketEncryption.S3_MANAGED,
      versioned: true,
      lifecycleRules: [
        {
          id: 'expire-logs',
          expiration: Duration.days(accessLogDays),
          noncurrentVersionExpiration: Duration.days(1),
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
      ],
    });
    this.bucket = new Bucket(this, 'Bucket', {
      ...closed,
      versioned: true,
      serverAccessLogsBucket: toBucket(accessLogs),
      serverAccessLogsPrefix: 'recordings/',
      lifecycleRules: expiring,
      ...(key
        ? { encryption: BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true }
        : { encryption: BucketEncryption.S3_MANAGED }),
      ...(origins.length > 0 && {
        cors: [
          {
            allowedOrigins: [...origins],
            allowedMethods: corsRule.methods.map((method) => HttpMethods[method]),
            allowedHeaders: [...corsRule.headers],
            exposedHeaders: [...corsRule.exposed],
            maxAge: corsRule.maxAgeSeconds,
          },
        ],
      }),
    });
    this.#sendEvents();
  }

  /** The bucket's own property; the construct's `eventBridgeEnabled` would deploy a function of the CDK's to set it. */
  #sendEvents(): void {
    const { defaultChild } = this.bucket.node;
    if (!(defaultChild instanceof CfnBucket)) throw new Error('the bucket has no resource');
    defaultChild.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
  }
}
