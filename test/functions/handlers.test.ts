import { rmSync } from 'node:fs';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import type { FunctionName } from '../../infra/catalogue.ts';
import { catalogue, definitionOf, functionNames } from '../../infra/catalogue.ts';
import { uploadExample } from '../../shared/contracts/openapi-examples.ts';
import { toInstant } from '../../shared/domain/instant.ts';
import { makeConsoleFolder } from '../support/console-folder.ts';
import { makeCreated, signedHeaders } from '../support/crm-message.ts';
import { makeContext, makeHttpEvent, makeSqsEvent, makeStreamEvent } from '../support/http-event.ts';
import { memoryDueTimers } from '../support/memory/due-timers.ts';
import { memoryLedger } from '../support/memory/ledger.ts';
import { memoryNoticeChannel } from '../support/memory/notice-channel.ts';
import { memoryEffectQueue } from '../support/memory/effect-queue.ts';
import { memoryStore } from '../support/memory/order-store.ts';
import { memoryRateLimit } from '../support/memory/rate-limit.ts';
import { memorySecrets } from '../support/memory/secrets.ts';
import { memorySessions } from '../support/memory/sessions.ts';
import { memoryTimers } from '../support/memory/timers.ts';
import { crmSecret } from '../support/crm-message.ts';
import { watchOutput } from './output.ts';
import { sessionKey } from './world.ts';

const output = watchOutput();

const ports = vi.hoisted(() => ({ current: {} as Record<string, unknown> }));
vi.mock('../../shared/runtime/deps.ts', () =>
  Object.fromEntries(
    [
      'orderStore',
      'outbox',
      'sessions',
      'rateLimit',
      'dueTimers',
      'noticeQueue',
      'recordingQueue',
      'recordingObjects',
      'timers',
      'noticeChannel',
      'secrets',
      'groupMessages',
      'ledger',
    ].map((name) => [name, () => ports.current[name]]),
  ),
);

const consoleFolder = makeConsoleFolder();
afterAll(() => rmSync(consoleFolder, { recursive: true }));

const root = new URL('../../', import.meta.url).pathname;

type Handler = (event: unknown, context: unknown) => Promise<any>;

/** The exported handlers, freshly loaded, wired to ports in memory; the clock stands at the order's acceptance. */
const makeProduct = () => {
  const { orders, outbox, messages } = memoryStore();
  const dueTimers = memoryDueTimers();
  const noticeChannel = memoryNoticeChannel();
  const noticeQueue = memoryEffectQueue();
  const recordingQueue = memoryEffectQueue();
  const timers = memoryTimers(dueTimers);
  ports.current = {
    orderStore: orders,
    outbox,
    sessions: memorySessions(),
    rateLimit: memoryRateLimit(),
    dueTimers,
    noticeQueue,
    recordingQueue,
    timers,
    noticeChannel,
    groupMessages: messages,
    ledger: memoryLedger(orders.booked),
    secrets: memorySecrets({
      'crm-webhook': [crmSecret],
      'session-key': [sessionKey],
      'link-key': ['key-of-links'],
    }),
  };
  vi.resetModules();
  vi.stubEnv('DESKS', '{"manager":["manager-1"],"service":["service-1"],"support":["support-1"]}');
  vi.stubEnv('RECORDINGS_ORIGIN', 'https://recordings.example.com');
  vi.stubEnv('CONSOLE_FOLDER', consoleFolder.href);
  let now = toInstant('2025-03-08T10:00:00+08:00');
  const invoke = async (name: FunctionName, event: unknown): Promise<any> => {
    const { handler }: { handler: Handler } = await import(
      /* @vite-ignore */ `${root}${catalogue[name].entry}`
    );
    return await handler(
      event,
      makeContext(() => now),
    );
  };
  const receive = async () => {
    const body = JSON.stringify(makeCreated());
    const headers = signedHeaders(body, { id: 'msg_1', at: now });
    return await invoke(
      'receive-order',
      makeHttpEvent({ method: 'POST', path: '/webhooks/crm', headers, body }),
    );
  };
  const turn = (to: string): void => {
    now = toInstant(to);
  };
  return { invoke, receive, turn, orders, outbox, dueTimers, noticeChannel, noticeQueue, timers };
};

afterEach(() => vi.unstubAllEnvs());

const path = (template: string): string =>
  template
    .replace('{orderId}', 'R20250308-001')
    .replace('{action}', 'set-remark')
    .replace('{month}', '2025-03');
const pathOf = (name: FunctionName): string => {
  const { trigger } = definitionOf(name);
  return trigger.type === 'http' ? trigger.path : '';
};
const httpNames = functionNames.filter((name) => definitionOf(name).trigger.type === 'http');

