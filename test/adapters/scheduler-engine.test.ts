import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Scheduler, type CreateScheduleCommandInput } from '@aws-sdk/client-scheduler';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ScheduledDelivery } from '../../infra/local/engines/scheduler-invocations.ts';
import {
  openSchedulerEngine,
  type SchedulerEngine,
  type SchedulerEngineOptions,
} from '../../infra/local/engines/scheduler.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.parse('2025-03-08T00:00:00Z');
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:due-timers';
const DEAD_LETTERS = 'arn:aws:sqs:us-east-1:000000000000:due-timers-dlq';
const ROLE = 'arn:aws:iam::000000000000:role/scheduler';
const ARN = 'arn:aws:scheduler:us-east-1:000000000000';

let folder: string;
let now: number;
let deliveries: ScheduledDelivery[];
let failing: (delivery: ScheduledDelivery) => boolean;
let engine: SchedulerEngine;
let sdk: Scheduler;

const inputs = () => deliveries.map(({ input }) => input);
const utc = (at: number) => new Date(at).toISOString().slice(0, 19);

async function open(options: Partial<SchedulerEngineOptions> = {}): Promise<void> {
  engine = await openSchedulerEngine({
    file: join(folder, 'scheduler.sqlite'),
    clock: { now: () => now },
    deliver: (delivery) => {
      if (failing(delivery)) throw new Error('queue is away');
      deliveries.push(delivery);
    },
    ...options,
  });
  sdk = new Scheduler({
    endpoint: engine.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
}

async function close(): Promise<void> {
  sdk.destroy();
  await engine.close();
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'scheduler-'));
  now = START;
  deliveries = [];
  failing = () => false;
  await open();
});

afterEach(async () => {
  await close();
  rmSync(folder, { recursive: true });
});

/** A one-time schedule an hour from now, unless told otherwise. */
const schedule = (overrides: Partial<CreateScheduleCommandInput> = {}): CreateScheduleCommandInput => ({
  Name: 'ord-1-call-v1',
  ScheduleExpression: `at(${utc(now + HOUR)})`,
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: { Arn: QUEUE, RoleArn: ROLE, Input: '{"timer":1}' },
  ...overrides,
});

/** Stops at each due time up to an instant, as the local runtime's turned clock does. */
async function turnTo(until: number): Promise<number> {
  let count = 0;
  for (let due = engine.nextDueAt(); due !== null && due <= until; due = engine.nextDueAt()) {
    now = Math.max(now, due);
    count += await engine.tick();
  }
  now = until;
  return count;
}

