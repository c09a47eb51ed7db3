import { AsyncLocalStorage } from 'node:async_hooks';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SQSClient } from '@aws-sdk/client-sqs';
import type * as presigner from '@aws-sdk/s3-request-presigner';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { FunctionName, Right } from '../../infra/catalogue.ts';
import { definitionOf, envNamesOf, functionNames, pathsOf } from '../../infra/catalogue.ts';
import { findRoute } from '../../infra/local/http-events.ts';
import type * as lambdaHost from '../../infra/local/lambda-host.ts';
import { nameOfTable } from '../../infra/local/local-env.ts';
import type { Runtime } from '../../infra/local/runtime.ts';
import { openRuntime } from '../../infra/local/runtime.ts';
import type { TableName } from '../../shared/adapters/dynamodb/tables.ts';
import { tables } from '../../shared/adapters/dynamodb/tables.ts';
import { envNames } from '../../shared/runtime/env.ts';
import { bytesOf, makeMp4 } from '../support/make-video.ts';
import { filesOf, root, textOf } from './product-files.ts';

/** Which function is running, for the spies below; and which ones have been. */
const watch = vi.hoisted(() => ({
  storage: null as AsyncLocalStorage<FunctionName> | null,
  invoked: new Set(),
}));
watch.storage = new AsyncLocalStorage();

vi.mock('../../infra/local/lambda-host.ts', async (importOriginal) => {
  const { makeLambdaHost } = await importOriginal<typeof lambdaHost>();
  return {
    makeLambdaHost: (...parts: Parameters<typeof makeLambdaHost>) => {
      const host = makeLambdaHost(...parts);
      const invoke: typeof host.invoke = async (name, event) => {
        watch.invoked.add(name);
        return await watch.storage!.run(name, () => host.invoke(name, event));
      };
      return { invoke };
    },
  };
});

/** An address that is signed is used with its signer's rights. */
vi.mock('@aws-sdk/s3-request-presigner', async (importOriginal) => {
  const { getSignedUrl } = await importOriginal<typeof presigner>();
  const watched: typeof getSignedUrl = async (client, command, options) => {
    for (const need of needsOf(command.constructor.name, command.input)) note(usedRights, need);
    return await getSignedUrl(client, command, options);
  };
  return { getSignedUrl: watched };
});

type Uses = Map<FunctionName, Set<string>>;
const usedRights: Uses = new Map();
const readNames: Uses = new Map();

const note = (uses: Uses, use: string): void => {
  const name = watch.storage?.getStore();
  if (name === undefined) return;
  uses.set(name, (uses.get(name) ?? new Set()).add(use));
};

const tableNames = Object.keys(tables).filter((name): name is TableName => Object.hasOwn(tables, name));
const tableOf = (physical: string): string =>
  tableNames.find((name) => nameOfTable(name) === physical) ?? physical;

/** What IAM asks for an operation of S3, as S3's user guide lists it. */
const s3Needs: Record<string, readonly string[]> = {
  CreateMultipartUpload: ['PutObject', 'PutObjectTagging'],
  UploadPart: ['PutObject'],
  CompleteMultipartUpload: ['PutObject'],
  AbortMultipartUpload: ['AbortMultipartUpload'],
  ListParts: ['ListMultipartUploadParts'],
  HeadObject: ['GetObject', 'ListBucket'],
  GetObject: ['GetObject'],
  PutObjectTagging: ['PutObjectTagging'],
};

