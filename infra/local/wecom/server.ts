import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Clock } from '../../../shared/ports/clock.ts';
import { type Fault, type Faults, makeFaults } from './faults.ts';
import { type MessageFilter, openMessageLog, type ShownMessage } from './message-log.ts';
import { type Reading, readRobotMessage } from './read-robot-message.ts';

export type WecomServer = {
  url: string;
  /** What has been shown, in the order shown; `after` leaves out ids up to it. */
  messages(filter: MessageFilter, after?: number): ShownMessage[];
  /** The keys of all robots that have sent, in the order of their first message. */
  groups(): string[];
  setFaults(faults: Faults): void;
  /** Tells of each message as it is shown; returns how to stop. */
  onMessage(listener: (message: ShownMessage) => void): () => void;
  close(): Promise<void>;
};

const maxMessages = 20;
const windowMs = 60_000;

type Door = { request: IncomingMessage; response: ServerResponse; now: number };

const json = ({ response }: Door, status: number, body: unknown) => {
  response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8' }).end(JSON.stringify(body));
};

const answer = (door: Door, errcode: number, errmsg: string) => {
  const where = `hint: [${door.now}], from ip: 127.0.0.1, more info at https://open.work.weixin.qq.com/devtool/query?e=${errcode}`;
  json(door, 200, { errcode, errmsg: errcode === 0 ? errmsg : `${errmsg}, ${where}` });
};

/** Carries out a fault that ends the request before the message is looked at; false for one that does not. */
const endsByFault = (door: Door, fault: Fault | undefined): boolean => {
  switch (fault?.mode) {
    case 'error':
      answer(door, fault.errcode ?? -1, 'system busy');
      return true;
    case 'http-500':
      door.response.writeHead(500, { 'content-type': 'text/html' }).end('<h1>500 Internal Server Error</h1>');
      return true;
    case 'throttle':
      answer(door, 45009, 'api freq out of limit');
      return true;
    case 'removed':
      answer(door, 93000, 'invalid webhook url');
      return true;
    case 'disabled':
      answer(door, 93004, 'robot is disabled');
      return true;
    case 'disconnect':
      door.request.socket.destroy();
      return true;
    case 'hang':
      return true;
    default:
      return false;
  }
};

/**
 * WeCom's group robots on this machine: `POST /cgi-bin/webhook/send?key=…` on 127.0.0.1 with the real one's answers (HTTP 200 and an
 * `errcode`), its limit of 20 messages in any 60 s of `clock` a robot, and faults on demand. Any key is a robot in a group of its own.
 * WeCom does not document the limit's window: a sliding one is the stricter reading, and whoever keeps to it keeps to a fixed one too.
 *
 * Unlike the real one it knows an `Idempotency-Key`: a message with a key that this robot has shown is answered ok and not shown again.
 */
export const openWecom = async (options: {
  file: string;
  clock: Clock;
  port?: number;
}): Promise<WecomServer> => {
  const { file, clock, port = 0 } = options;
  const log = openMessageLog(file);
  const faults = makeFaults();
  const listeners = new Set<(message: ShownMessage) => void>();

  const accept = (door: Door, robotKey: string, reading: Reading, fault: Fault | undefined) => {
    if (reading.type === 'refused') return answer(door, reading.errcode, reading.errmsg);
    if (reading.type === 'not-implemented') {
      return json(door, 501, {
        errcode: 501,
        errmsg: `the local WeCom does not implement ${reading.msgtype}`,
      });
    }
    const header = door.request.headers['idempotency-key'];
    const idempotencyKey = typeof header === 'string' ? header : undefined;
    if (idempotencyKey !== undefined && log.isKnown(robotKey, idempotencyKey)) return answer(door, 0, 'ok');
    if (log.sentSince(robotKey, door.now - windowMs) >= maxMessages) {
      return answer(door, 45009, 'api freq out of limit');
    }
    const shown = fault?.mode !== 'drop';
    const { type: _, ...message } = reading;
    const added = log.add({ at: door.now, robotKey, ...message, idempotencyKey, shown });
    if (shown) for (const listener of listeners) listener(added);
    if (fault?.mode === 'lost-answer') door.request.socket.destroy();
    else answer(door, 0, 'ok');
  };

  const receive = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://wecom.local');
    const body = await text(request);
    // The time is read once the body is there, so that messages carry times in the order shown.
    const door = { request, response, now: clock.now() };
    if (pathname !== '/cgi-bin/webhook/send') return json(door, 404, { errcode: 404, errmsg: 'not found' });
    if (request.method !== 'POST') return answer(door, 43002, 'require POST method');
    const robotKey = searchParams.get('key')?.trim() ?? '';
    if (robotKey === '') return answer(door, 93000, 'invalid webhook url');
    if (!/^application\/json\b/i.test(request.headers['content-type'] ?? 'application/json')) {
      return json(door, 415, { errcode: 415, errmsg: 'unsupported media type' });
    }
    const fault = faults.take(robotKey);
    if (!endsByFault(door, fault)) accept(door, robotKey, readRobotMessage(body), fault);
  };

  const server = createServer((request, response) => {
    receive(request, response).catch(() => request.socket.destroy());
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();

  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : port}`,
    messages: log.messages,
    groups: log.robots,
    setFaults: faults.set,
    onMessage(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      log.close();
    },
  };
};
