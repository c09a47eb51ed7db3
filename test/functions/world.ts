import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { mintSession } from '../../functions/console/mint-session.ts';
import { endSession } from '../../functions/console/end-session.ts';
import { showOpenApi } from '../../functions/console/show-openapi.ts';
import { showSession } from '../../functions/console/show-session.ts';
import { startSession } from '../../functions/console/start-session.ts';
import { actOnOrder } from '../../functions/orders/act-on-order.ts';
import { explainOrder } from '../../functions/orders/explain-order.ts';
import { receiveOrder } from '../../functions/orders/receive-order.ts';
import { showHistory } from '../../functions/orders/show-history.ts';
import { showOrder } from '../../functions/orders/show-order.ts';
import { showPlan } from '../../functions/orders/show-plan.ts';
import { recordMessage } from '../../functions/questions/record-message.ts';
import { showMessages } from '../../functions/questions/show-messages.ts';
import { comparePolicy } from '../../functions/settlement/compare-policy.ts';
import { showLedger } from '../../functions/settlement/show-ledger.ts';
import { showSettlement } from '../../functions/settlement/show-settlement.ts';
import { runDueTimer } from '../../functions/stages/run-due-timer.ts';
import { dueTimerSchema } from '../../shared/contracts/queue-messages.ts';
import type { Role } from '../../shared/domain/actions/action.ts';
import type { Instant } from '../../shared/domain/instant.ts';
import { toInstant } from '../../shared/domain/instant.ts';
import type { OrderStore } from '../../shared/ports/order-store.ts';
import { httpEntry } from '../../shared/runtime/http-entry.ts';
import { queueEntry } from '../../shared/runtime/queue-entry.ts';
import { crmSecret, makeCreated, signedHeaders } from '../support/crm-message.ts';
import { makeContext, makeHttpEvent, makeSqsEvent } from '../support/http-event.ts';
import { memoryLedger } from '../support/memory/ledger.ts';
import { memorySecrets } from '../support/memory/secrets.ts';
import { memorySessions } from '../support/memory/sessions.ts';
import { memoryStore } from '../support/memory/order-store.ts';
import { expectDocumented } from './documented.ts';

type Body = Record<string, any>;
export type Answered = {
  status: number;
  headers: Record<string, unknown>;
  cookies: readonly string[];
  body: Body;
};

export const sessionKey = 'the-key-of-all-sessions-of-this-test';
export const desks = { manager: ['manager-1'], service: ['service-1'], support: ['support-1'] };
export const orderId = 'R20250308-001';

type WebhookCall = {
  id?: string;
  at?: Instant;
  secrets?: readonly string[];
  headers?: Readonly<Record<string, string>>;
  /** Headers that are left out. */
  without?: readonly string[];
  /** What is sent instead of what was signed. */
  tampered?: string;
  base64?: boolean;
};
type StaffCall = {
  order?: string;
  token?: string | null;
  headers?: Readonly<Record<string, string>>;
  cookies?: readonly string[];
  query?: Readonly<Record<string, string>>;
};

type WorldParts = {
  orders?: (store: OrderStore) => OrderStore;
  crmSecrets?: readonly string[];
  keys?: readonly string[];
};

/** DynamoDB refuses empty keys and such of more than 2,048 bytes, which would be a fault to the caller. */
const possibleKey = (key: string): string => {
  if (key === '' || Buffer.byteLength(key) > 2048) throw new Error('ValidationException');
  return key;
};

/**
 * The HTTP functions on ports in memory, with a clock that stands where it is turned to. Every answer, of any test, is checked against the
 * OpenAPI document: its status must be named there, and its body must fit to the last member.
 */