/** What a command of the SDK needs, in the words of `wordsOf`. */
const needsOf = (command: string, input: any): string[] => {
  const verb = command.replace(/Command$/, '');
  if (verb === 'TransactWrite')
    return input.TransactItems.flatMap((item: any) =>
      Object.entries<any>(item).map(([kind, { TableName }]) => `${tableOf(TableName)}: ${kind}Item`),
    );
  if (verb === 'BatchGet')
    return Object.keys(input.RequestItems).map((name) => `${tableOf(name)}: BatchGetItem`);
  if (verb === 'Query')
    return [`${tableOf(input.TableName)}${input.IndexName ? `/${input.IndexName}` : ''}: Query`];
  if (['Get', 'Put', 'Update', 'Delete'].includes(verb)) return [`${tableOf(input.TableName)}: ${verb}Item`];
  if (verb.startsWith('SendMessage')) return [`queue ${input.QueueUrl.split('/').at(-1)}: SendMessage`];
  if (Object.hasOwn(s3Needs, verb)) return s3Needs[verb]!.map((need) => `recordings: ${need}`);
  if (verb.endsWith('Schedule')) return [`timers: ${verb}`];
  return [`unknown: ${command}`];
};

const wordsOf = (right: Right): string[] => {
  if ('table' in right) return right.verbs.map((verb) => `${right.table}: ${verb}`);
  if ('index' in right) return [`${right.of}/${right.index}: Query`];
  if ('queue' in right) return [`queue ${right.queue}: SendMessage`];
  if ('bucket' in right) return right.verbs.map((verb) => `${right.bucket}: ${verb}`);
  if ('timers' in right) return right.timers.map((verb) => `timers: ${verb}`);
  return [];
};

/** Every client of the SDK inherits its `send` from a common base. */
const watchSdk = (): void => {
  const bases: { send: (command: any) => unknown }[] = [
    DynamoDBClient,
    DynamoDBDocumentClient,
    SQSClient,
    SchedulerClient,
    S3Client,
  ].map(({ prototype }) => Object.getPrototypeOf(prototype));
  for (const base of new Set(bases)) {
    const { send } = base;
    vi.spyOn(base, 'send').mockImplementation(function (this: unknown, ...parts) {
      const [command] = parts;
      for (const need of needsOf(command.constructor.name, command.input)) note(usedRights, need);
      return send.apply(this, parts);
    });
  }
};

const watchEnvironment = (): void => {
  const watched = new Set<string>(envNames);
  process.env = new Proxy(process.env, {
    get: (target, name: string) => {
      if (watched.has(name)) note(readNames, name);
      return target[name];
    },
  });
};

/** A browser opens the console, signs in, and out again. */
const signIn = async (url: string, token: string): Promise<void> => {
  const statusOf = async (path: string, init: RequestInit = {}) =>
    (await fetch(`${url}${path}`, { redirect: 'manual', ...init })).status;
  expect([
    await statusOf('/console/orders/C-1/recordings'),
    await statusOf('/api/session', { method: 'POST', body: JSON.stringify({ token }) }),
    await statusOf('/api/session', { headers: { cookie: `ninedays-session=${token}` } }),
    await statusOf('/api/session', { method: 'DELETE' }),
  ]).toEqual([200, 204, 200, 204]);
};

type Call = (path: string, body?: object, headers?: Record<string, string>) => Promise<any>;

/** A trainer uploads a recording and gives another one up; the customer watches. */
const record = async (url: string, call: Call, authorization: string): Promise<void> => {
  const video = bytesOf(makeMp4({ seconds: 7200, size: 100_000, header: 'end' }));
  const stated = {
    fileName: '首次培训.mp4',
    size: video.length,
    contentType: 'video/mp4',
    customerJoinedAt: '2025-03-08T11:00:00+08:00',
    recordingStartedAt: '2025-03-08T11:00:00+08:00',
  };
  const bearer = { authorization };
  const path = '/api/orders/C-2/recordings';
  const { recordingId } = await call(path, stated, bearer);
  const { urls } = await call(`/api/recordings/${recordingId}/parts`, { numbers: [1] }, bearer);
  const put = await fetch(urls['1'], { method: 'PUT', body: new Uint8Array(video) });
  expect(put.status).toBe(200);
  const { parts } = await call(`/api/recordings/${recordingId}/parts`, undefined, bearer);
  await call(`/api/recordings/${recordingId}/finish`, { parts: parts.map(toNamed) }, bearer);
  const { recordingId: other } = await call(path, stated, bearer);
  await fetch(`${url}/api/recordings/${other}`, { method: 'DELETE', headers: bearer });
  await call('/local/clock', { to: (await call('/local/clock')).now });
  const { recordings } = await call(path, undefined, bearer);
  expect(recordings.map(({ state }: any) => state)).toEqual(['ready', 'deleted']);
  const { customerLink } = await call(`/api/recordings/${recordingId}`, undefined, bearer);
  const statusOf = async (address: string, init: RequestInit = {}) =>
    (await fetch(address, { redirect: 'manual', ...init })).status;
  expect([
    await statusOf(customerLink),
    await statusOf(`${customerLink}/video`),
    await statusOf(`${customerLink}/progress`, { method: 'POST', body: '{"share":0.5}' }),
    await statusOf(`${url}/api/recordings/${recordingId}/video`, { headers: bearer }),
  ]).toEqual([200, 302, 204, 302]);
};

