import { createHmac } from 'node:crypto';
import * as z from 'zod/mini';
import { ledgerViewSchema } from '../../../shared/contracts/ledger-view.ts';
import { messageAnswerSchema } from '../../../shared/contracts/message-webhook.ts';
import { orderViewSchema } from '../../../shared/contracts/order-view.ts';
import { reasonsViewSchema } from '../../../shared/contracts/reasons-view.ts';
import {
  finishViewSchema,
  recordingsViewSchema,
  signedPartsSchema,
  uploadViewSchema,
} from '../../../shared/contracts/recordings-view.ts';
import { settlementViewSchema } from '../../../shared/contracts/settlement-view.ts';
import { historyEntrySchema } from '../../../shared/domain/history.ts';
import type { Instant } from '../../../shared/domain/instant.ts';
import { instantSchema } from '../../../shared/domain/instant.ts';
import type { Party } from '../../../shared/domain/policy.ts';
import { ruleIdSchema } from '../../../shared/domain/rules.ts';
import type { Said } from './plot.ts';

/** A file, and what its trainer states of it. */
export type RecordedFile = {
  bytes: Uint8Array;
  stated: { fileName: string; customerJoinedAt: Instant; recordingStartedAt: Instant };
};

const messagesSchema = z.object({
  messages: z.array(
    z.object({
      id: z.string(),
      at: instantSchema,
      robotKey: z.string(),
      text: z.string(),
      mentioned: z.array(z.string()),
    }),
  ),
});
export type ShownMessage = z.infer<typeof messagesSchema>['messages'][number];

const planSchema = z.object({
  timers: z.array(z.object({ at: instantSchema, step: z.string(), rule: ruleIdSchema })),
});
export type PlannedTimer = z.infer<typeof planSchema>['timers'][number];

const historySchema = z.object({ brokenAt: z.nullable(z.int()), entries: z.array(historyEntrySchema) });
const meterSchema = z.object({
  operations: z.record(z.string(), z.number()),
  units: z.record(z.string(), z.number()),
});
export type MeterReading = z.infer<typeof meterSchema>;

const refusalSchema = z.object({
  error: z.string(),
  message: z.string(),
  reason: z.optional(z.string()),
  missing: z.optional(z.array(z.string())),
});
export type Refused = { status: number } & z.infer<typeof refusalSchema>;

/** How a message was answered: what became of it, or why it was refused. */
export type Answered = { status: number; state?: string } & Partial<Refused>;

type Headers = Record<string, string>;
type Signing = { id: string; signedAt: number; secret?: string };

/** A person with a session. */
export type Staff = { id: string; role: Exclude<Party, 'responder'> | 'auditor' };

export type Product = ReturnType<typeof makeProduct>;

const sessionHours = 7 * 24;
const forgedSecret = `whsec_${Buffer.from('somebody-else').toString('base64')}`;