export const makeWorld = async ({ orders: wrap = (store) => store, crmSecrets, keys }: WorldParts = {}) => {
  let now = toInstant('2025-03-08T10:00:00+08:00');
  const store = memoryStore();
  const orders = wrap({ ...store.orders, load: async (id) => await store.orders.load(possibleKey(id)) });
  const sessions = memorySessions();
  const secrets = memorySecrets({
    'crm-webhook': crmSecrets ?? [crmSecret],
    'session-key': keys ?? [sessionKey],
  });
  const reading = { orders, sessions, secrets };
  const ledger = memoryLedger(store.orders.booked);
  const entries = {
    'POST /webhooks/crm': httpEntry(() => receiveOrder({ orders, secrets, desks })),
    'POST /api/orders/{orderId}/actions/{action}': httpEntry(() => actOnOrder({ ...reading, desks })),
    'GET /api/orders/{orderId}': httpEntry(() => showOrder(reading)),
    'GET /api/orders/{orderId}/plan': httpEntry(() => showPlan({ ...reading, desks })),
    'GET /api/orders/{orderId}/history': httpEntry(() => showHistory(reading)),
    'GET /api/orders/{orderId}/why': httpEntry(() => explainOrder({ ...reading, outbox: store.outbox })),
    'POST /webhooks/messages': httpEntry(() =>
      recordMessage({ orders, messages: store.messages, secrets, desks }),
    ),
    'GET /api/orders/{orderId}/messages': httpEntry(() =>
      showMessages({ ...reading, messages: store.messages }),
    ),
    'GET /api/orders/{orderId}/ledger': httpEntry(() => showLedger({ ...reading, ledger })),
    'GET /api/settlements/{month}': httpEntry(() => showSettlement({ sessions, secrets, ledger })),
    'POST /api/what-if': httpEntry(() => comparePolicy(reading)),
    'POST /api/session': httpEntry(() => startSession({ sessions, secrets })),
    'GET /api/session': httpEntry(() => showSession({ sessions, secrets })),
    'DELETE /api/session': httpEntry(endSession),
    'GET /openapi.json': httpEntry(showOpenApi),
  };
  type RouteKey = keyof typeof entries;
  const dueTimer = queueEntry(dueTimerSchema, () => runDueTimer({ orders, desks }));

  const call = async (
    routeKey: RouteKey,
    request: Partial<Parameters<typeof makeHttpEvent>[0]>,
  ): Promise<Answered> => {
    const [method, template] = routeKey.split(' ') as ['GET' | 'POST' | 'DELETE', string];
    const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(request.params?.[name]?.toWellFormed() ?? ''),
    );
    const event = makeHttpEvent({ method, routeKey, path, ...request });
    const result: APIGatewayProxyStructuredResultV2 = await entries[routeKey](
      event,
      makeContext(() => now),
    );
    const answered: Answered = {
      status: result.statusCode!,
      headers: { ...result.headers },
      cookies: result.cookies ?? [],
      body: JSON.parse(result.body ?? 'null'),
    };
    expectDocumented(routeKey, request.params?.['action'] ?? '', answered.status, answered.body);
    return answered;
  };

  const mint = async (staffId: string, ...roles: Role[]): Promise<string> =>
    (await mintSession({ sessions, secrets })({ staffId, roles, hours: 720 }, now)).token;

  const tokens = {
    trainer: await mint('zhangsan', 'trainer'),
    assistant: await mint('lisi', 'assistant'),
    sales: await mint('zhaoliu', 'sales'),
    service: await mint('service-1', 'service'),
    support: await mint('support-1', 'support'),
    manager: await mint('manager-1', 'manager'),
    stranger: await mint('operator-1', 'operator'),
  };

  const staffRequest = ({ order = orderId, token = tokens.trainer, headers, cookies, query }: StaffCall) => ({
    params: { orderId: order },
    headers: { ...(token !== null && { authorization: `Bearer ${token}` }), ...headers },
    cookies: cookies ?? [],
    query: query ?? {},
  });

  const read =
    (routeKey: RouteKey) =>
    async (given: StaffCall = {}): Promise<Answered> =>
      await call(routeKey, staffRequest(given));

  /** Sends a signed message; text is sent as it is, anything else as JSON. */
  const signedTo =
    (routeKey: RouteKey) =>
    async (message: unknown, given: WebhookCall = {}): Promise<Answered> => {
      const { id = `msg_${randomUUID()}`, at = now, headers = {}, without = [], base64 = false } = given;
      const body = typeof message === 'string' ? message : JSON.stringify(message);
      const signed = signedHeaders(body, { id, at, ...(given.secrets && { secrets: given.secrets }) });
      const sent = given.tampered ?? body;
      const kept = Object.entries({ ...signed, ...headers }).filter(([name]) => !without.includes(name));
      return await call(routeKey, {
        headers: Object.fromEntries(kept),
        body: base64 ? Buffer.from(sent) : sent,
      });
    };

  const world = {
    ...store,
    sessions,
    secrets,
    tokens,
    mint,
    call,
    now: () => now,
    turn: (to: string): void => {
      now = toInstant(to);
    },
    crm: signedTo('POST /webhooks/crm'),
    say: signedTo('POST /webhooks/messages'),
    act: async (action: string, body: unknown = {}, given: StaffCall = {}): Promise<Answered> => {
      const request = staffRequest(given);
      return await call('POST /api/orders/{orderId}/actions/{action}', {
        ...request,
        params: { ...request.params, action },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
    },
    order: read('GET /api/orders/{orderId}'),
    plan: read('GET /api/orders/{orderId}/plan'),
    history: read('GET /api/orders/{orderId}/history'),
    why: read('GET /api/orders/{orderId}/why'),
    /** Fires every timer that is due by now, in order, through the queue's entry. */
    runTimers: async (): Promise<void> => {
      for (;;) {
        const timer = (await store.orders.load(orderId))?.timers[0];
        if (timer === undefined || timer.at > now) return;
        const { step, version } = timer;
        await dueTimer(
          makeSqsEvent(JSON.stringify({ orderId, step, version })),
          makeContext(() => now),
        );
      }
    },
    /** The order of the rule book's example is there. */
    created: async (overrides: Readonly<Record<string, unknown>> = {}) => {
      await world.crm(makeCreated(overrides));
      return world;
    },
  };
  return world;
};

export type World = Awaited<ReturnType<typeof makeWorld>>;
