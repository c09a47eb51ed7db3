import { rmSync, writeFileSync } from 'node:fs';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { readConsoleFiles } from '../../functions/console/console-files.ts';
import { showConsole } from '../../functions/console/show-console.ts';
import { findRoute } from '../../infra/local/http-events.ts';
import { toInstant } from '../../shared/domain/instant.ts';
import { httpEntry } from '../../shared/runtime/http-entry.ts';
import { consoleContents, makeConsoleFolder } from '../support/console-folder.ts';
import { makeContext, makeHttpEvent } from '../support/http-event.ts';
import { watchOutput } from './output.ts';

watchOutput();

const folder = makeConsoleFolder();
writeFileSync(new URL('assets/only-plain1234.js', folder), 'plain');
afterAll(() => rmSync(folder, { recursive: true }));

const store = 'https://recordings.s3.cn-north-1.amazonaws.com.cn';
const entry = httpEntry(() => showConsole(readConsoleFiles(folder), store));

/** Asks for an address as the door would lead it to the function. */
const get = async (path: string, acceptEncoding?: string) => {
  const route = findRoute('GET', path);
  expect(route?.name).toBe('show-console');
  const headers = acceptEncoding === undefined ? {} : { 'accept-encoding': acceptEncoding };
  const event = makeHttpEvent({ method: 'GET', path, params: route!.params, headers });
  const result = await entry(
    event,
    makeContext(() => toInstant('2025-03-08T10:00:00+08:00')),
  );
  const bytes = Buffer.from(result.body!, result.isBase64Encoded === true ? 'base64' : 'utf8');
  const answered: { status: number; headers: Record<string, unknown>; bytes: Buffer } = {
    status: result.statusCode!,
    headers: result.headers!,
    bytes,
  };
  return answered;
};

const script = '/console/assets/index-Ab1_-xyz.js';
const scriptText = consoleContents['assets/index-Ab1_-xyz.js'];
const page = consoleContents['index.html'];

describe('the console', () => {
  it.each([
    '/console',
    '/console/',
    '/console/orders/A-1001/recordings',
    '/console/orders/%E6%B2%A1%E6%9C%89%2F%E8%BF%99%E4%B8%AA/recordings',
    '/console/assets',
    '/console/index.html.br',
  ])('is the page at %s, asked for anew each time', async (path) => {
    const { status, headers, bytes } = await get(path);
    expect({ status, text: bytes.toString() }).toEqual({ status: 200, text: page });
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
    });
  });

  it.each([
    ['index-Ab1_-xyz.js', 'text/javascript; charset=utf-8'],
    ['index-Ab1_-xyz.css', 'text/css; charset=utf-8'],
    ['letters-12345678.woff2', 'font/woff2'],
  ] as const)('serves %s byte by byte, to be kept for a year', async (name, type) => {
    const { status, headers, bytes } = await get(`/console/assets/${name}`);
    expect({ status, text: bytes.toString() }).toEqual({
      status: 200,
      text: consoleContents[`assets/${name}`],
    });
    expect(headers).toMatchObject({
      'content-type': type,
      'cache-control': 'public, max-age=31536000, immutable',
    });
    expect(headers).not.toHaveProperty('content-encoding');
  });

  it.each([
    ['br', 'gzip, deflate, br, zstd', brotliDecompressSync],
    ['br', 'BR', brotliDecompressSync],
    ['gzip', 'gzip, deflate', gunzipSync],
    ['gzip', 'gzip;q=0.5, br;q=0', gunzipSync],
  ] as const)('is sent in %s to whom takes it: %s %s', async (encoding, accepted, unpack) => {
    for (const [path, text] of [
      ['/console', page],
      [script, scriptText],
    ] as const) {
      const { headers, bytes } = await get(path, accepted);
      expect(headers).toMatchObject({ 'content-encoding': encoding, vary: 'accept-encoding' });
      expect(unpack(bytes).toString()).toBe(text);
    }
  });

  it('is sent plain to whom takes nothing else, and where there is no short form', async () => {
    for (const accepted of ['', 'identity', 'br;q=0, gzip;q=0', 'zstd', 'brotli']) {
      const { headers, bytes } = await get(script, accepted);
      expect(headers).not.toHaveProperty('content-encoding');
      expect(headers).toHaveProperty('vary', 'accept-encoding');
      expect(bytes.toString()).toBe(scriptText);
    }
    const plain = await get('/console/assets/only-plain1234.js', 'br');
    expect(plain.headers).not.toHaveProperty('content-encoding');
    expect(plain.bytes.toString()).toBe('plain');
  });

  it('allows own scripts and styles, calls to the product and to where recordings are, and nothing else', async () => {
    for (const path of ['/console', script]) {
      const { headers } = await get(path);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      });
      const policy = new Map(
        String(headers['content-security-policy'])
          .split('; ')
          .map((directive) => directive.split(/ (.*)/) as [string, string]),
      );
      expect(Object.fromEntries(policy)).toEqual({
        'default-src': "'none'",
        'script-src': "'self'",
        'style-src': "'self'",
        'font-src': "'self'",
        'img-src': 'data:',
        'connect-src': `'self' ${store}`,
        'media-src': store,
        'base-uri': "'none'",
        'form-action': "'none'",
        'frame-ancestors': "'none'",
      });
    }
  });

  it.each([
    'assets/index-00000000.js',
    'assets/index-Ab1_-xyz.js.br',
    'assets/index-Ab1_-xyz.js.gz',
    'assets/',
    'assets/..%2Findex.html',
    'assets/..%2F..%2F..%2F..%2Fetc%2Fpasswd',
    'assets/%00',
    'assets/constructor',
  ])('has no %s', async (path) => {
    const { status, headers, bytes } = await get(`/console/${path}`);
    expect(status).toBe(404);
    expect(JSON.parse(bytes.toString())).toMatchObject({ error: 'not-found' });
    expect(headers).toMatchObject({ 'cache-control': 'no-store' });
  });

  it('serves whatever is asked for nothing but its own files', async () => {
    const known = new Set<string>([...Object.values(consoleContents), 'plain']);
    const part = fc.oneof(fc.constantFrom('..', 'assets', '', '.', 'index.html', '%2e%2e'), fc.string());
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 6 }), async (parts) => {
        const event = makeHttpEvent({ method: 'GET', path: '/console/x', params: { path: parts.join('/') } });
        const result = await entry(
          event,
          makeContext(() => toInstant('2025-03-08T10:00:00+08:00')),
        );
        const text = Buffer.from(
          result.body!,
          result.isBase64Encoded === true ? 'base64' : 'utf8',
        ).toString();
        expect(result.statusCode === 404 || known.has(text)).toBe(true);
      }),
    );
  });

  it('answers 500 where the page was not built', async () => {
    const broken = httpEntry(() => showConsole(readConsoleFiles(new URL('nowhere/', folder)), store));
    const event = makeHttpEvent({ method: 'GET', path: '/console' });
    const result = await broken(
      event,
      makeContext(() => toInstant('2025-03-08T10:00:00+08:00')),
    );
    expect(result.statusCode).toBe(500);
  });
});