const toNamed = ({ number, etag }: { number: number; etag: string }) => ({ number, etag });

/** Lives through what makes every function run, and every right be used. */
const live = async (url: string): Promise<void> => {
  const call = async (path: string, body?: object, headers: Record<string, string> = {}) => {
    const posted = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(`${url}${path}`, { ...posted, headers });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    const answer: any = await response.json();
    return answer;
  };
  const signed = async (path: string, type: string, data: object) => {
    const at = new Date((await call('/local/clock')).now);
    const id = `${type}-${at.getTime()}`;
    const signature = new Webhook('whsec_bG9jYWwtZGV2ZWxvcG1lbnQtc2VjcmV0LTAx').sign(
      id,
      at,
      JSON.stringify({ type, data }),
    );
    const stamp = { 'webhook-id': id, 'webhook-timestamp': String(at.getTime() / 1000) };
    await call(path, { type, data }, { ...stamp, 'webhook-signature': signature });
  };
  const crm = async (type: string, data: object) => await signed('/webhooks/crm', type, data);
  const person = { id: 'P-1', name: '张三' };
  const created = (orderId: string) => ({
    orderId,
    kind: 'remote-7day',
    system: '芸苔系统',
    acceptedAt: '2025-03-08T06:00:00+08:00',
    shop: { name: '小树苗乐园', package: '旗舰版', businessType: '亲子乐园', needs: [] },
    customer: { name: '王女士', phone: '13800000000' },
    training: { startsAt: '2025-03-09T14:00:00+08:00', minutes: 120 },
    trainer: person,
    assistant: person,
    sales: person,
    group: { robotKey: 'r' },
    fees: { training: 100, maintenance: 700 },
  });
  await crm('order.created', created('C-1'));
  await call('/local/clock', { to: '2025-03-08T10:30:00+08:00' });
  await crm('order.created', created('C-2'));
  await crm('order.amended', { orderId: 'C-1', training: { startsAt: '2025-03-10T14:00:00+08:00' } });
  const { token, sessionId } = await call('/local/sessions', {
    staffId: 'P-1',
    roles: ['trainer', 'manager'],
  });
  const authorization = `Bearer ${token}`;
  await call('/api/orders/C-1/actions/set-remark', {}, { authorization, 'idempotency-key': 'k' });
  for (const view of ['', '/plan', '/history', '/why', '/messages', '/ledger'])
    await call(`/api/orders/C-1${view}`, undefined, { authorization });
  await call('/openapi.json');
  await signIn(url, token);
  await call('/local/clock', { to: '2025-03-08T12:00:00+08:00' });
  const act = async (action: string, body: object, bearer: string, orderId = 'C-1') =>
    await call(`/api/orders/${orderId}/actions/${action}`, body, { authorization: bearer });
  await act('confirm-needs', { extraNeeds: [], understood: true }, authorization, 'C-2');
  await act('start-training', {}, authorization, 'C-2');
  await act('finish-training', {}, authorization, 'C-2');
  await record(url, call, authorization);
  const question = { orderId: 'C-2', messageId: 'm-1', at: '2025-03-08T12:00:00+08:00', text: '' };
  await signed('/webhooks/messages', 'message.received', {
    ...question,
    author: { role: 'customer', id: 'w' },
  });
  await act('confirm-needs', { extraNeeds: [], understood: true }, authorization);
  await act('start-training', {}, authorization);
  await call('/local/sessions/revoke', { sessionId });
  // Finished only after day 9 has begun: that timer's time has come, so it goes straight to the queue.
  await call('/local/clock', { to: '2025-03-17T09:00:00+08:00' });
  const later = await call('/local/sessions', { staffId: 'P-1', roles: ['trainer', 'manager'] });
  await act('finish-training', {}, `Bearer ${later.token}`);
  await call('/local/clock', { to: '2025-03-17T10:00:00+08:00' });
  // What was booked is corrected by the CRM's change.
  await crm('order.amended', { orderId: 'C-1', fees: { training: 200, maintenance: 700 } });
  const bearer = { authorization: `Bearer ${later.token}` };
  await call('/api/settlements/2025-03', undefined, bearer);
  await call('/api/what-if', { month: '2025-03', changes: {} }, bearer);
  // The covering draw is held, and a month is over: the store deletes the recording, and says so.
  await call('/local/clock', { to: '2025-04-09T10:00:00+08:00' });
};

