import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Webhook } from 'standardwebhooks';

const secret = 'whsec_bG9jYWwtZGV2ZWxvcG1lbnQtc2VjcmV0LTAx';
const start = resolve(import.meta.dirname, '../../infra/local/start.ts');

export type Reply = { status: number; body: any };
export type ShownMessage = { id: number; at: string; robotKey: string; text: string; mentioned: string[] };

export type LocalProduct = Awaited<ReturnType<typeof startProduct>>;

/** `npm start` as its users have it: a process of its own on a data folder of its own, spoken to over HTTP only. */
export const startProduct = async (options: {
  clockStart?: string;
  dataDir?: string;
  code?: 'sources' | 'bundles';
}) => {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'ninedays-'));
  const child = spawn(process.execPath, [start], {
    env: {
      ...process.env,
      PORT: '0',
      DATA_DIR: dataDir,
      CODE: options.code ?? 'sources',
      ...(options.clockStart === undefined ? {} : { CLOCK_START: options.clockStart }),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await readyUrl(child.stdout);

  const call = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Reply> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : JSON.parse(text) };
  };

  const now = async (): Promise<string> => (await call('GET', '/local/clock')).body.now;
  const tokens = new Map<string, Promise<string>>();
  const mint = async (staffId: string, roles: string[]): Promise<string> =>
    (await call('POST', '/local/sessions', { staffId, roles })).body.token;
  const token = async (staffId: string, roles: string[]): Promise<string> => {
    const key = `${staffId} ${roles.join()}`;
    const known = tokens.get(key) ?? mint(staffId, roles);
    tokens.set(key, known);
    return await known;
  };
  const bearer = async (staffId: string, roles: string[]) => ({
    authorization: `Bearer ${await token(staffId, roles)}`,
  });

  const webhook = async (path: string, type: string, data: unknown, id: string): Promise<Reply> => {
    const body = JSON.stringify({ type, data });
    const at = new Date(await now());
    return await call('POST', path, body, {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, at, body),
    });
  };

  return {
    url,
    dataDir,
    pid: child.pid!,
    call,
    now,
    /** A message of the CRM, signed at the product's own time. */
    crm: async (type: string, data: unknown, id = `msg-${Math.random()}`): Promise<Reply> =>
      await webhook('/webhooks/crm', type, data, id),
    /** What somebody says in an order's group, signed at the product's own time. */
    say: async (data: {
      orderId: string;
      messageId: string;
      at: string;
      author: { role: string; id: string };
      text?: string;
    }): Promise<Reply> =>
      await webhook(
        '/webhooks/messages',
        data.author.role === 'customer' ? 'message.received' : 'message.sent',
        { text: '……', ...data },
        `chat-${Math.random()}`,
      ),
    act: async (
      orderId: string,
      action: string,
      body: unknown,
      staffId: string,
      role: string,
    ): Promise<Reply> =>
      await call('POST', `/api/orders/${orderId}/actions/${action}`, body, await bearer(staffId, [role])),
    read: async (path: string, staffId = 'auditor-1', role = 'auditor'): Promise<Reply> =>
      await call('GET', path, undefined, await bearer(staffId, [role])),
    /** What `Accept` asks for instead of JSON. */
    text: async (path: string, accept: string, staffId: string, role: string): Promise<Response> =>
      await fetch(`${url}${path}`, { headers: { accept, ...(await bearer(staffId, [role])) } }),
    ask: async (path: string, body: unknown, staffId: string, role: string): Promise<Reply> =>
      await call('POST', path, body, await bearer(staffId, [role])),
    turnTo: async (to: string): Promise<Reply> => await call('POST', '/local/clock', { to }),
    messages: async (robotKey?: string): Promise<ShownMessage[]> =>
      (await call('GET', `/local/wecom/messages${robotKey === undefined ? '' : `?robotKey=${robotKey}`}`))
        .body.messages,
    /** The end that nobody can prepare for. */
    kill: async (): Promise<void> => {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
    stop: async (): Promise<void> => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
    forget: (): void => rmSync(dataDir, { recursive: true, force: true }),
  };
};

const readyUrl = async (output: NodeJS.ReadableStream): Promise<string> => {
  const lines = createInterface({ input: output });
  for await (const line of lines) {
    const url = /^ready (http:\/\/127\.0\.0\.1:\d+)$/.exec(line)?.[1];
    if (url !== undefined) {
      lines.close();
      output.resume();
      return url;
    }
  }
  throw new Error('the product ended before it was ready');
};
