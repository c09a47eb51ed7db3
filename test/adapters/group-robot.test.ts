import { createServer, type RequestListener } from 'node:http';
import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { openWecom } from '../../infra/local/wecom/server.ts';
import { fitBytes } from '../../shared/domain/fit-bytes.ts';
import { makeGroupRobot } from '../../shared/adapters/wecom/group-robot.ts';
import { listenOnLoopback, stopListening } from '../support/loopback.ts';
import { describeNoticeChannel, robotMessage } from '../support/notice-channel-suite.ts';

const bytes = (text: string) => Buffer.byteLength(text);

describeNoticeChannel('WeCom group robot on the local WeCom', async () => {
  const wecom = await openWecom({
    file: ':memory:',
    clock: { now: () => Date.parse('2026-03-09T05:00:00Z') },
  });
  const faults = {
    busy: { mode: 'error' },
    failing: { mode: 'http-500' },
    silent: { mode: 'hang' },
    throttled: { mode: 'throttle' },
    'robot-removed': { mode: 'removed' },
    'robot-disabled': { mode: 'disabled' },
    well: {},
  } as const;
  return {
    channel: makeGroupRobot({ endpoint: wecom.url, timeoutMs: 250 }),
    shown: (robotKey) => wecom.messages({ robotKey }),
    make: (trouble) => wecom.setFaults(faults[trouble]),
    close: () => wecom.close(),
  };
});

describe('the group robot and answers only a broken far side gives', () => {
  const closers: (() => void)[] = [];
  afterEach(() => closers.splice(0).forEach((close) => close()));

  const farSide = async (listener: RequestListener) => {
    const server = createServer(listener);
    const url = await listenOnLoopback(server);
    closers.push(() => stopListening(server));
    return makeGroupRobot({ endpoint: `${url}/`, timeoutMs: 250 });
  };
  const sendTo = async (status: number, body: string) => {
    const robot = await farSide((_, response) => response.writeHead(status).end(body));
    return await robot.send(robotMessage({ robotKey: 'secret-key' }));
  };

  it.each([
    [200, '<html>captive portal</html>', { type: 'try-later', reason: 'server-error' }],
    [200, '{"ok":true}', { type: 'try-later', reason: 'server-error' }],
    [200, '{"errcode":"0"}', { type: 'try-later', reason: 'server-error' }],
    [200, '', { type: 'try-later', reason: 'server-error' }],
    [429, '', { type: 'try-later', reason: 'rate-limited' }],
    [502, '{"errcode":0}', { type: 'try-later', reason: 'server-error' }],
    [302, '', { type: 'refused', reason: 'unknown-answer', code: 302 }],
    [404, 'no such path', { type: 'refused', reason: 'unknown-answer', code: 404 }],
    [200, '{"errcode":45033}', { type: 'try-later', reason: 'rate-limited' }],
    [200, '{"errcode":45009,"errmsg":"api freq out of limit"}', { type: 'try-later', afterSeconds: 60 }],
    [200, '{"errcode":40058,"errmsg":"too long"}', { type: 'refused', reason: 'bad-message', code: 40058 }],
    [200, '{"errcode":99999}', { type: 'refused', reason: 'unknown-answer', code: 99999 }],
  ])('HTTP %i with %j is %o', async (status, body, outcome) => {
    await expect(sendTo(status, body)).resolves.toMatchObject(outcome);
  });

  it('keeps the key out of the outcome, even when the answer repeats it', async () => {
    const outcome = await sendTo(200, '{"errcode":93000,"errmsg":"invalid webhook url ?key=secret-key"}');
    expect(outcome).toMatchObject({ type: 'refused', reason: 'bad-key' });
    expect(JSON.stringify(outcome)).not.toContain('secret-key');
  });

  it('keeps the key out of the outcome when nobody listens', async () => {
    const robot = await farSide((request) => request.socket.destroy());
    closers.splice(0).forEach((close) => close());
    const outcome = await robot.send(robotMessage({ robotKey: 'secret-key' }));
    expect(outcome).toMatchObject({ type: 'try-later', reason: 'unreachable', detail: 'ECONNREFUSED' });
  });

  it('follows no redirect, so the key goes to no other host', async () => {
    let requests = 0;
    const robot = await farSide((_, response) => {
      requests += 1;
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    await expect(robot.send(robotMessage())).resolves.toMatchObject({ type: 'refused', code: 307 });
    expect(requests).toBe(1);
  });

  it('gives up when the answer stops half way', async () => {
    const robot = await farSide((_, response) => response.writeHead(200).write('{"errcode"'));
    await expect(robot.send(robotMessage())).resolves.toMatchObject({
      type: 'try-later',
      reason: 'unreachable',
      detail: 'TimeoutError',
    });
  });

  it('sends the notice id as the idempotency key, whatever characters it holds', async () => {
    const keys: unknown[] = [];
    const robot = await farSide((request, response) => {
      keys.push(request.headers['idempotency-key']);
      response.end('{"errcode":0}');
    });
    for (const noticeId of ['ord-1/call/v2', '订单-1\r\nx: y']) await robot.send(robotMessage({ noticeId }));
    expect(keys).toStrictEqual(['ord-1/call/v2', '%E8%AE%A2%E5%8D%95-1%0D%0Ax:%20y']);
  });

  it('refuses to be made with an endpoint that is no address', () => {
    expect(() => makeGroupRobot({ endpoint: 'qyapi', timeoutMs: 1 })).toThrow('Invalid URL');
  });
});

describe('fitting a text in bytes', () => {
  const text = fc.string({ unit: 'binary', maxLength: 60 });
  const limit = fc.nat(120);

  it('never exceeds the limit, and stays well formed', () => {
    fc.assert(
      fc.property(text, limit, (text, max) => {
        const fitted = fitBytes(text, max);
        expect(bytes(fitted)).toBeLessThanOrEqual(max);
        expect(fitted.isWellFormed()).toBe(true);
      }),
    );
  });

  it('leaves a text that fits as it is', () => {
    fc.assert(
      fc.property(text, (text) => {
        expect(fitBytes(text, bytes(text))).toBe(text);
      }),
    );
  });

  it('keeps as many whole characters as leave room for the mark of the cut', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 3, max: 120 }), (text, max) => {
        fc.pre(bytes(text) > max);
        const kept = fitBytes(text, max).slice(0, -1);
        const next = String.fromCodePoint(text.codePointAt(kept.length)!);
        expect(fitBytes(text, max)).toBe(`${kept}…`);
        expect(text.startsWith(kept)).toBe(true);
        expect(bytes(`${kept}${next}…`)).toBeGreaterThan(max);
      }),
    );
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(text, limit, (text, max) => {
        expect(fitBytes(fitBytes(text, max), max)).toBe(fitBytes(text, max));
      }),
    );
  });
});