describe('catalogue', () => {
  it('names every file that exports a handler, and each of them does', async () => {
    const entries = functionNames.map((name) => definitionOf(name).entry as string);
    const handlers = filesOf('functions/**/*.ts').filter((file) =>
      /^export const handler\b/m.test(textOf(file)),
    );
    expect(handlers).toEqual(entries.toSorted());
    for (const entry of entries)
      expect(await import(`${root}${entry}`)).toHaveProperty('handler', expect.any(Function));
  });

  it('has a route of its own for every HTTP function on this machine', () => {
    const routed = functionNames.flatMap((name) => {
      const { trigger } = definitionOf(name);
      if (trigger.type !== 'http') return [];
      return pathsOf(trigger).map((path) => [
        name,
        findRoute(trigger.method, path.replaceAll(/[{+}]/g, ''))?.name,
      ]);
    });
    expect(routed.length).toBeGreaterThan(0);
    expect(routed.filter(([name, found]) => name !== found)).toEqual([]);
  });

  it('says of every function what its users notice when it fails', () => {
    for (const name of functionNames) expect(definitionOf(name).failureMeans).toMatch(/^[A-Z].{20,}\.$/);
  });
});

describe('each function, when it runs on this machine,', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'ninedays-'));
  const environment = process.env;
  let runtime: Runtime;
  beforeAll(async () => {
    watchSdk();
    watchEnvironment();
    const clockStart = Date.parse('2025-03-08T10:00:00+08:00');
    runtime = await openRuntime({ port: 0, dataDir, clockStart, code: 'sources' });
    await live(runtime.url);
  });
  afterAll(async () => {
    await runtime.close();
    process.env = environment;
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('is run by its trigger, whatever its type', () => {
    expect(watch.invoked).toEqual(new Set(functionNames));
  });

  it.each(functionNames)('%s uses the rights that the catalogue gives it, and no other', (name) => {
    const uses = usedRights.get(name) ?? new Set();
    // Whoever changes an order settles it, which can have effects that this life does not bring to everybody.
    if (uses.has('history: PutItem')) uses.add('outbox: PutItem');
    const given = [...new Set(definitionOf(name).rights.flatMap(wordsOf))].toSorted();
    const used = [...uses].toSorted();
    // The sweep needs most of its rights only after a loss.
    if (name === 'sweep-missed-timers') expect(given).toEqual(expect.arrayContaining(used));
    else expect(used).toEqual(given);
  });

  it.each(functionNames)('%s reads no variable but those that the catalogue gives it', (name) => {
    // Missing in the cloud, where they are read by ARN.
    const values = new Set(['CRM_WEBHOOK_SECRET', 'SESSION_KEY', 'LINK_KEY']);
    const read = [...(readNames.get(name) ?? [])].filter((variable) => !values.has(variable));
    expect(envNamesOf(definitionOf(name))).toEqual(expect.arrayContaining(read));
  });
});
