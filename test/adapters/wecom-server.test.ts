import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { handleChatRequest } from '../../infra/local/wecom/chat.ts';
import { openWecom, type WecomServer } from '../../infra/local/wecom/server.ts';
import { listenOnLoopback, stopListening } from '../support/loopback.ts';

const answerSchema = z.object({ errcode: z.number(), errmsg: z.string() });
const shownSchema = z.object({ messages: z.array(z.looseObject({ text: z.string() })) });

const noon = Date.parse('2026-03-09T04:00:00.000Z');
let now = noon;
const clock = { now: () => now };
let folder: string;
let wecom: WecomServer;

beforeEach(async () => {
  now = noon;
  folder = mkdtempSync(join(tmpdir(), 'ninedays-wecom-'));
  wecom = await openWecom({ file: join(folder, 'wecom.sqlite'), clock });
});
afterEach(async () => {
  await wecom.close();
  rmSync(folder, { recursive: true });
});

const post = (
  robotKey: string,
  body: unknown,
  { url = wecom.url, headers = {} }: { url?: string; headers?: Record<string, string> } = {},
) =>
  fetch(`${url}/cgi-bin/webhook/send?key=${encodeURIComponent(robotKey)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const send = async (...request: Parameters<typeof post>) => {
  const response = await post(...request);
  expect(response.status).toBe(200);
  return answerSchema.parse(await response.json());
};
const text = (content: string, more: object = {}) => ({ msgtype: 'text', text: { content, ...more } });
const ok = { errcode: 0, errmsg: 'ok' };

describe('a robot address that is right', () => {
  it('shows a message with its time, group and mentions, in the order sent', async () => {
    await expect(
      send(
        '群-1',
        text('你好 <@liumin>', {
          mentioned_list: ['chenli', '@all'],
          mentioned_mobile_list: ['13800000000'],
        }),
      ),
    ).resolves.toStrictEqual(ok);
    now += 1000;
    await send('群-2', { msgtype: 'markdown', markdown: { content: '## 标题 <@sunyue>' } });
    await send('群-1', { msgtype: 'markdown_v2', markdown_v2: { content: '| 表 | <@x> |' } });
    expect(wecom.messages({})).toStrictEqual([
      {
        id: '1',
        at: '2026-03-09T04:00:00.000Z',
        robotKey: '群-1',
        msgtype: 'text',
        text: '你好 <@liumin>',
        mentioned: ['chenli', '@all', '13800000000', 'liumin'],
      },
      expect.objectContaining({ id: '2', at: '2026-03-09T04:00:01.000Z', mentioned: ['sunyue'] }),
      expect.objectContaining({ id: '3', msgtype: 'markdown_v2', mentioned: [] }),
    ]);
    expect(wecom.groups()).toStrictEqual(['群-1', '群-2']);
  });

  it('tells one group and one person apart, @all reaching everyone', async () => {
    await send('a', text('一', { mentioned_list: ['chenli'] }));
    await send('a', text('二', { mentioned_list: ['@all'] }));
    await send('b', text('三', { mentioned_list: ['liumin'] }));
    const shown = (filter: Parameters<WecomServer['messages']>[0]) =>
      wecom.messages(filter).map((one) => one.text);
    expect(shown({ robotKey: 'a' })).toStrictEqual(['一', '二']);
    expect(shown({ user: 'chenli' })).toStrictEqual(['一', '二']);
    expect(shown({ user: 'liumin', robotKey: 'b' })).toStrictEqual(['三']);
    expect(shown({ user: 'chen' })).toStrictEqual(['二']);
  });

  it('tells listeners of each message until they stop', async () => {
    const heard: string[] = [];
    const stop = wecom.onMessage((message) => heard.push(message.text));
    await send('a', text('一'));
    stop();
    await send('a', text('二'));
    expect(heard).toStrictEqual(['一']);
  });
});

describe('messages WeCom refuses', () => {
  it.each([
    ['no key', '', text('你好'), 93000, 'invalid webhook url, hint: '],
    ['a blank key', ' ', text('你好'), 93000, 'invalid webhook url'],
    ['malformed JSON', 'a', '{"msgtype":', 40008, 'Warning: wrong json format. '],
    ['no message type', 'a', {}, 40008, 'invalid message type'],
    ['a type in capitals', 'a', { msgtype: 'TEXT', text: { content: 'x' } }, 40008, 'invalid message type'],
    ['a type of another product', 'a', { msgtype: 'post' }, 40008, 'invalid message type'],
    ['an empty content', 'a', text(''), 44004, 'empty content'],
    ['no content', 'a', { msgtype: 'markdown' }, 44004, 'empty content'],
    [
      'a content that is no text',
      'a',
      { msgtype: 'text', text: { content: 7 } },
      40058,
      'invalid Request Parameter',
    ],
    [
      'a mention that is no list',
      'a',
      text('x', { mentioned_list: 'x' }),
      40058,
      'invalid Request Parameter',
    ],
    ['2,049 bytes of text', 'a', text('训'.repeat(683)), 40058, 'text.content exceed max length 2048'],
    [
      '4,097 bytes of markdown',
      'a',
      { msgtype: 'markdown', markdown: { content: 'x'.repeat(4097) } },
      40058,
      'markdown.content exceed max length 4096',
    ],
  ])('%s', async (_, robotKey, body, errcode, errmsg) => {
    await expect(send(robotKey, body)).resolves.toStrictEqual({
      errcode,
      errmsg: expect.stringContaining(errmsg),
    });
    expect(wecom.messages({})).toStrictEqual([]);
  });

  it('but not those exactly at the limit', async () => {
    await expect(send('a', text(`${'训'.repeat(682)}xx`))).resolves.toStrictEqual(ok);
    await expect(
      send('a', { msgtype: 'markdown_v2', markdown_v2: { content: 'x'.repeat(4096) } }),
    ).resolves.toStrictEqual(ok);
  });

  it('answers 501 to message types that are not implemented, and shows nothing', async () => {
    for (const msgtype of ['image', 'news', 'file', 'voice', 'template_card']) {
      const response = await post('a', { msgtype, [msgtype]: {} });
      expect(response.status).toBe(501);
      await expect(response.json()).resolves.toMatchObject({ errcode: 501 });
    }
    expect(wecom.messages({})).toStrictEqual([]);
  });

  it('answers 43002 to a GET, 415 to a form and 404 to another path', async () => {
    const address = `${wecom.url}/cgi-bin/webhook/send?key=a`;
    await expect((await fetch(address)).json()).resolves.toMatchObject({ errcode: 43002 });
    const form = await fetch(address, { method: 'POST', body: new URLSearchParams({ msgtype: 'text' }) });
    expect(form.status).toBe(415);
    expect((await fetch(`${wecom.url}/cgi-bin/message/send`, { method: 'POST' })).status).toBe(404);
  });
});

describe('20 messages a minute', () => {
  const burst = async (count: number, robotKey = 'a') => {
    for (let index = 0; index < count; index += 1) {
      await expect(send(robotKey, text(`第 ${index} 条`))).resolves.toStrictEqual(ok);
    }
  };
  const tooOften = { errcode: 45009, errmsg: expect.stringContaining('api freq out of limit') };

  it('holds for each robot by itself, in any 60 seconds of the clock', async () => {
    await burst(10);
    now += 30_000;
    await burst(10);
    await expect(send('a', text('多了'))).resolves.toStrictEqual(tooOften);
    await burst(20, 'b');
    now += 29_999;
    await expect(send('a', text('还多'))).resolves.toStrictEqual(tooOften);
    now += 1;
    await burst(10);
    await expect(send('a', text('又多'))).resolves.toStrictEqual(tooOften);
    expect(wecom.messages({ robotKey: 'a' })).toHaveLength(30);
  });

  it('holds across a restart', async () => {
    await burst(20);
    await wecom.close();
    wecom = await openWecom({ file: join(folder, 'wecom.sqlite'), clock });
    await expect(send('a', text('多了'))).resolves.toStrictEqual(tooOften);
  });

  it('does not count what was refused or already shown', async () => {
    const headers = { 'idempotency-key': 'n-1' };
    await send('a', text('一'), { headers });
    for (let index = 0; index < 30; index += 1) await send('a', text('一'), { headers });
    for (let index = 0; index < 30; index += 1) await send('a', text(''));
    await burst(19);
    await expect(send('a', text('一'), { headers })).resolves.toStrictEqual(ok);
    await expect(send('a', text('多了'))).resolves.toStrictEqual(tooOften);
  });
});

describe('faults', () => {
  it.each([
    [{ mode: 'error' }, -1],
    [{ mode: 'error', errcode: 40001 }, 40001],
    [{ mode: 'throttle' }, 45009],
    [{ mode: 'removed' }, 93000],
    [{ mode: 'disabled' }, 93004],
  ] as const)('%o answers with its code and shows nothing', async (fault, errcode) => {
    wecom.setFaults(fault);
    await expect(send('a', text('x'))).resolves.toMatchObject({ errcode });
    expect(wecom.messages({})).toStrictEqual([]);
  });

  it('http-500 answers no JSON', async () => {
    wecom.setFaults({ mode: 'http-500' });
    const response = await post('a', text('x'));
    expect(response.status).toBe(500);
    await expect(response.json()).rejects.toThrow(SyntaxError);
  });

  it('drop answers ok, shows nothing, and lets the same key be shown later', async () => {
    wecom.setFaults({ mode: 'drop', times: 1 });
    const headers = { 'idempotency-key': 'n-1' };
    await expect(send('a', text('x'), { headers })).resolves.toStrictEqual(ok);
    expect(wecom.messages({})).toStrictEqual([]);
    await send('a', text('x'), { headers });
    expect(wecom.messages({})).toHaveLength(1);
  });

  it('disconnect cuts the connection before, lost-answer after the message is shown', async () => {
    wecom.setFaults([
      { mode: 'disconnect', times: 1 },
      { mode: 'lost-answer', times: 1 },
    ]);
    await expect(post('a', text('一'))).rejects.toThrow('fetch failed');
    await expect(post('a', text('二'))).rejects.toThrow('fetch failed');
    expect(wecom.messages({}).map((message) => message.text)).toStrictEqual(['二']);
  });

  it('hang holds the request until the server closes', async () => {
    wecom.setFaults({ robotKey: 'a', mode: 'hang' });
    const held = post('a', text('x')).catch((error: unknown) => error);
    await send('b', text('y'));
    await wecom.close();
    await expect(held).resolves.toBeInstanceOf(TypeError);
    wecom = await openWecom({ file: join(folder, 'wecom.sqlite'), clock });
  });

  it('come one after the other, a robot’s own before those for all, and are replaced or cleared', async () => {
    const codes = async (robotKey: string, count: number) => {
      const answers: number[] = [];
      for (let index = 0; index < count; index += 1) answers.push((await send(robotKey, text('x'))).errcode);
      return answers;
    };
    wecom.setFaults([
      { mode: 'throttle' },
      { robotKey: 'a', mode: 'removed', times: 1 },
      { robotKey: 'a', mode: 'disabled', times: 2 },
    ]);
    await expect(codes('a', 4)).resolves.toStrictEqual([93000, 93004, 93004, 45009]);
    wecom.setFaults({ mode: 'error' });
    await expect(codes('b', 1)).resolves.toStrictEqual([-1]);
    wecom.setFaults({ robotKey: 'a', mode: 'removed' });
    wecom.setFaults({ robotKey: 'a', mode: 'none' });
    await expect(codes('a', 1)).resolves.toStrictEqual([-1]);
    wecom.setFaults({});
    await expect(codes('a', 1)).resolves.toStrictEqual([0]);
  });
});

describe('kill -9', () => {
  const start = async (file: string): Promise<{ child: ChildProcess; url: string }> => {
    const server = new URL('../../infra/local/wecom/server.ts', import.meta.url).href;
    const program = `
      const { openWecom } = await import(${JSON.stringify(server)});
      const wecom = await openWecom({ file: ${JSON.stringify(file)}, clock: { now: () => ${noon} } });
      console.log(wecom.url);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(createInterface(child.stdout), 'line');
    const url = String(line);
    return { child, url };
  };

  it('loses no shown message, shows none twice and forgets no count', async () => {
    const file = join(folder, 'killed.sqlite');
    for (let life = 0; life < 3; life += 1) {
      const { child, url } = await start(file);
      for (let index = 0; index < 5 * (life + 1); index += 1) {
        await expect(
          send('a', text(`第 ${index} 条`), { url, headers: { 'idempotency-key': `n-${index}` } }),
        ).resolves.toStrictEqual(ok);
      }
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    }
    const again = await openWecom({ file, clock });
    expect(again.messages({}).map((message) => message.text)).toStrictEqual(
      Array.from({ length: 15 }, (_, index) => `第 ${index} 条`),
    );
    for (let index = 0; index < 5; index += 1) await send('a', text('x'), { url: again.url });
    await expect(send('a', text('x'), { url: again.url })).resolves.toMatchObject({ errcode: 45009 });
    await again.close();
  });
});

