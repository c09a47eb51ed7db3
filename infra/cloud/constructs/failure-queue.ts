import { Duration } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { FunctionName } from '../../catalogue.ts';
import { acknowledge } from '../acknowledge.ts';
import { failureQueueNameOf } from '../names.ts';
import { closedQueue } from './work-queue.ts';

/** Where a function's batches or runs end that failed for good. Nothing reads it but an operator; its alarm calls one. */
export class FailureQueue extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, { stage, name }: { stage: string; name: FunctionName }) {
    super(scope, id);
    this.queue = new Queue(this, 'Queue', {
      ...closedQueue,
      queueName: failureQueueNameOf(stage, name),
      retentionPeriod: Duration.days(14),
    });
    acknowledge(
      this.queue,
      'AwsSolutions-SQS3',
      'It is itself the last stop of failed batches and runs, with an alarm on its first message.',
    );
  }
}
