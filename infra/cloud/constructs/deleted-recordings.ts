import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { recordingsPrefix } from '../../../shared/domain/recordings/recording-id.ts';
import type { WorkQueue } from './work-queue.ts';

/** R5.1 Sends what S3 says of deleted recordings, the proof of their deletion, to a queue; what can't be handed over goes to that queue's dead letters. */
export class DeletedRecordings extends Construct {
  constructor(scope: Construct, id: string, { bucket, to }: { bucket: Bucket; to: WorkQueue }) {
    super(scope, id);
    new Rule(this, 'Rule', {
      description: 'Recordings that were deleted, by their lifecycle or by hand.',
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Deleted'],
        detail: { bucket: { name: [bucket.bucketName] }, object: { key: [{ prefix: recordingsPrefix }] } },
      },
      targets: [new SqsQueue(to.queue, { deadLetterQueue: to.deadLetterQueue })],
    });
  }
}