describe('the routes of the local runtime', () => {
  let door: ReturnType<typeof createServer>;
  let base: string;
  beforeEach(async () => {
    door = createServer((request, response) => {
      if (!handleChatRequest(wecom, request, response)) response.writeHead(418).end();
    });
    base = await listenOnLoopback(door);
  });
  afterEach(() => {
    stopListening(door);
  });
  const postFaults = (body: string) => fetch(`${base}/local/wecom/faults`, { method: 'POST', body });

  it('answer what has been shown, by robot and by user', async () => {
    await send('群 1', text('一', { mentioned_list: ['chenli'] }));
    await send('b', text('二'));
    const messages = async (query: string) =>
      shownSchema.parse(await (await fetch(`${base}/local/wecom/messages${query}`)).json()).messages;
    await expect(messages('')).resolves.toHaveLength(2);
    await expect(messages(`?robotKey=${encodeURIComponent('群 1')}`)).resolves.toMatchObject([
      { text: '一' },
    ]);
    await expect(messages('?user=chenli')).resolves.toMatchObject([{ text: '一', robotKey: '群 1' }]);
    await expect(messages('?robotKey=none')).resolves.toStrictEqual([]);
  });

  it('set faults, and say what is accepted when they cannot', async () => {
    expect((await postFaults('{"robotKey":"a","mode":"removed"}')).status).toBe(200);
    await expect(send('a', text('x'))).resolves.toMatchObject({ errcode: 93000 });
    for (const bad of ['', '{"mode":"slow"}', '{"mode":"drop","times":0}', '{"robot":"a"}', '[1]', 'null']) {
      const response = await postFaults(bad);
      expect(response.status).toBe(400);
      await expect(response.json()).resolves.toMatchObject({
        accepted: { mode: expect.arrayContaining(['drop']) },
      });
    }
    expect((await postFaults('{}')).status).toBe(200);
    await expect(send('a', text('x'))).resolves.toStrictEqual(ok);
  });

  it('stream what was shown since the last event, then each message once', async () => {
    await send('a', text('一'));
    await send('a', text('二'));
    const response = await fetch(`${base}/local/wecom/events`, { headers: { 'last-event-id': '1' } });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let received = '';
    const until = async (wanted: string) => {
      while (!received.includes(wanted)) received += (await reader.read()).value ?? '';
    };
    await until('id: 2\n');
    await send('a', text('三'));
    await until('id: 3\n');
    expect(received.match(/"text":"[^"]*"/g)).toStrictEqual(['"text":"二"', '"text":"三"']);
    await reader.cancel();
  });

  it('serve fonts by name and no other file', async () => {
    const style = await fetch(`${base}/local/wecom/font/400.css`);
    expect(style.headers.get('content-type')).toBe('text/css');
    const [, subset] = /url\(\.\/(files\/[^)]+\.woff2)\)/.exec(await style.text())!;
    const font = await fetch(`${base}/local/wecom/font/${subset}`);
    expect(font.headers.get('content-type')).toBe('font/woff2');
    expect((await font.arrayBuffer()).byteLength).toBeGreaterThan(1000);
    for (const name of [
      'package.json',
      'files/../package.json',
      '..%2Fpackage.json',
      'files/noto-sans-sc-0.woff2',
    ]) {
      expect((await fetch(`${base}/local/wecom/font/${name}`)).status).toBeGreaterThanOrEqual(404);
    }
  });

  it('allow the page nothing but its own script, style and origin', async () => {
    const page = await fetch(`${base}/local/wecom`);
    const policy = page.headers.get('content-security-policy')!;
    expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-[^']+'; /);
    expect(policy).not.toContain('unsafe');
    expect(await page.text()).not.toMatch(/\b(?:src|href)="(?:https?:)?\/\//);
  });

  it('leave other requests to the runtime', async () => {
    for (const path of ['/', '/local/clock', '/local/wecom/elsewhere', '/api/orders/1']) {
      expect((await fetch(base + path)).status).toBe(418);
    }
    expect((await fetch(`${base}/local/wecom`, { method: 'DELETE' })).status).toBe(418);
  });
});
