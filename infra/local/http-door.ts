import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import * as z from 'zod/mini';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Route } from './http-events.ts';
import { findRoute, toHttpEvent } from './http-events.ts';
import type { LambdaHost } from './lambda-host.ts';
import { listen } from './listen.ts';
import type { Meter } from './meter.ts';

const resultSchema = z.object({
  statusCode: z.int(),
  headers: z.optional(z.record(z.string(), z.string())),
  cookies: z.optional(z.array(z.string())),
  body: z.optional(z.string()),
  isBase64Encoded: z.optional(z.boolean()),
});

/** API Gateway refuses larger bodies before a function sees them. */
const maxBodyBytes = 10 * 1024 * 1024;

export type HttpDoor = { url: string; close(): Promise<void> };

export type HttpDoorParts = {
  port: number;
  lambda: LambdaHost;
  clock: Clock;
  meter: Meter;
  /** Serves what exists only on this machine; false when the path is none of its own. */
  local: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;
  /** Called when a function has answered: it may have left effects to carry out. */
  onAnswered: () => void;
};

/** The HTTP API on one machine: the catalogue's routes, and `/local/*`. Loopback only. */
export const openHttpDoor = async (parts: HttpDoorParts): Promise<HttpDoor> => {
  const server = createServer((request, response) => {
    answer(parts, request, response).catch((error: unknown) => {
      console.error(error);
      if (response.headersSent) response.destroy();
      else sendJson(response, 500, { message: 'Internal Server Error' });
    });
  });
  const port = await listen(server, parts.port);
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
};

const answer = async (
  parts: HttpDoorParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  if (await parts.local(request, response)) return;
  const route = routeOf(request);
  if (route === 'malformed') return sendJson(response, 400, { message: 'Bad Request' });
  if (route === null) return sendJson(response, 404, { message: 'Not Found' });
  const body = await readBody(request, maxBodyBytes);
  if (body === null) return sendJson(response, 413, { message: 'Request Entity Too Large' });
  parts.meter.operation('http-api.Request');
  parts.meter.unit('http-api.requests', 1);
  const event = toHttpEvent(request, body, route, parts.clock.now());
  const result = resultSchema.parse(await parts.lambda.invoke(route.name, event));
  const cookies = result.cookies === undefined ? {} : { 'set-cookie': result.cookies };
  const sent = Buffer.from(result.body ?? '', result.isBase64Encoded === true ? 'base64' : 'utf8');
  response.writeHead(result.statusCode, { ...result.headers, ...cookies }).end(sent);
  parts.onAnswered();
};

const routeOf = ({ method = 'GET', url = '/' }: IncomingMessage): Route | null | 'malformed' => {
  try {
    return findRoute(method, new URL(url, 'http://localhost').pathname);
  } catch {
    return 'malformed';
  }
};

/** The whole body, or null when it is larger than allowed (the rest is read and thrown away, so that the answer arrives). */
export const readBody = async (request: IncomingMessage, maxBytes: number): Promise<Buffer | null> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size <= maxBytes) chunks.push(bytes);
  }
  return size > maxBytes ? null : Buffer.concat(chunks);
};

export const sendJson = (response: ServerResponse, status: number, body: unknown): void => {
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
    .end(JSON.stringify(body));
};
