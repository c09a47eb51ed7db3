import type { SchedulerClient } from '@aws-sdk/client-scheduler';
import {
  ConflictException,
  CreateScheduleCommand,
  CreateScheduleGroupCommand,
} from '@aws-sdk/client-scheduler';
import type { FunctionName } from '../catalogue.ts';
import { definitionOf, functionNames } from '../catalogue.ts';
import type { SqsEngine } from './engines/sqs.ts';
import type { LambdaHost } from './lambda-host.ts';
import { timerGroup } from './local-env.ts';
import type { Meter } from './meter.ts';

const recurringGroup = 'ninedays-recurring';
const functionArn = (name: FunctionName): string => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;

/** The schedules that run at intervals, as the cloud's stack creates them, and the group of the orders' timers. */
export const createRecurringSchedules = async (client: SchedulerClient): Promise<void> => {
  for (const Name of [timerGroup, recurringGroup])
    await unlessThere(async () => await client.send(new CreateScheduleGroupCommand({ Name })));
  for (const name of functionNames) {
    const { trigger } = definitionOf(name);
    if (trigger.type !== 'schedule') continue;
    const command = new CreateScheduleCommand({
      Name: name,
      GroupName: recurringGroup,
      ScheduleExpression: `rate(${trigger.everyMinutes} minutes)`,
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: functionArn(name), RoleArn: 'arn:aws:iam::000000000000:role/recurring', Input: '{}' },
    });
    await unlessThere(async () => await client.send(command));
  }
  client.destroy();
};

/** Hands what the scheduler fires to its target: a queue, or a function of the catalogue. */
export const deliverSchedule =
  ({ sqs, lambda, meter }: { sqs: SqsEngine; lambda: LambdaHost; meter: Meter }) =>
  async ({ arn, input }: { arn: string; input: string }): Promise<void> => {
    meter.operation('scheduler.Invocation');
    meter.unit('scheduler.invocations', 1);
    const name = functionNames.find((candidate) => functionArn(candidate) === arn);
    if (name !== undefined) return void (await lambda.invoke(name, JSON.parse(input)));
    const queue = arn.split(':').at(-1) ?? '';
    meter.unit('sqs.requests', 1);
    sqs.send(queue, { body: input });
  };

const unlessThere = async (create: () => Promise<unknown>): Promise<void> => {
  try {
    await create();
  } catch (error) {
    if (!(error instanceof ConflictException)) throw error;
  }
};
