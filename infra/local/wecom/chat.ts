import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { chatPolicy, renderChat } from './chat-page.ts';
import { acceptedFaults, faultsSchema } from './faults.ts';
import type { ShownMessage } from './message-log.ts';
import type { WecomServer } from './server.ts';

const fontFolder = dirname(createRequire(import.meta.url).resolve('@fontsource/noto-sans-sc/package.json'));
const fontName = /^(?:[45]00\.css|files\/noto-sans-sc-[a-z0-9-]+\.woff2)$/;

const json = (response: ServerResponse, status: number, body: unknown) => {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.end(JSON.stringify(body));
};

const sendPage = (response: ServerResponse) => {
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': chatPolicy,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
  response.end(renderChat());
};

/** Everything shown after `Last-Event-ID`, then each message as it is shown: one event carries a list of messages. */
const sendEvents = (wecom: WecomServer, request: IncomingMessage, response: ServerResponse) => {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const send = (messages: ShownMessage[]) => {
    response.write(`id: ${messages.at(-1)?.id ?? after}\ndata: ${JSON.stringify(messages)}\n\n`);
  };
  const after = Number(request.headers['last-event-id'] ?? 0) || 0;
  send(wecom.messages({}, after));
  response.once(
    'close',
    wecom.onMessage((message) => send([message])),
  );
};

/** Serves Noto Sans SC for machines without Chinese glyphs: the package's style sheets and subsets, no other file. */
const sendFont = (response: ServerResponse, name: string) => {
  const missing = () => json(response, 404, { message: 'no such font' });
  if (!fontName.test(name)) return missing();
  const contentType = name.endsWith('.css') ? 'text/css' : 'font/woff2';
  return createReadStream(join(fontFolder, name))
    .once('open', () => {
      response.writeHead(200, { 'content-type': contentType, 'cache-control': 'public, max-age=86400' });
    })
    .once('error', missing)
    .pipe(response);
};

const setFaults = async (wecom: WecomServer, request: IncomingMessage, response: ServerResponse) => {
  const refuse = (issues: unknown) =>
    json(response, 400, { message: 'not a fault', issues, accepted: acceptedFaults });
  let body: unknown;
  try {
    body = JSON.parse(await text(request));
  } catch {
    return refuse([{ message: 'the body is not JSON' }]);
  }
  const { success, data, error } = faultsSchema.safeParse(body);
  if (!success) return refuse(error.issues);
  wecom.setFaults(data);
  return json(response, 200, { faults: data });
};

const fontPath = '/local/wecom/font/';

/**
 * Answers the local runtime's WeCom routes: the chat page, its events and fonts, `GET /local/wecom/messages?robotKey=|user=` and
 * `POST /local/wecom/faults`. False when the request is for something else, which is then left untouched.
 */
export const handleChatRequest = (
  wecom: WecomServer,
  request: IncomingMessage,
  response: ServerResponse,
): boolean => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://wecom.local');
  switch (`${request.method} ${pathname}`) {
    case 'GET /local/wecom':
      sendPage(response);
      return true;
    case 'GET /local/wecom/events':
      sendEvents(wecom, request, response);
      return true;
    case 'GET /local/wecom/messages': {
      const robotKey = searchParams.get('robotKey') ?? undefined;
      const user = searchParams.get('user') ?? undefined;
      json(response, 200, { messages: wecom.messages({ robotKey, user }) });
      return true;
    }
    case 'POST /local/wecom/faults':
      setFaults(wecom, request, response).catch(() => response.destroy());
      return true;
    default:
      if (request.method !== 'GET' || !pathname.startsWith(fontPath)) return false;
      sendFont(response, pathname.slice(fontPath.length));
      return true;
  }
};
