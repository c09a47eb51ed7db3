import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseJson, readJson } from '../../shared/contracts/parse-json.ts';
import { epochMs, instantSchema, isoTimeSchema, toInstant } from '../../shared/domain/instant.ts';
import { cookieOf } from '../../shared/runtime/session.ts';
import * as z from 'zod/mini';
import { readBody, sendJson } from './http-door.ts';
import type { MessageCounts } from './engines/sqs-queues.ts';
import type { LambdaHost } from './lambda-host.ts';
import type { LocalConsole } from './local-console.ts';
import type { LocalClock } from './local-clock.ts';
import type { Meter } from './meter.ts';
import type { TimeWheel } from './time-wheel.ts';
import { handleChatRequest } from './wecom/chat.ts';
import type { WecomServer } from './wecom/server.ts';

const turnSchema = z.strictObject({ to: isoTimeSchema });
const mintedSchema = z.object({ token: z.string(), expiresAt: instantSchema });
const refusedSchema = z.object({ issues: z.array(z.unknown()) });
const sessionSchema = z.record(z.string(), z.unknown());
const maxBodyBytes = 64 * 1024;

/** Hours of a session where none are asked for: on a turned clock half a day is over at once. */
const aYear = 24 * 365;

export type LocalParts = {
  clock: LocalClock;
  wheel: TimeWheel;
  wecom: WecomServer;
  meter: Meter;
  lambda: LambdaHost;
  page: LocalConsole;
  /** How many messages each queue and its dead-letter queue hold. */
  countMessages: () => Readonly<Record<string, MessageCounts>>;
};

type Route = (parts: LocalParts, request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

/** What exists only on this machine: the clock, the queues' counts, the meter, sessions without an operator, and WeCom's chat page. */
export const localRoutes =
  (parts: LocalParts) =>
  async (request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    if (path === '/') {
      response.writeHead(302, { location: '/local/wecom' }).end();
      return true;
    }
    if (/^\/console(\/|$)/.test(path)) return await waitForPage(parts, response);
    if (!path.startsWith('/local/')) return false;
    if (path === '/local/wecom/messages') await parts.wheel.settle();
    if (handleChatRequest(parts.wecom, request, response)) return true;
    const route = routes.get(`${request.method} ${path}`);
    if (route === undefined) sendJson(response, 404, { message: 'Not Found', routes: [...routes.keys()] });
    else await route(parts, request, response);
    return true;
  };

/** Until the page is built there is nothing for its function to serve; why it does not build is for whoever is at this machine. */
const waitForPage = async ({ page }: LocalParts, response: ServerResponse): Promise<boolean> => {
  try {
    await page.ready();
    return false;
  } catch (error) {
    console.error(error);
    const why = error instanceof Error ? error.message : String(error);
    response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' }).end(`no console: ${why}\n`);
    return true;
  }
};

/** The console, signed in as anybody: `?staffId=T-1&roles=trainer,manager`. */
const openConsole: Route = async ({ lambda, clock }, { url = '/' }, response) => {
  const { searchParams } = new URL(url, 'http://localhost');
  const roles = (searchParams.get('roles') ?? '').split(',').filter((role) => role !== '');
  const answer = await lambda.invoke('mint-session', {
    staffId: searchParams.get('staffId'),
    roles,
    hours: aYear,
  });
  const minted = mintedSchema.safeParse(answer);
  if (!minted.success) return sendJson(response, 400, { error: 'malformed', ...refusedSchema.parse(answer) });
  const { token, expiresAt } = minted.data;
  const cookie = cookieOf(token, expiresAt, toInstant(clock.now()), false);
  response.writeHead(303, { location: '/console', 'set-cookie': cookie }).end();
};

const showClock: Route = ({ clock }, _request, response) => {
  sendJson(response, 200, { now: toInstant(clock.now()), mode: clock.mode });
};

const turnClock: Route = async ({ clock, wheel }, request, response) => {
  const parsed = parseJson(turnSchema, await textOf(request));
  if ('issues' in parsed) return sendJson(response, 400, { error: 'malformed', issues: parsed.issues });
  const to = epochMs(parsed.data.to);
  if (to < clock.now())
    return sendJson(response, 409, { error: 'never-back', now: toInstant(clock.now()), to: parsed.data.to });
  const fired = await wheel.turnTo(to);
  return sendJson(response, 200, { now: toInstant(clock.now()), mode: clock.mode, fired });
};

const readMeter: Route = async ({ meter, wheel }, _request, response) => {
  await wheel.settle();
  sendJson(response, 200, meter.read());
};

const showQueues: Route = async ({ countMessages, wheel }, _request, response) => {
  await wheel.settle();
  sendJson(response, 200, countMessages());
};

const mintSession: Route = async ({ lambda }, request, response) => {
  const json = readJson(await textOf(request));
  if ('issues' in json) return sendJson(response, 400, { error: 'malformed', issues: json.issues });
  const asked = sessionSchema.safeParse(json.value);
  const answer = await lambda.invoke(
    'mint-session',
    asked.success ? { hours: aYear, ...asked.data } : json.value,
  );
  const minted = mintedSchema.safeParse(answer);
  if (minted.success) return sendJson(response, 200, answer);
  return sendJson(response, 400, { error: 'malformed', ...refusedSchema.parse(answer) });
};

const revokeSession: Route = async ({ lambda }, request, response) => {
  const json = readJson(await textOf(request));
  const answer = 'issues' in json ? json : await lambda.invoke('revoke-session', json.value);
  const refused = refusedSchema.safeParse(answer);
  return sendJson(response, refused.success ? 400 : 200, answer);
};

const routes = new Map<string, Route>([
  ['GET /local/clock', showClock],
  ['POST /local/clock', turnClock],
  ['GET /local/queues', showQueues],
  ['GET /local/meter', readMeter],
  ['GET /local/console', openConsole],
  ['POST /local/sessions', mintSession],
  ['POST /local/sessions/revoke', revokeSession],
]);

const textOf = async (request: IncomingMessage): Promise<string> =>
  (await readBody(request, maxBodyBytes))?.toString('utf8') ?? '';
