import { RemovalPolicy } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { timerGroupOf } from '../names.ts';
import { schedulerPrincipal } from '../scheduler-principal.ts';
import type { WorkQueue } from './work-queue.ts';

/**
 * Where the orders' timers live, and the role by which they reach the queue of due timers. What the scheduler can't hand over goes to that
 * queue's dead letters, in the same form, so that one redrive brings both back.
 */
export class TimerSchedules extends Construct {
  readonly groupName: string;
  readonly role: Role;
  readonly deadLetterQueue: IQueue;

  constructor(scope: Construct, id: string, { stage, dueTimers }: { stage: string; dueTimers: WorkQueue }) {
    super(scope, id);
    this.groupName = timerGroupOf(stage);
    const group = new CfnScheduleGroup(this, 'Group', { name: this.groupName });
    // Deleting a group deletes every timer in it.
    group.applyRemovalPolicy(RemovalPolicy.RETAIN);
    this.deadLetterQueue = dueTimers.deadLetterQueue;
    this.role = new Role(this, 'Role', {
      description: 'Timers of orders: hands what is due to the queue of due timers.',
      assumedBy: schedulerPrincipal(this.groupName),
      inlinePolicies: {
        timers: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: ['sqs:SendMessage'],
              resources: [dueTimers.queue.queueArn, dueTimers.deadLetterQueue.queueArn],
            }),
          ],
        }),
      },
    });
  }
}