/** The product as its users have it: over HTTP only. Times are epoch ms of its clock. */
export const makeProduct = (url: string, { crmSecret, start }: { crmSecret: string; start: number }) => {
  let now = start;
  const sessions = new Map<string, { token: string; endsAt: number }>();

  const call = async (method: string, path: string, body?: unknown, headers: Headers = {}) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const json: unknown = await response.json();
    return { status: response.status, json };
  };

  const expectOk = async <Schema extends z.ZodMiniType>(
    schema: Schema,
    ...request: Parameters<typeof call>
  ): Promise<z.infer<Schema>> => {
    const { status, json } = await call(...request);
    if (status !== 200)
      throw new Error(`${request[0]} ${request[1]} answered ${status} ${JSON.stringify(json)}`);
    return schema.parse(json);
  };

  /** Everybody signs in once a week. */
  const bearer = async ({ id, role }: Staff): Promise<Headers> => {
    const key = `${id} ${role}`;
    const known = sessions.get(key);
    if (known !== undefined && known.endsAt > now) return { authorization: `Bearer ${known.token}` };
    const wanted = { staffId: id, roles: [role], hours: sessionHours };
    const { token } = await expectOk(z.object({ token: z.string() }), 'POST', '/local/sessions', wanted);
    sessions.set(key, { token, endsAt: now + sessionHours * 3_600_000 });
    return { authorization: `Bearer ${token}` };
  };

  const read = async <Schema extends z.ZodMiniType>(schema: Schema, path: string, staff: Staff) =>
    await expectOk(schema, 'GET', path, undefined, await bearer(staff));

  /** A message of the CRM, signed as Standard Webhooks say. */
  const send = async (path: string, content: object, { id, signedAt, secret = crmSecret }: Signing) => {
    const body = JSON.stringify(content);
    const timestamp = String(Math.floor(signedAt / 1000));
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${sign(secret, `${id}.${timestamp}.${body}`)}`,
    };
    return await call('POST', path, body, headers);
  };

  return {
    now: () => now,
    turnTo: async (to: number): Promise<void> => {
      await expectOk(z.object({}), 'POST', '/local/clock', { to: new Date(to).toISOString() });
      now = to;
    },
    /** What the CRM says of an order. */
    crm: async (type: string, data: object, signing: Signing): Promise<Answered> => {
      const { status, json } = await send('/webhooks/crm', { type, data }, signing);
      return status < 300 ? { status } : { status, ...refusalSchema.parse(json) };
    },
    /** What was said in an order's group, as the CRM hands it on. */
    say: async (orderId: string, { role, author, ...said }: Said): Promise<Answered> => {
      const type = role === 'customer' ? 'message.received' : 'message.sent';
      const data = { orderId, ...said, author: { role, id: author } };
      const id = `chat-${orderId}-${said.messageId}-${now}`;
      const { status, json } = await send('/webhooks/messages', { type, data }, { id, signedAt: now });
      return status === 200
        ? { status, state: messageAnswerSchema.parse(json).state }
        : { status, ...refusalSchema.parse(json) };
    },
    /** What somebody has done on an order: the order as it then is, or why not. */
    act: async (orderId: string, action: string, body: object, staff: Staff) => {
      const path = `/api/orders/${orderId}/actions/${action}`;
      const { status, json } = await call('POST', path, body, await bearer(staff));
      return status === 200
        ? { view: orderViewSchema.parse(json) }
        : { refused: { status, ...refusalSchema.parse(json) } };
    },
    /** Uploads the recording of a training as the upload page does, part by part; its check follows by itself. */
    upload: async (orderId: string, { bytes, stated }: RecordedFile, staff: Staff): Promise<void> => {
      const headers = await bearer(staff);
      const send = async <Schema extends z.ZodMiniType>(schema: Schema, path: string, body: object) => {
        const { status, json } = await call('POST', path, body, headers);
        if (status >= 300) throw new Error(`${path} answered ${status} ${JSON.stringify(json)}`);
        return schema.parse(json);
      };
      const file = { ...stated, contentType: 'video/mp4', size: bytes.length };
      const { recordingId } = await send(uploadViewSchema, `/api/orders/${orderId}/recordings`, file);
      const path = `/api/recordings/${recordingId}`;
      const { urls } = await send(signedPartsSchema, `${path}/parts`, { numbers: [1] });
      const put = await fetch(urls['1'] ?? '', { method: 'PUT', body: new Uint8Array(bytes) });
      const parts = [{ number: 1, etag: put.headers.get('etag') ?? '' }];
      await send(finishViewSchema, `${path}/finish`, { parts });
    },
    recordings: async (orderId: string, staff: Staff) =>
      (await read(recordingsViewSchema, `/api/orders/${orderId}/recordings`, staff)).recordings,
    order: async (orderId: string, staff: Staff) =>
      await read(orderViewSchema, `/api/orders/${orderId}`, staff),
    plan: async (orderId: string, until: number, staff: Staff) => {
      const path = `/api/orders/${orderId}/plan?until=${new Date(until).toISOString()}`;
      return (await read(planSchema, path, staff)).timers;
    },
    history: async (orderId: string, staff: Staff) =>
      await read(historySchema, `/api/orders/${orderId}/history`, staff),
    /** The reason of everything on an order; of a notice also what became of it. */
    reasons: async (orderId: string, staff: Staff) =>
      (await read(reasonsViewSchema, `/api/orders/${orderId}/why`, staff)).explanations,
    ledger: async (orderId: string, staff: Staff) =>
      await read(ledgerViewSchema, `/api/orders/${orderId}/ledger`, staff),
    /** What was booked in a month (`YYYY-MM`). */
    settlement: async (month: string, staff: Staff) =>
      await read(settlementViewSchema, `/api/settlements/${month}`, staff),
    /** What WeCom has shown to the order's group, in the order shown. */
    messages: async (robotKey: string) =>
      (await expectOk(messagesSchema, 'GET', `/local/wecom/messages?robotKey=${robotKey}`)).messages,
    /** Makes every robot of WeCom fail, or lets them be well. */
    setWecom: async (state: 'failing' | 'well'): Promise<void> => {
      const fault = state === 'failing' ? { mode: 'http-500' } : {};
      await expectOk(z.object({}), 'POST', '/local/wecom/faults', fault);
    },
    meter: async () => await expectOk(meterSchema, 'GET', '/local/meter'),
    forgedSecret,
  };
};

const sign = (secret: string, content: string): string =>
  createHmac('sha256', Buffer.from(secret.replace(/^whsec_/, ''), 'base64'))
    .update(content)
    .digest('base64');
