import { existsSync, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import type { QueueName } from '../catalogue.ts';
import { definitionOf, functionNames, queues } from '../catalogue.ts';
import { lockData } from './data-lock.ts';
import { openDynamodbMeter } from './dynamodb-meter.ts';
import { openStreamReader } from './engines/dynamodb-stream.ts';
import { createTables, openDynamodbEngine, sweepExpired } from './engines/dynamodb.ts';
import { openSchedulerEngine } from './engines/scheduler.ts';
import { openSqsEngine } from './engines/sqs.ts';
import { openHttpDoor } from './http-door.ts';
import type { KeptText } from './kept-text.ts';
import { keepText } from './kept-text.ts';
import { makeLambdaHost } from './lambda-host.ts';
import { localEnv, nameOfTable } from './local-env.ts';
import { buildWhenAsked, builtBefore } from './local-console.ts';
import { openLocalClock } from './local-clock.ts';
import { localRoutes } from './local-routes.ts';
import type { Meter, MeterReading } from './meter.ts';
import { makeMeter } from './meter.ts';
import { pollWhenWritten } from './poll-when-written.ts';
import { makePump } from './pump.ts';
import { openRecordingsStore } from './recordings-store.ts';
import { createRecurringSchedules, deliverSchedule } from './recurring.ts';
import { makeTimeWheel } from './time-wheel.ts';
import { openWecom } from './wecom/server.ts';

export type RuntimeOptions = {
  /** 0 takes a free port. */
  port: number;
  dataDir: string;
  /** Epoch ms at which a fresh data folder's clock stands still; null lets it run with real time. */
  clockStart: number | null;
  /** Whether the TypeScript sources run, or the bundles that would be deployed. */
  code: 'sources' | 'bundles';
};

export type Runtime = { url: string; meter(): MeterReading; close(): Promise<void> };

/** The product whole on one machine: engines, event sources, HTTP, WeCom and clock around the very handlers that are deployed. */
export const openRuntime = async ({ port, dataDir, clockStart, code }: RuntimeOptions): Promise<Runtime> => {
  mkdirSync(dataDir, { recursive: true });
  const file = (name: string): string => resolve(dataDir, name);
  const kept = (name: string): KeptText => keepText(file(name));
  const isFresh = !existsSync(file('dynamodb.sqlite'));
  const lock = lockData(file('lock.sqlite'));
  keepLayout(kept('layout'), isFresh, dataDir);
  const clock = openLocalClock(kept('clock'), clockStart);
  const meter = makeMeter();
  const dynamodb = await openDynamodb(file('dynamodb.sqlite'), meter);
  const sqs = await openSqsEngine({
    file: file('sqs.sqlite'),
    clock,
    onOperation: (operation) => countSqs(meter, operation),
  });
  createQueues(sqs);
  const recordings = await openRecordingsStore({ dir: file('s3'), clock, sqs, meter });
  const wecom = await openWecom({ file: file('wecom.sqlite'), clock });
  const lambda = makeLambdaHost(code, clock, meter);
  const scheduler = await openSchedulerEngine({
    file: file('scheduler.sqlite'),
    clock,
    deliver: deliverSchedule({ sqs, lambda, meter }),
    onOperation: (operation) => meter.operation(`scheduler.${operation}`),
  });
  const { queueUrl } = sqs;
  Object.assign(
    process.env,
    localEnv({
      file,
      queueUrl,
      dynamodb: dynamodb.url,
      sqs: sqs.url,
      s3: recordings.url,
      scheduler: scheduler.url,
      wecom: wecom.url,
      consoleFolder: code === 'bundles' ? './console/' : pathToFileURL(`${file('console')}/`).href,
    }),
  );

  const client = new DynamoDBClient({ endpoint: dynamodb.engineUrl });
  await createTables(client, nameOfTable);
  await createRecurringSchedules(new SchedulerClient({}));

  const stream = await openStreamReader({
    endpoint: dynamodb.engineUrl,
    tableName: nameOfTable('outbox'),
    checkpoint: kept('stream-checkpoint'),
  });
  const pump = makePump({
    sqs,
    stream: pollWhenWritten(stream, dynamodb.takeWritten),
    lambda,
    queueOf: (name) => name,
  });
  const wheel = makeTimeWheel({
    clock,
    scheduler,
    lifecycle: recordings,
    pump,
    nextVisibleAt: () => sqs.nextVisibleAt(readQueues),
    expire: async () => await sweepExpired(client, nameOfTable, clock.now()),
  });
  const countMessages = () =>
    Object.fromEntries(
      queueNames
        .flatMap((name) => [name, `${name}-dlq`])
        .map((name) => [name, sqs.messagesIn(name)] as const),
    );
  sqs.onSend(wheel.nudge);
  scheduler.onChange(wheel.nudge);
  const door = await openHttpDoor({
    port,
    lambda,
    clock,
    meter,
    local: localRoutes({
      clock,
      wheel,
      wecom,
      meter,
      lambda,
      countMessages,
      page: code === 'bundles' ? builtBefore : buildWhenAsked(file('console')),
    }),
    onAnswered: wheel.nudge,
  });
  await recordings.admit([door.url, door.url.replace('127.0.0.1', 'localhost')]);
  await wheel.settle();

  return {
    url: door.url,
    meter: meter.read,
    close: async () => {
      await door.close();
      await wheel.close();
      clock.close();
      // Its events go to a queue.
      await recordings.close();
      await Promise.all([scheduler.close(), sqs.close(), wecom.close()]);
      client.destroy();
      await dynamodb.close();
      lock.release();
    },
  };
};

/** Counts up with each build that can't read the records of the one before. */
const dataLayout = '3';

/** Throws when the folder's records are of another build: better now than with the first order that is read. */
const keepLayout = (kept: KeptText, isFresh: boolean, dataDir: string): void => {
  const found = kept.load();
  if (!isFresh && found !== dataLayout)
    throw new Error(
      `${dataDir} holds data of another build: delete it, or set DATA_DIR to a folder of its own`,
    );
  kept.save(dataLayout);
  kept.close();
};

const isQueueName = (name: string): name is QueueName => Object.hasOwn(queues, name);
const queueNames: readonly QueueName[] = Object.keys(queues).filter(isQueueName);

/** The queues that functions work off: what waits in another one would be due for ever. */
const readQueues = queueNames.filter((name) =>
  functionNames.some((reader) => {
    const { trigger } = definitionOf(reader);
    return trigger.type === 'queue' && trigger.queue === name;
  }),
);

/** The engine behind the meter; another engine where `DYNAMODB_ENDPOINT` names one. */
const openDynamodb = async (dbPath: string, meter: Meter) => {
  const given = process.env['DYNAMODB_ENDPOINT'];
  const engine =
    given === undefined ? await openDynamodbEngine({ dbPath }) : { url: given, close: async () => {} };
  const metered = await openDynamodbMeter(engine.url, meter);
  return {
    url: metered.url,
    engineUrl: engine.url,
    takeWritten: metered.takeWritten,
    close: async (): Promise<void> => {
      await metered.close();
      await engine.close();
    },
  };
};

const countSqs = (meter: Meter, operation: string): void => {
  meter.operation(`sqs.${operation}`);
  meter.unit('sqs.requests', 1);
};

const createQueues = (sqs: Awaited<ReturnType<typeof openSqsEngine>>): void => {
  for (const name of queueNames) {
    const { maxReceiveCount, visibilityTimeoutSeconds } = queues[name];
    sqs.createQueue({ name: `${name}-dlq` });
    const deadLetterTargetArn = sqs.queueArn(`${name}-dlq`);
    const attributes = {
      VisibilityTimeout: String(visibilityTimeoutSeconds),
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount }),
    };
    sqs.createQueue({ name });
    sqs.setAttributes(name, attributes);
  }
};
