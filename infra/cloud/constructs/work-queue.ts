import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { QueueDefinition, QueueName } from '../../catalogue.ts';
import { deadLetterQueueNameOf, queueNameOf } from '../names.ts';

/** Messages hold ids only, so SQS's own encryption is enough whatever key the tables have. */
export const closedQueue = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true } as const;

type WorkQueueProps = { stage: string; name: QueueName; definition: QueueDefinition };

/** A queue of work and the place of what could not be done after bounded tries. */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetterQueue: Queue;

  constructor(scope: Construct, id: string, { stage, name, definition }: WorkQueueProps) {
    super(scope, id);
    this.deadLetterQueue = new Queue(this, 'DeadLetters', {
      ...closedQueue,
      queueName: deadLetterQueueNameOf(stage, name),
      retentionPeriod: Duration.days(14),
    });
    this.queue = new Queue(this, 'Queue', {
      ...closedQueue,
      queueName: queueNameOf(stage, name),
      visibilityTimeout: Duration.seconds(definition.visibilityTimeoutSeconds),
      retentionPeriod: Duration.days(4),
      receiveMessageWaitTime: Duration.seconds(20),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: definition.maxReceiveCount },
    });
  }
}
