import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../shared/ports/clock.ts';
import { target, type Target } from './scheduler-requests.ts';
import type { InvocationRow, SchedulerStore } from './scheduler-store.ts';

/**
 * What a target, or its dead-letter queue, is sent. A dead letter has the `input` that could not be delivered and, as
 * `deadLetter`, the message attributes that AWS gives it (ERROR_CODE, EXHAUSTED_RETRY_CONDITION, …).
 */
export type ScheduledDelivery = {
  arn: string;
  input: string;
  roleArn: string;
  scheduleName: string;
  groupName: string;
  deadLetter?: Record<string, string>;
};

export type InvocationOptions = {
  clock: Clock;
  /** Hands a delivery to the queue; what it throws is retried by the target's policy. */
  deliver: (delivery: ScheduledDelivery) => void | Promise<void>;
  /** Asked after each delivery; true delivers it once more, as AWS may. */
  deliverTwice?: (() => boolean) | undefined;
};

const SECOND = 1000;
/** AWS only says "exponential"; doubling from 1 s to 8 min, the 185 retries of the default policy fill its 24 h. */
const LONGEST_BACKOFF = 480 * SECOND;

/**
 * The function that invokes everything due at the clock's time, in due order, and answers how much that was. AWS promises
 * no catching up, so a recurring schedule whose clock went past several occurrences fires once, for the first of them,
 * and goes on with the next in the future; a clock that stops at each occurrence sees every one fire.
 */
export function invocationTick(
  store: SchedulerStore,
  scheduleArn: (groupName: string, name: string) => string,
  { clock, deliver, deliverTwice }: InvocationOptions,
): () => Promise<number> {
  async function tick(): Promise<number> {
    // Everything is judged by the time at the start, so that a running clock can't keep one tick going.
    const now = clock.now();
    let count = 0;
    for (let row = store.due(now); row; row = store.due(now)) {
      await (row.exhausted === null ? invoke(row, now) : dropToDeadLetterQueue(row, row.exhausted, now));
      count += 1;
    }
    return count;
  }

  /** Delivered first, recorded after: a crash in between delivers again, and none is lost. */
  async function invoke(row: InvocationRow, now: number): Promise<void> {
    const target = targetOf(row);
    const delivery = deliveryOf(row, target, scheduleArn(row.groupName, row.name));
    try {
      await deliver(delivery);
      if (deliverTwice?.()) await deliver(delivery);
    } catch (error) {
      store.settle(row, now, failed(row, target, now, error));
      return;
    }
    store.settle(row, now);
  }

  async function dropToDeadLetterQueue(row: InvocationRow, exhausted: string, now: number): Promise<void> {
    const target = targetOf(row);
    const schedule = scheduleArn(row.groupName, row.name);
    const attributes = {
      ERROR_CODE: 'DeliveryFailed',
      ERROR_MESSAGE: row.error ?? '',
      EXHAUSTED_RETRY_CONDITION: exhausted,
      IS_PAYLOAD_TRUNCATED: 'false',
      RETRY_ATTEMPTS: String(row.attempt - 1),
      SCHEDULED_TIME: isoSeconds(row.scheduledAt),
      SCHEDULE_ARN: schedule,
      TARGET_ARN: target.Arn,
    };
    const arn = target.DeadLetterConfig?.Arn;
    try {
      if (arn === undefined)
        console.error(JSON.stringify({ code: 'scheduler-invocation-dropped', ...attributes }));
      else await deliver({ ...deliveryOf(row, target, schedule), arn, deadLetter: attributes });
    } catch {
      store.settle(row, now, { ...row, dueAt: now + LONGEST_BACKOFF });
      return;
    }
    store.settle(row, now);
  }

  return tick;
}

const targetOf = (row: InvocationRow): Target => target.parse(JSON.parse(row.target));
const isoSeconds = (at: number) => `${new Date(at).toISOString().slice(0, 19)}Z`;

function failed(row: InvocationRow, target: Target, now: number, error: unknown): Omit<InvocationRow, 'id'> {
  const { MaximumRetryAttempts, MaximumEventAgeInSeconds } = target.RetryPolicy;
  const attempt = row.attempt + 1;
  const firstAt = row.firstAt ?? now;
  const retryAt = now + Math.min(2 ** row.attempt * SECOND, LONGEST_BACKOFF);
  // The age counts from the first attempt: one that comes late because the engine was down still has its retries.
  const isTooOld = retryAt - firstAt > MaximumEventAgeInSeconds * SECOND;
  const exhausted =
    attempt > MaximumRetryAttempts ? 'MaximumRetryAttempts' : isTooOld ? 'MaximumEventAgeInSeconds' : null;
  return {
    ...row,
    attempt,
    firstAt,
    dueAt: exhausted === null ? retryAt : now,
    error: String(error),
    exhausted,
  };
}

/** The delivery with AWS's context attributes filled in, or AWS's default notification where no Input was given. */
function deliveryOf(row: InvocationRow, target: Target, scheduleArn: string): ScheduledDelivery {
  const [, , , region = '', account = ''] = scheduleArn.split(':');
  const scheduledTime = isoSeconds(row.scheduledAt);
  const executionId = randomBytes(8).toString('hex');
  const notification = {
    version: '0',
    id: executionId,
    'detail-type': 'Scheduled Event',
    source: 'aws.scheduler',
    account,
    time: scheduledTime,
    region,
    resources: [scheduleArn],
    detail: '{}',
  };
  const input = (target.Input ?? JSON.stringify(notification))
    .replaceAll('<aws.scheduler.schedule-arn>', scheduleArn)
    .replaceAll('<aws.scheduler.scheduled-time>', scheduledTime)
    .replaceAll('<aws.scheduler.execution-id>', executionId)
    .replaceAll('<aws.scheduler.attempt-number>', String(row.attempt + 1));
  return {
    arn: target.Arn,
    input,
    roleArn: target.RoleArn,
    scheduleName: row.name,
    groupName: row.groupName,
  };
}
