import { createHash } from 'node:crypto';
import type { SchedulerClient } from '@aws-sdk/client-scheduler';
import {
  ConflictException,
  CreateScheduleCommand,
  DeleteScheduleCommand,
  ResourceNotFoundException,
  ValidationException,
} from '@aws-sdk/client-scheduler';
import { plusMinutes } from '../../domain/instant.ts';
import type { Instant } from '../../domain/instant.ts';
import type { DueTimer } from '../../ports/order-store.ts';
import type { DueTimers, Timers } from '../../ports/timers.ts';

export type TimerTarget = { group: string; queueArn: string; roleArn: string; deadLetterArn: string };

/** Retries of the scheduler itself: a reminder that is half an hour late has been found by the sweep. */
const retryPolicy = { MaximumEventAgeInSeconds: 1800, MaximumRetryAttempts: 10 };

/** Timers as one-time schedules of EventBridge Scheduler, which remove themselves once they have fired. */
export const makeTimers = (
  client: SchedulerClient,
  target: () => TimerTarget,
  dueTimers: DueTimers,
): Timers => ({
  set: async ({ at, orderId, step, version }, now) => {
    const timer = { orderId, step, version };
    if (at <= now) return await dueTimers.send([timer]);
    try {
      await client.send(new CreateScheduleCommand(scheduleOf(timer, at, target())));
    } catch (error) {
      if (error instanceof ConflictException) return;
      if (!isPast(error, at, now)) throw error;
      await dueTimers.send([timer]);
    }
  },

  drop: async (timer) => {
    try {
      await client.send(new DeleteScheduleCommand({ Name: scheduleName(timer), GroupName: target().group }));
    } catch (error) {
      if (!(error instanceof ResourceNotFoundException)) throw error;
    }
  },
});

/** `<order>.<step>.<version>`: at most 64 characters. A step has at most 24; of an order's number over 32 the end is replaced by its hash. */
export const scheduleName = ({ orderId, step, version }: DueTimer): string =>
  `${orderId.length > 32 ? `${orderId.slice(0, 15)}-${shortHash(orderId)}` : orderId}.${step}.${version}`;

const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

const scheduleOf = (
  timer: DueTimer,
  at: Instant,
  { group, queueArn, roleArn, deadLetterArn }: TimerTarget,
) => ({
  Name: scheduleName(timer),
  GroupName: group,
  ScheduleExpression: `at(${at.slice(0, 19)})`,
  FlexibleTimeWindow: { Mode: 'OFF' as const },
  ActionAfterCompletion: 'DELETE' as const,
  Target: {
    Arn: queueArn,
    RoleArn: roleArn,
    Input: JSON.stringify(timer),
    RetryPolicy: retryPolicy,
    DeadLetterConfig: { Arn: deadLetterArn },
  },
});

/** A time may pass while the request is under way. Any other refusal, such as a role that the scheduler may not assume, must not pass for it. */
const isPast = (error: unknown, at: Instant, now: Instant): boolean =>
  error instanceof ValidationException && at <= plusMinutes(now, 1);
