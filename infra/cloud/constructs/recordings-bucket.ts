import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  CfnBucket,
  HttpMethods,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { toBucket } from '../interfaces.ts';

/**
 * The tag that lets a recording go: it is set once the draw that covers the recording has been held and no check or appeal needs
 * it. An object without it never expires.
 */
const releasedTag = { key: 'retention', value: 'released' } as const;

/** R5.1: recordings are kept one month. */
const keepDays = 30;

const closed = {
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
  removalPolicy: RemovalPolicy.RETAIN,
} as const;

/** Aborting uploads and clearing markers take no tag filter, so each is a rule of its own. */
const lifecycleRules = [
  {
    id: 'expire-released-recordings',
    tagFilters: { [releasedTag.key]: releasedTag.value },
    expiration: Duration.days(keepDays),
    // On a versioned bucket an expiry only hides the object: this deletes it.
    noncurrentVersionExpiration: Duration.days(1),
  },
  { id: 'abort-broken-uploads', abortIncompleteMultipartUploadAfter: Duration.days(7) },
  { id: 'clear-delete-markers', expiredObjectDeleteMarker: true },
];

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
      lifecycleRules,
      ...(key
        ? { encryption: BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true }
        : { encryption: BucketEncryption.S3_MANAGED }),
      ...(origins.length > 0 && {
        cors: [
          {
            allowedOrigins: [...origins],
            allowedMethods: [HttpMethods.GET, HttpMethods.HEAD, HttpMethods.PUT],
            allowedHeaders: ['content-type', 'x-amz-*'],
            // A browser completes a multipart upload with the parts' ETags.
            exposedHeaders: ['ETag'],
            maxAge: 3600,
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
