import { Duration } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import {
  CfnEventInvokeConfig,
  EventSourceMapping,
  FilterCriteria,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import type { CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import type { FunctionName, Trigger } from '../../catalogue.ts';
import { newEffects } from '../../stream-filter.ts';
import type { Resources } from '../grants.ts';
import { streamArnOf } from '../grants.ts';
import { schedulerPrincipal } from '../scheduler-principal.ts';
import type { EntryFunction } from './entry-function.ts';

type Of<Type extends Trigger['type']> = Extract<Trigger, { type: Type }>;

type EntryTriggerProps = {
  name: FunctionName;
  trigger: Trigger;
  entry: EntryFunction;
  resources: Resources;
  recurringGroup: CfnScheduleGroup;
};

/** What makes a function run without being called: each with bounded tries and a place for what failed for good. Routes are the door's. */
export class EntryTrigger extends Construct {
  constructor(scope: Construct, id: string, props: EntryTriggerProps) {
    super(scope, id);
    const { trigger } = props;
    if (trigger.type === 'queue') this.#onMessages(trigger, props);
    if (trigger.type === 'stream') this.#onChanges(trigger, props);
    if (trigger.type === 'schedule') this.#onSchedule(trigger, props);
  }

  #onMessages(
    { queue, batchSize, maxConcurrency }: Of<'queue'>,
    { entry, resources }: EntryTriggerProps,
  ): void {
    new EventSourceMapping(this, 'Messages', {
      target: entry.function,
      eventSourceArn: resources.queues[queue].queue.queueArn,
      batchSize,
      maxConcurrency,
      reportBatchItemFailures: true,
    });
  }

  #onChanges({ table, kind, batchSize }: Of<'stream'>, { entry, resources }: EntryTriggerProps): void {
    new EventSourceMapping(this, 'Changes', {
      target: entry.function,
      eventSourceArn: streamArnOf(table, resources),
      batchSize,
      startingPosition: StartingPosition.TRIM_HORIZON,
      filters: [FilterCriteria.filter(newEffects(kind))],
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      retryAttempts: 10,
      // The sweep finds what is older: it must not hold up what is new.
      maxRecordAge: Duration.hours(1),
      onFailure: { bind: () => ({ destination: entry.failures.queueArn }) },
    });
  }

  #onSchedule({ everyMinutes }: Of<'schedule'>, { name, entry, recurringGroup }: EntryTriggerProps): void {
    const { function: target, failures } = entry;
    const intervalSeconds = everyMinutes * 60;
    new CfnEventInvokeConfig(this, 'Runs', {
      functionName: target.functionName,
      qualifier: '$LATEST',
      maximumRetryAttempts: 1,
      maximumEventAgeInSeconds: intervalSeconds,
      destinationConfig: { onFailure: { destination: failures.queueArn } },
    });
    const role = new Role(this, 'Role', {
      description: `Starts ${name} at intervals.`,
      assumedBy: schedulerPrincipal(recurringGroup.name ?? ''),
      inlinePolicies: {
        runs: new PolicyDocument({
          statements: [
            new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [target.functionArn] }),
            new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [failures.queueArn] }),
          ],
        }),
      },
    });
    new CfnSchedule(this, 'Schedule', {
      name,
      groupName: recurringGroup.ref,
      scheduleExpression: `rate(${everyMinutes} ${everyMinutes === 1 ? 'minute' : 'minutes'})`,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: target.functionArn,
        roleArn: role.roleArn,
        retryPolicy: { maximumRetryAttempts: 2, maximumEventAgeInSeconds: intervalSeconds },
        deadLetterConfig: { arn: failures.queueArn },
      },
    });
  }
}
