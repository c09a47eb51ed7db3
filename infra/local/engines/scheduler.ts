import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod/mini';
import { invocationTick, type InvocationOptions } from './scheduler-invocations.ts';
import { scheduleArn, schedulerOperations } from './scheduler-operations.ts';
import { SchedulerError } from './scheduler-requests.ts';
import { openSchedulerStore } from './scheduler-store.ts';

export type SchedulerEngine = {
  /** Where `@aws-sdk/client-scheduler` finds the engine, as its `endpoint`. */
  url: string;
  close(): Promise<void>;
  /** When the earliest pending invocation is due, in epoch milliseconds. */
  nextDueAt(): number | null;
  /** Invokes everything due at the clock's time, in due order, at least once; answers how many were tried. */
  tick(): Promise<number>;
  /** Calls the listener after each write through the API, so that a timer set by `nextDueAt` can be set again. */
  onChange(listener: () => void): void;
};

export type SchedulerEngineOptions = InvocationOptions & {
  /** The SQLite file that keeps the state. */
  file: string;
  /** 0, the default, takes a free one. */
  port?: number | undefined;
  /** Called with the name of each operation of the API that is asked for. */
  onOperation?: ((operation: string) => void) | undefined;
};

/** Method and path to operation, from the service's model (version 2021-06-30). */
const ROUTES = new Map([
  ['POST /schedules/{Name}', 'CreateSchedule'],
  ['PUT /schedules/{Name}', 'UpdateSchedule'],
  ['GET /schedules/{Name}', 'GetSchedule'],
  ['DELETE /schedules/{Name}', 'DeleteSchedule'],
  ['GET /schedules', 'ListSchedules'],
  ['POST /schedule-groups/{Name}', 'CreateScheduleGroup'],
  ['GET /schedule-groups/{Name}', 'GetScheduleGroup'],
  ['DELETE /schedule-groups/{Name}', 'DeleteScheduleGroup'],
  ['GET /schedule-groups', 'ListScheduleGroups'],
  ['POST /tags/{Name}', 'TagResource'],
  ['GET /tags/{Name}', 'ListTagsForResource'],
  ['DELETE /tags/{Name}', 'UntagResource'],
]);

function readTarget({ method = '', url = '' }: IncomingMessage) {
  const [path = '', search] = url.split('?');
  const [, collection = '', name, ...deeper] = path.split('/');
  const route = [`${method} /${collection}`, ...(name === undefined ? [] : ['{Name}']), ...deeper].join('/');
  const query = new URLSearchParams(search);
  return {
    route,
    name: name ?? '',
    query: { ...Object.fromEntries(query), TagKeys: query.getAll('TagKeys') },
  };
}

function readName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    throw new SchedulerError('ValidationException', 'The path is malformed.');
  }
}

function readBody(body: string): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(body || '{}'));
  } catch {
    throw new SchedulerError('ValidationException', 'The body is not a JSON object.');
  }
}

/**
 * EventBridge Scheduler on 127.0.0.1 for the unchanged SDK client, on a clock handed in. It never fires by itself: the
 * caller ticks, as its clock runs or is turned. Flexible time windows are accepted and fire at their start.
 */
export async function openSchedulerEngine(options: SchedulerEngineOptions): Promise<SchedulerEngine> {
  const { file, clock, port = 0, onOperation } = options;
  const store = openSchedulerStore(file, clock.now());
  const listeners: (() => void)[] = [];
  const operations = schedulerOperations(store, clock, () => listeners.forEach((listener) => listener()));
  const runTick = invocationTick(store, scheduleArn, options);
  let ticking: Promise<number> = Promise.resolve(0);

  async function answer(request: IncomingMessage): Promise<object> {
    const body = await text(request);
    const { route, name, query } = readTarget(request);
    const operation = ROUTES.get(route);
    const perform = operations.get(operation ?? '');
    if (operation === undefined || perform === undefined)
      throw new SchedulerError('NotImplementedException', `${route} is not implemented by this engine.`);
    onOperation?.(operation);
    const isWrite = request.method === 'POST' || request.method === 'PUT';
    return perform({ ...(isWrite ? readBody(body) : query), Name: readName(name) });
  }

  const server = createServer((request, response) => {
    const send = (status: number, content: object, headers: Record<string, string> = {}) => {
      const connection = server.listening ? {} : { connection: 'close' };
      response.writeHead(status, {
        'content-type': 'application/json',
        'x-amzn-RequestId': randomUUID(),
        ...headers,
        ...connection,
      });
      response.end(JSON.stringify(content));
    };
    answer(request).then(
      (content) => send(200, content),
      (error: unknown) => {
        const refusal = error instanceof SchedulerError ? error : undefined;
        // A request that broke off on its way is no error of the engine.
        if (!refusal && request.complete) console.error(error);
        const {
          status = 500,
          name = 'InternalServerException',
          message = 'The engine failed.',
        } = refusal ?? {};
        send(status, { Message: message }, { 'x-amzn-ErrorType': name });
      },
    );
  });
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(port, '127.0.0.1', resolve),
  );
  const address = server.address();

  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : port}`,
    nextDueAt: store.nextDueAt,
    // One tick after the other: two at once would deliver the same invocation.
    tick: () => (ticking = ticking.then(runTick, runTick)),
    onChange: (listener) => void listeners.push(listener),
    async close() {
      await new Promise((resolve) => server.close(resolve));
      await ticking.catch(() => undefined);
      store.close();
    },
  };
}