describe('the exported handlers', () => {
  it('R1.3 carry an order from the webhook to the group, each started by what the one before left', async () => {
    const { invoke, receive, turn, orders, outbox, dueTimers, noticeChannel, noticeQueue, timers } =
      makeProduct();
    expect((await receive()).statusCode).toBe(201);

    const stream = makeStreamEvent(outbox.all().map(({ item }) => item));
    expect(await invoke('set-timers', stream)).toEqual({ batchItemFailures: [] });
    expect(await invoke('queue-notices', stream)).toEqual({ batchItemFailures: [] });
    const messages = noticeQueue.sent.map((id) => JSON.stringify({ id }));
    expect(await invoke('deliver-notice', makeSqsEvent(...messages))).toEqual({ batchItemFailures: [] });
    expect(noticeChannel.shown).toHaveLength(noticeQueue.sent.length);

    turn('2025-03-08T10:30:00+08:00');
    await timers.fire(toInstant('2025-03-08T10:30:00+08:00'));
    const due = dueTimers.sent.map((timer) => JSON.stringify(timer));
    expect(due.length).toBeGreaterThan(0);
    expect(await invoke('run-due-timer', makeSqsEvent(...due))).toEqual({ batchItemFailures: [] });
    expect((await orders.load('R20250308-001'))?.tasks.map(({ state }) => state)).toContain('overdue');

    turn('2025-03-08T10:40:00+08:00');
    await invoke('sweep-missed-timers', {});
    expect(
      outbox
        .all()
        .filter(({ result }) => result === null)
        .every(({ item }) => item.kind === 'notice'),
    ).toBe(true);
    await invoke('audit-timers', {});
    expect(output.counted('AuditHeartbeat')).toBe(1);
  });

  it('serve a session from minting to revoking', async () => {
    const { invoke, receive } = makeProduct();
    await receive();
    const roles = ['trainer', 'manager'];
    const { token, sessionId } = await invoke('mint-session', { staffId: 'zhangsan', roles });
    // There is no recording yet, and no training that one could be of.
    const statuses = new Map<FunctionName, number>([
      ['start-session', 204],
      ['end-session', 204],
      ['start-upload', 409],
      ...httpNames
        .filter((name) => /^\/(api\/recordings|r)\//.test(pathOf(name)))
        .map((name) => [name, 404] as const),
    ]);
    const bodies = new Map<FunctionName, object>([
      ['start-upload', uploadExample],
      ['note-progress', { share: 0 }],
      ['compare-policy', { month: '2025-03', changes: {} }],
      ['start-session', { token }],
    ]);
    const request = {
      headers: { authorization: `Bearer ${token}` },
      params: { orderId: 'R20250308-001', action: 'set-remark', month: '2025-03' },
    };
    for (const name of httpNames) {
      const { trigger } = definitionOf(name);
      if (trigger.type !== 'http' || trigger.guard === 'signed') continue;
      const body = bodies.has(name) ? JSON.stringify(bodies.get(name)) : '';
      const event = makeHttpEvent({ method: trigger.method, path: path(trigger.path), body, ...request });
      expect({ name, status: (await invoke(name, event)).statusCode }).toEqual({
        name,
        status: statuses.get(name) ?? 200,
      });
    }
    expect(await invoke('revoke-session', { sessionId })).toEqual({ revoked: sessionId });
    const event = makeHttpEvent({ method: 'GET', path: path('/api/orders/{orderId}'), ...request });
    expect((await invoke('show-order', event)).statusCode).toBe(401);
    expect(await invoke('revoke-session', { sessionId: 'x' })).toMatchObject({
      issues: [{ path: 'sessionId' }],
    });
  });

  it.each(httpNames.filter((name) => catalogue[name].settings.length > 0))(
    '%s answers 500 when a setting is missing, and says in the log which',
    async (name) => {
      const { invoke } = makeProduct();
      const { trigger, settings } = definitionOf(name);
      vi.stubEnv(settings[0]!, '');
      if (trigger.type !== 'http') return;
      const result = await invoke(name, makeHttpEvent({ method: trigger.method, path: path(trigger.path) }));
      expect(result.statusCode).toBe(500);
      expect(JSON.stringify(output.logged('request-failed'))).toContain(`${settings[0]} is missing`);
    },
  );

  it('of a queue hand a batch back whole when a setting is missing', async () => {
    const { invoke } = makeProduct();
    vi.stubEnv('DESKS', '');
    const timer = JSON.stringify({ orderId: 'R1', step: 'digest', version: 1 });
    expect(await invoke('run-due-timer', makeSqsEvent(timer, timer))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'message-1' }, { itemIdentifier: 'message-2' }],
    });
  });

  it('use the system’s clock where none is handed in', async () => {
    makeProduct();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2025-03-08T10:00:00+08:00') });
    const module: any = await import('../../functions/orders/receive-order.ts');
    const body = JSON.stringify(makeCreated());
    const headers = signedHeaders(body, { id: 'msg_1', at: toInstant(Date.now()) });
    const event = makeHttpEvent({ method: 'POST', path: '/webhooks/crm', headers, body });
    const { clock: _clock, ...context } = makeContext(() => toInstant(0));
    expect((await module.handler(event, context)).statusCode).toBe(201);
    vi.useRealTimers();
  });
});
