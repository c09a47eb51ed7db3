import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateScheduleGroupCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  ResourceNotFoundException,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { expect, it } from 'vitest';
import { openSchedulerEngine } from '../../infra/local/engines/scheduler.ts';
import type { TimerTarget } from '../../shared/adapters/scheduler/timers.ts';
import { makeTimers, scheduleName } from '../../shared/adapters/scheduler/timers.ts';
import { makeDueTimers } from '../../shared/adapters/sqs/queues.ts';
import { dueTimerSchema } from '../../shared/contracts/queue-messages.ts';
import { epochMs } from '../../shared/domain/instant.ts';
import { memoryDueTimers } from '../support/memory/due-timers.ts';
import { memoryTimers } from '../support/memory/timers.ts';
import { minute, start } from '../support/suites/build-commit.ts';
import { localClient } from '../support/suites/open-tables.ts';
import { openSqs } from '../support/suites/open-queues.ts';
import type { TimersRig } from '../support/suites/timers.ts';
import { describeTimers } from '../support/suites/timers.ts';

const group = 'ninedays-timers';
const roleArn = 'arn:aws:iam::000000000000:role/ninedays-timers';

describeTimers('in memory', async () => {
  const dueTimers = memoryDueTimers();
  const timers = memoryTimers(dueTimers);
  let taken = 0;
  return {
    timers,
    turnTo: timers.fire,
    due: async () => {
      const due = dueTimers.sent.slice(taken);
      taken = dueTimers.sent.length;
      return due;
    },
    close: async () => {},
  };
});

/** The adapters on the scheduler's and the queues' engines, as in the product. */
const openEngines = async (): Promise<TimersRig & { scheduler: SchedulerClient; target: TimerTarget }> => {
  const folder = mkdtempSync(join(tmpdir(), 'timers-'));
  let now = epochMs(start);
  const clock = { now: () => now };
  const sqs = await openSqs(join(folder, 'sqs.sqlite'), clock);
  const engine = await openSchedulerEngine({
    file: join(folder, 'scheduler.sqlite'),
    clock,
    deliver: ({ arn, input }) => void sqs.engine.send(arn.split(':').at(-1)!, { body: input }),
  });
  const scheduler = new SchedulerClient({ ...localClient, endpoint: engine.url });
  await scheduler.send(new CreateScheduleGroupCommand({ Name: group }));
  const target = {
    group,
    roleArn,
    queueArn: sqs.engine.queueArn('due-timers'),
    deadLetterArn: sqs.engine.queueArn('due-timers-dlq'),
  };
  return {
    scheduler,
    target,
    timers: makeTimers(
      scheduler,
      () => target,
      makeDueTimers(sqs.client, () => sqs.engine.queueUrl('due-timers')),
    ),
    turnTo: async (instant) => {
      now = epochMs(instant);
      await engine.tick();
    },
    due: async () => sqs.take('due-timers').map((message) => dueTimerSchema.parse(message)),
    close: async () => {
      scheduler.destroy();
      await engine.close();
      await sqs.close();
      rmSync(folder, { recursive: true });
    },
  };
};

describeTimers('in the scheduler', openEngines);

it('sets a timer as a one-time schedule that names its order, removes itself and leaves what it cannot deliver in the dead-letter queue', async () => {
  const rig = await openEngines();
  const timer = { orderId: 'A-1001', step: 'call-customer-1.rung', version: 3 };
  await rig.timers.set({ ...timer, at: minute(30) }, start);
  const schedule = await rig.scheduler.send(
    new GetScheduleCommand({ Name: 'A-1001.call-customer-1.rung.3', GroupName: group }),
  );
  const { Schedules } = await rig.scheduler.send(
    new ListSchedulesCommand({ GroupName: group, NamePrefix: 'A-1001.' }),
  );
  await rig.close();
  expect(scheduleName(timer)).toBe('A-1001.call-customer-1.rung.3');
  expect(Schedules).toHaveLength(1);
  expect(schedule).toMatchObject({
    ScheduleExpression: 'at(2025-03-08T02:30:00)',
    ActionAfterCompletion: 'DELETE',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: {
      Arn: 'arn:aws:sqs:us-east-1:000000000000:due-timers',
      RoleArn: roleArn,
      Input: JSON.stringify(timer),
      DeadLetterConfig: { Arn: 'arn:aws:sqs:us-east-1:000000000000:due-timers-dlq' },
      RetryPolicy: { MaximumEventAgeInSeconds: 1800, MaximumRetryAttempts: 10 },
    },
  });
});

it('fails when the schedule group is missing: that is a fault of the deployment, not a timer that has passed', async () => {
  const rig = await openEngines();
  const due = memoryDueTimers();
  const timers = makeTimers(rig.scheduler, () => ({ ...rig.target, group: 'missing' }), due);
  const timer = { orderId: 'A-1', step: 'digest', version: 1, at: minute(30) };
  await expect(timers.set(timer, start)).rejects.toThrow(ResourceNotFoundException);
  await rig.close();
  expect(due.sent).toStrictEqual([]);
});