describe('schedules through the SDK', () => {
  it('creates, answers, replaces and deletes a schedule', async () => {
    const { ScheduleArn } = await sdk.createSchedule(
      schedule({
        ScheduleExpressionTimezone: 'Asia/Shanghai',
        ScheduleExpression: 'at(2025-03-09T14:00:00)',
        Description: 'call',
      }),
    );
    expect(ScheduleArn).toBe(`${ARN}:schedule/default/ord-1-call-v1`);
    expect(engine.nextDueAt()).toBe(Date.parse('2025-03-09T06:00:00Z'));
    expect(await sdk.getSchedule({ Name: 'ord-1-call-v1' })).toMatchObject({
      Arn: ScheduleArn,
      GroupName: 'default',
      Name: 'ord-1-call-v1',
      ScheduleExpression: 'at(2025-03-09T14:00:00)',
      ScheduleExpressionTimezone: 'Asia/Shanghai',
      Description: 'call',
      State: 'ENABLED',
      CreationDate: new Date(START),
      LastModificationDate: new Date(START),
      Target: {
        Arn: QUEUE,
        RoleArn: ROLE,
        Input: '{"timer":1}',
        RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
      },
      FlexibleTimeWindow: { Mode: 'OFF' },
      ActionAfterCompletion: 'NONE',
    });

    now += MINUTE;
    await sdk.updateSchedule(schedule({ StartDate: new Date(now + 500), ActionAfterCompletion: 'DELETE' }));
    const replaced = await sdk.getSchedule({ Name: 'ord-1-call-v1' });
    expect(replaced).toMatchObject({
      ScheduleExpressionTimezone: 'UTC',
      ActionAfterCompletion: 'DELETE',
      StartDate: new Date(now + 500),
      CreationDate: new Date(START),
      LastModificationDate: new Date(now),
    });
    expect(replaced.Description).toBeUndefined();
    expect(engine.nextDueAt()).toBe(now + HOUR);

    await sdk.deleteSchedule({ Name: 'ord-1-call-v1' });
    expect(engine.nextDueAt()).toBeNull();
    const gone = { name: 'ResourceNotFoundException', $metadata: { httpStatusCode: 404 } };
    await expect(sdk.getSchedule({ Name: 'ord-1-call-v1' })).rejects.toMatchObject(gone);
    await expect(sdk.deleteSchedule({ Name: 'ord-1-call-v1' })).rejects.toMatchObject(gone);
    await expect(sdk.updateSchedule(schedule())).rejects.toMatchObject(gone);
  });

  it('refuses a name that is taken in its group, and takes it in another', async () => {
    await sdk.createScheduleGroup({ Name: 'orders' });
    await sdk.createSchedule(schedule());
    await expect(sdk.createSchedule(schedule())).rejects.toMatchObject({
      name: 'ConflictException',
      message: 'Schedule ord-1-call-v1 already exists.',
      $metadata: { httpStatusCode: 409 },
    });
    const { ScheduleArn } = await sdk.createSchedule(schedule({ GroupName: 'orders' }));
    expect(ScheduleArn).toBe(`${ARN}:schedule/orders/ord-1-call-v1`);
    expect(await sdk.getSchedule({ Name: 'ord-1-call-v1', GroupName: 'orders' })).toMatchObject({
      GroupName: 'orders',
    });
  });

  const invalid: [string, Partial<CreateScheduleCommandInput>][] = [
    ['an at() in the past', { ScheduleExpression: 'at(2025-03-07T23:59:59)' }],
    ['an at() that is now', { ScheduleExpression: 'at(2025-03-08T00:00:00)' }],
    [
      'an at() in the past of its zone',
      { ScheduleExpression: 'at(2025-03-08T07:00:00)', ScheduleExpressionTimezone: 'Asia/Shanghai' },
    ],
    ['an expression of no kind', { ScheduleExpression: 'every(1 day)' }],
    ['a cron of five fields', { ScheduleExpression: 'cron(0 9 ? * 2L)' }],
    ['an unknown zone', { ScheduleExpressionTimezone: 'Asia/Nowhere' }],
    ['a name with a space', { Name: 'ord 1' }],
    ['a name of 65 characters', { Name: 'x'.repeat(65) }],
    ['a missing target', { Target: undefined }],
    ['a missing time window', { FlexibleTimeWindow: undefined }],
    ['an open window of no length', { FlexibleTimeWindow: { Mode: 'FLEXIBLE' } }],
    ['an input that is no string', { Target: { Arn: QUEUE, RoleArn: ROLE, Input: JSON.parse('7') } }],
    ['a role that is no role', { Target: { Arn: QUEUE, RoleArn: 'nobody' } }],
    ['186 retries', { Target: { Arn: QUEUE, RoleArn: ROLE, RetryPolicy: { MaximumRetryAttempts: 186 } } }],
    ['a start long ago', { ScheduleExpression: 'rate(1 day)', StartDate: new Date(START - HOUR) }],
    ['an end in the past', { ScheduleExpression: 'rate(1 day)', EndDate: new Date(START - 1) }],
  ];
  it.each(invalid)('refuses %s', async (_, overrides) => {
    await expect(sdk.createSchedule(schedule(overrides))).rejects.toMatchObject({
      name: 'ValidationException',
      $metadata: { httpStatusCode: 400 },
    });
    expect(engine.nextDueAt()).toBeNull();
  });

  it('says that it does not implement a target of another kind or an own key', async () => {
    const other = { Arn: QUEUE, RoleArn: ROLE, KinesisParameters: { PartitionKey: '1' } };
    const refused = { name: 'NotImplementedException', $metadata: { httpStatusCode: 501 } };
    await expect(sdk.createSchedule(schedule({ Target: other }))).rejects.toMatchObject(refused);
    await expect(
      sdk.createSchedule(schedule({ KmsKeyArn: 'arn:aws:kms:us-east-1:000000000000:key/1' })),
    ).rejects.toMatchObject(refused);
  });

  it('answers the same request with the same ClientToken alike, and refuses another with it', async () => {
    const request = schedule({ ClientToken: 'token-1' });
    const first = await sdk.createSchedule(request);
    expect(await sdk.createSchedule(request)).toMatchObject({ ScheduleArn: first.ScheduleArn });
    await expect(sdk.createSchedule({ ...request, Name: 'other' })).rejects.toMatchObject({
      name: 'ConflictException',
    });
    const removal = { Name: 'ord-1-call-v1', ClientToken: 'token-2' };
    await sdk.deleteSchedule(removal);
    await expect(sdk.deleteSchedule(removal)).resolves.toBeDefined();
  });

  it('lists by group, prefix and state, page by page', async () => {
    await sdk.createScheduleGroup({ Name: 'orders' });
    for (const Name of ['ord-1', 'ord-2', 'ord-3', 'other'])
      await sdk.createSchedule(schedule({ Name, GroupName: 'orders' }));
    await sdk.createSchedule(schedule({ Name: 'ord-4', State: 'DISABLED' }));

    const first = await sdk.listSchedules({ NamePrefix: 'ord-', MaxResults: 2 });
    const second = await sdk.listSchedules({ NamePrefix: 'ord-', MaxResults: 2, NextToken: first.NextToken });
    expect(first.Schedules).toHaveLength(2);
    expect(second.NextToken).toBeUndefined();
    expect(new Set([...first.Schedules!, ...second.Schedules!].map(({ Name }) => Name))).toEqual(
      new Set(['ord-1', 'ord-2', 'ord-3', 'ord-4']),
    );
    expect((await sdk.listSchedules({ GroupName: 'orders' })).Schedules).toHaveLength(4);
    expect((await sdk.listSchedules({ State: 'DISABLED' })).Schedules).toEqual([
      {
        Arn: `${ARN}:schedule/default/ord-4`,
        Name: 'ord-4',
        GroupName: 'default',
        State: 'DISABLED',
        CreationDate: new Date(START),
        LastModificationDate: new Date(START),
        Target: { Arn: QUEUE },
      },
    ]);
    await expect(sdk.listSchedules({ NextToken: 'nonsense' })).rejects.toMatchObject({
      name: 'ValidationException',
    });
    await expect(sdk.listSchedules({ GroupName: 'nobody' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('keeps groups with tags, and deletes a group with its schedules', async () => {
    const { ScheduleGroupArn } = await sdk.createScheduleGroup({
      Name: 'orders',
      Tags: [{ Key: 'stage', Value: 'dev' }],
    });
    expect(ScheduleGroupArn).toBe(`${ARN}:schedule-group/orders`);
    await expect(sdk.createScheduleGroup({ Name: 'orders' })).rejects.toMatchObject({
      name: 'ConflictException',
    });
    await sdk.tagResource({
      ResourceArn: ScheduleGroupArn,
      Tags: [
        { Key: 'stage', Value: 'prod' },
        { Key: 'a', Value: 'b' },
      ],
    });
    await sdk.untagResource({ ResourceArn: ScheduleGroupArn, TagKeys: ['a', 'c'] });
    expect((await sdk.listTagsForResource({ ResourceArn: ScheduleGroupArn })).Tags).toEqual([
      { Key: 'stage', Value: 'prod' },
    ]);
    expect(await sdk.getScheduleGroup({ Name: 'orders' })).toMatchObject({
      Arn: ScheduleGroupArn,
      State: 'ACTIVE',
      CreationDate: new Date(START),
    });
    expect((await sdk.listScheduleGroups({})).ScheduleGroups!.map(({ Name }) => Name)).toEqual([
      'default',
      'orders',
    ]);
    expect((await sdk.listScheduleGroups({ MaxResults: 1 })).NextToken).toBeDefined();

    await sdk.createSchedule(schedule({ GroupName: 'orders' }));
    await sdk.deleteScheduleGroup({ Name: 'orders' });
    expect(engine.nextDueAt()).toBeNull();
    const gone = { name: 'ResourceNotFoundException' };
    await expect(sdk.getScheduleGroup({ Name: 'orders' })).rejects.toMatchObject(gone);
    await expect(sdk.getSchedule({ Name: 'ord-1-call-v1', GroupName: 'orders' })).rejects.toMatchObject(gone);
    await expect(sdk.createSchedule(schedule({ GroupName: 'orders' }))).rejects.toMatchObject(gone);
    await expect(sdk.deleteScheduleGroup({ Name: 'default' })).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  it('tells of every operation, and of every write', async () => {
    await close();
    const asked: string[] = [];
    await open({ onOperation: (operation) => asked.push(operation) });
    const changed = vi.fn();
    engine.onChange(changed);
    await sdk.createSchedule(schedule());
    await sdk.getSchedule({ Name: 'ord-1-call-v1' });
    await sdk.updateSchedule(schedule());
    await sdk.deleteSchedule({ Name: 'ord-1-call-v1' });
    expect(asked).toEqual(['CreateSchedule', 'GetSchedule', 'UpdateSchedule', 'DeleteSchedule']);
    expect(changed).toHaveBeenCalledTimes(3);
  });

  it('law: whatever body, path or query is sent, the answer is a success, a refusal or "not implemented"', async () => {
    const collections = fc.constantFrom('schedules', 'schedule-groups', 'tags', 'elsewhere');
    const method = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH');
    const members = fc.constantFrom(
      'ScheduleExpression',
      'Target',
      'FlexibleTimeWindow',
      'GroupName',
      'StartDate',
      'Tags',
      'ClientToken',
    );
    const nearly = fc
      .dictionary(members, fc.jsonValue())
      .map((odd) => JSON.stringify({ ...schedule(), Name: undefined, ...odd }));
    const bodies = fc.oneof(fc.string(), fc.json(), nearly);
    const search = fc.dictionary(
      fc.constantFrom('MaxResults', 'NextToken', 'State', 'NamePrefix', 'TagKeys', 'clientToken'),
      fc.string(),
    );
    const name = fc.oneof(fc.webSegment(), fc.string().map(encodeURIComponent), fc.constant('%E0%A4%A'));
    await fc.assert(
      fc.asyncProperty(
        method,
        collections,
        name,
        search,
        bodies,
        async (method, collection, name, search, body) => {
          const url = `${engine.url}/${collection}/${name}?${new URLSearchParams(search).toString()}`;
          const response = await fetch(url, { method, ...(method === 'GET' ? {} : { body }) });
          expect([200, 400, 404, 409, 501]).toContain(response.status);
          expect(await response.json()).toBeTypeOf('object');
          expect(response.headers.has('x-amzn-errortype')).toBe(response.status !== 200);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('invocations on a turned clock', () => {
  it('fires a one-time schedule once, at its time and not before, and keeps it', async () => {
    await sdk.createSchedule(schedule());
    now = START + HOUR - 1;
    expect(await engine.tick()).toBe(0);
    now = START + HOUR;
    expect(await engine.tick()).toBe(1);
    now = START + 24 * HOUR;
    expect(await engine.tick()).toBe(0);
    expect(deliveries).toEqual([
      {
        arn: QUEUE,
        input: '{"timer":1}',
        roleArn: ROLE,
        scheduleName: 'ord-1-call-v1',
        groupName: 'default',
      },
    ]);
    expect(await sdk.getSchedule({ Name: 'ord-1-call-v1' })).toMatchObject({ State: 'ENABLED' });
    await sdk.updateSchedule(schedule({ ScheduleExpression: `at(${utc(now + HOUR)})` }));
    expect(engine.nextDueAt()).toBe(now + HOUR);
  });

  it('fires late what fell due while the clock jumped: each one-time schedule, in due order', async () => {
    for (const [Name, hours] of [
      ['c', 3],
      ['a', 1],
      ['b', 2],
    ] as const)
      await sdk.createSchedule(schedule({ Name, ScheduleExpression: `at(${utc(START + hours * HOUR)})` }));
    now = START + 48 * HOUR;
    expect(await engine.tick()).toBe(3);
    expect(deliveries.map(({ scheduleName }) => scheduleName)).toEqual(['a', 'b', 'c']);
  });

  it('law: whatever steps the clock takes, a one-time schedule fires exactly once', async () => {
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 5 * HOUR }), { maxLength: 8 }),
        fc.integer({ min: 1, max: 4 * 3600 }),
        async (steps, seconds) => {
          const Name = `once-${(runs += 1)}`;
          const due = now + seconds * 1000;
          await sdk.createSchedule(
            schedule({ Name, ScheduleExpression: `at(${new Date(due).toISOString().slice(0, 19)})` }),
          );
          const fired = () => deliveries.filter(({ scheduleName }) => scheduleName === Name).length;
          for (const step of steps) {
            now += step;
            await engine.tick();
            expect(fired()).toBe(now >= Math.floor(due / 1000) * 1000 ? 1 : 0);
          }
          now += 5 * HOUR;
          await engine.tick();
          expect(fired()).toBe(1);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('fires every occurrence where the clock stops at each, and one for many where it jumped over them', async () => {
    await sdk.createSchedule(
      schedule({
        ScheduleExpression: 'rate(15 minutes)',
        Target: { Arn: QUEUE, RoleArn: ROLE, Input: '<aws.scheduler.scheduled-time>' },
      }),
    );
    expect(await turnTo(START + HOUR)).toBe(5);
    expect(inputs()[4]).toBe('2025-03-08T01:00:00Z');
    now = START + 10 * HOUR + 1;
    expect(await engine.tick()).toBe(1);
    expect(inputs()[5]).toBe('2025-03-08T01:15:00Z');
    expect(engine.nextDueAt()).toBe(START + 10 * HOUR + 15 * MINUTE);
  });

  it('draws on the last Monday of every month at 09:00 in Shanghai', async () => {
    await sdk.createSchedule(
      schedule({
        ScheduleExpression: 'cron(0 9 ? * 2L *)',
        ScheduleExpressionTimezone: 'Asia/Shanghai',
        Target: { Arn: QUEUE, RoleArn: ROLE, Input: '<aws.scheduler.scheduled-time>' },
      }),
    );
    await turnTo(Date.parse('2025-07-01T00:00:00Z'));
    expect(inputs()).toEqual([
      '2025-03-31T01:00:00Z',
      '2025-04-28T01:00:00Z',
      '2025-05-26T01:00:00Z',
      '2025-06-30T01:00:00Z',
    ]);
  });

  it('keeps to StartDate and EndDate, and removes a recurring schedule after its last occurrence', async () => {
    const StartDate = new Date(START + HOUR);
    await sdk.createSchedule(
      schedule({
        ScheduleExpression: 'rate(1 hour)',
        StartDate,
        EndDate: new Date(START + 3 * HOUR),
        ActionAfterCompletion: 'DELETE',
      }),
    );
    expect(engine.nextDueAt()).toBe(START + HOUR);
    expect(await turnTo(START + 10 * HOUR)).toBe(3);
    await expect(sdk.getSchedule({ Name: 'ord-1-call-v1' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('fires no disabled schedule, and fires it once enabled again', async () => {
    await sdk.createSchedule(schedule({ State: 'DISABLED', ActionAfterCompletion: 'DELETE' }));
    expect(engine.nextDueAt()).toBeNull();
    await sdk.updateSchedule(schedule({ State: 'ENABLED' }));
    expect(await turnTo(START + HOUR)).toBe(1);
  });

  it('fires an open time window at its start', async () => {
    await sdk.createSchedule(
      schedule({ FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 } }),
    );
    expect(engine.nextDueAt()).toBe(START + HOUR);
  });

  it('fills the context attributes in, and sends the default notification where there is no input', async () => {
    const Input = '<aws.scheduler.schedule-arn> <aws.scheduler.attempt-number> <aws.scheduler.execution-id>';
    await sdk.createSchedule(schedule({ Target: { Arn: QUEUE, RoleArn: ROLE, Input } }));
    await sdk.createSchedule(schedule({ Name: 'plain', Target: { Arn: QUEUE, RoleArn: ROLE } }));
    await turnTo(START + HOUR);
    expect(inputs()[0]).toMatch(
      /^arn:aws:scheduler:us-east-1:000000000000:schedule\/default\/ord-1-call-v1 1 [0-9a-f]{16}$/,
    );
    expect(JSON.parse(inputs()[1]!)).toMatchObject({
      source: 'aws.scheduler',
      time: '2025-03-08T01:00:00Z',
      resources: [`${ARN}:schedule/default/plain`],
    });
  });

  it('delivers twice while the switch is on', async () => {
    await close();
    let twice = true;
    await open({ deliverTwice: () => twice });
    await sdk.createSchedule(schedule());
    await turnTo(START + HOUR);
    expect(inputs()).toEqual(['{"timer":1}', '{"timer":1}']);
    twice = false;
    await sdk.createSchedule(schedule({ Name: 'next' }));
    await turnTo(START + 3 * HOUR);
    expect(deliveries).toHaveLength(3);
  });

  it('delivers one at a time however often it is asked to', async () => {
    await sdk.createSchedule(schedule());
    now = START + HOUR;
    expect(await Promise.all([engine.tick(), engine.tick(), engine.tick()])).toEqual([1, 0, 0]);
    expect(deliveries).toHaveLength(1);
  });
});

describe('failures', () => {
  const policy = (MaximumRetryAttempts: number, dlq?: string) => ({
    Arn: QUEUE,
    RoleArn: ROLE,
    Input: '{"timer":1}',
    RetryPolicy: { MaximumRetryAttempts, MaximumEventAgeInSeconds: 1800 },
    ...(dlq ? { DeadLetterConfig: { Arn: dlq } } : {}),
  });

  it('retries on the clock with a growing distance until the queue is back, and removes the schedule only then', async () => {
    await sdk.createSchedule(schedule({ ActionAfterCompletion: 'DELETE' }));
    failing = () => true;
    const distances: number[] = [];
    now = START + HOUR;
    for (let attempt = 0; attempt < 12; attempt += 1) {
      expect(await engine.tick()).toBe(1);
      distances.push((engine.nextDueAt()! - now) / 1000);
      now = engine.nextDueAt()!;
    }
    expect(distances).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 480, 480, 480]);
    await expect(sdk.getSchedule({ Name: 'ord-1-call-v1' })).resolves.toBeDefined();
    failing = () => false;
    expect(await engine.tick()).toBe(1);
    expect(deliveries).toHaveLength(1);
    await expect(sdk.getSchedule({ Name: 'ord-1-call-v1' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('drops to the dead-letter queue, marked, once the retries are used up', async () => {
    await sdk.createSchedule(schedule({ Target: policy(2, DEAD_LETTERS) }));
    failing = ({ arn }) => arn === QUEUE;
    expect(await turnTo(START + 2 * HOUR)).toBe(4);
    expect(deliveries).toEqual([
      expect.objectContaining({
        arn: DEAD_LETTERS,
        input: '{"timer":1}',
        scheduleName: 'ord-1-call-v1',
        deadLetter: expect.objectContaining({
          ERROR_MESSAGE: 'Error: queue is away',
          EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
          RETRY_ATTEMPTS: '2',
          SCHEDULED_TIME: '2025-03-08T01:00:00Z',
          TARGET_ARN: QUEUE,
        }),
      }),
    ]);
    expect(engine.nextDueAt()).toBeNull();
  });

  it('drops what is older than its policy allows, counted from the first attempt', async () => {
    await sdk.createSchedule(schedule({ Target: policy(185, DEAD_LETTERS) }));
    failing = ({ arn }) => arn === QUEUE;
    now = START + 24 * HOUR;
    await engine.tick();
    expect(deliveries).toEqual([]);
    await turnTo(now + HOUR);
    expect(deliveries[0]!.deadLetter).toMatchObject({
      EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds',
    });
    expect(deliveries).toHaveLength(1);
  });

  it('keeps a dead letter until its queue takes it, and says so in the log where there is no such queue', async () => {
    failing = () => true;
    await sdk.createSchedule(schedule({ Target: policy(0, DEAD_LETTERS) }));
    await turnTo(START + 2 * HOUR);
    expect(engine.nextDueAt()).toBeGreaterThan(now);
    failing = ({ arn }) => arn === QUEUE;
    await turnTo(START + 3 * HOUR);
    expect(deliveries.map(({ arn }) => arn)).toEqual([DEAD_LETTERS]);

    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    await sdk.createSchedule(schedule({ Name: 'no-queue', Target: policy(0) }));
    await turnTo(START + 5 * HOUR);
    expect(log).toHaveBeenCalledWith(expect.stringContaining('scheduler-invocation-dropped'));
    log.mockRestore();
  });

  it('goes on with a recurring schedule while one of its invocations is retried, also when it is deleted', async () => {
    await sdk.createSchedule(
      schedule({ ScheduleExpression: 'rate(1 hour)', StartDate: new Date(START + HOUR) }),
    );
    failing = () => true;
    now = START + HOUR;
    await engine.tick();
    await sdk.deleteSchedule({ Name: 'ord-1-call-v1' });
    failing = () => false;
    expect(await turnTo(START + 5 * HOUR)).toBe(1);
    expect(deliveries).toHaveLength(1);
  });

  it.each([
    [
      'replaced',
      () => sdk.updateSchedule(schedule({ ScheduleExpression: `at(${utc(START + 5 * HOUR)})` })),
      START + 5 * HOUR,
    ],
    [
      'disabled',
      () => sdk.updateSchedule(schedule({ State: 'DISABLED', ActionAfterCompletion: 'DELETE' })),
      null,
    ],
    [
      'made anew',
      async () => {
        await sdk.deleteSchedule({ Name: 'ord-1-call-v1' });
        await sdk.createSchedule(schedule({ ScheduleExpression: 'rate(1 day)' }));
      },
      START + HOUR + 24 * HOUR,
    ],
  ])(
    'keeps a schedule as it was %s while its invocation was being delivered',
    async (how, change, nextDueAt) => {
      await close();
      let changes = 0;
      await open({ deliver: async () => void ((changes += 1) === 1 && (await change())) });
      await sdk.createSchedule(schedule({ ActionAfterCompletion: 'DELETE' }));
      now = START + HOUR;
      // A rate starts at once, so the one made anew is due in the same tick.
      expect(await engine.tick()).toBe(how === 'made anew' ? 2 : 1);
      expect(engine.nextDueAt()).toBe(nextDueAt);
      await expect(sdk.getSchedule({ Name: 'ord-1-call-v1' })).resolves.toBeDefined();
    },
  );

  it('keeps everything over a restart: schedules, groups, retries and client tokens', async () => {
    await sdk.createScheduleGroup({ Name: 'orders' });
    await sdk.createSchedule(schedule({ GroupName: 'orders', ClientToken: 'token-1' }));
    failing = () => true;
    now = START + HOUR;
    await engine.tick();
    const retryAt = engine.nextDueAt();
    await close();

    failing = () => false;
    await open();
    expect(engine.nextDueAt()).toBe(retryAt);
    expect(await turnTo(START + 2 * HOUR)).toBe(1);
    const found = await sdk.getSchedule({ Name: 'ord-1-call-v1', GroupName: 'orders' });
    expect(found.CreationDate).toEqual(new Date(START));
    await expect(sdk.createSchedule(schedule({ Name: 'x', ClientToken: 'token-1' }))).rejects.toMatchObject({
      name: 'ConflictException',
    });
  });

  it('delivers again what a killed process had delivered and not yet recorded', async () => {
    await sdk.createSchedule(schedule());
    now = START + HOUR;
    const script = `
      import { openSchedulerEngine } from './infra/local/engines/scheduler.ts';
      const engine = await openSchedulerEngine({
        file: ${JSON.stringify(join(folder, 'scheduler.sqlite'))},
        clock: { now: () => ${now} },
        deliver: ({ input }) => {
          console.log(input);
          process.kill(process.pid, 'SIGKILL');
        },
      });
      await engine.tick();`;
    const killed = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect(killed).toMatchObject({ signal: 'SIGKILL', stdout: '{"timer":1}\n' });
    expect(await engine.tick()).toBe(1);
    expect(inputs()).toEqual(['{"timer":1}']);
  });
});
