import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join, normalize } from 'node:path';
import { consolePolicy } from '../../functions/console/console-policy.ts';
import { listenOnLoopback, stopListening } from './loopback.ts';

/** What the fake knows of a recording; its view is made from this. */
type KnownRecording = {
  recordingId: string;
  orderId: string;
  fileName: string;
  size: number;
  contentType: string;
  customerJoinedAt: string;
  recordingStartedAt: string;
  state: string;
  /** So many times it is still shown as being checked. */
  checksLeft: number;
  verdict: Verdict;
};
type Verdict = {
  state: 'ready' | 'rejected';
  problems?: { code: string; text: string }[];
  over?: Record<string, unknown>;
};
type StoredPart = { number: number; size: number; etag: string };

const day = 24 * 60 * 60_000;
const cookieName = 'ninedays-session';

const types: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  woff2: 'font/woff2',
};

export type ConsoleFake = Awaited<ReturnType<typeof startConsoleFake>>;

/**
 * The console's other side for tests of its page: the API of recordings as the page uses it, and on an origin of its own a store that takes
 * signed parts. Both can be told to fail. It keeps no bytes, only each part's MD5.
 */
export const startConsoleFake = async ({
  folder = '',
  partSize = 16 * 1024 * 1024,
}: { folder?: string; partSize?: number } = {}) => {
  const recordings = new Map<string, KnownRecording>();
  const stored = new Map<string, Map<number, StoredPart>>();
  const verdicts = new Map<string, Verdict>();
  const sessions = new Set<string>();
  const heldRequests = new Set<() => void>();
  const calls: string[] = [];
  const putsOf = new Map<string, number>();
  const training = {
    minutes: 90,
    startedAt: '2026-03-09T06:03:00.000Z' as string | null,
    customerJoinedAt: null as string | null,
    finishedAt: '2026-03-09T07:36:00.000Z' as string | null,
  };
  let signatures = 0;
  let oldestGoodSignature = 0;
  let busyAnswers = 0;
  let isCut = false;
  let isApiCut = false;
  let holdAfter = Infinity;
  let admitted = 0;
  let checks = 0;
  let storedCount = 0;

  const partsOf = (recordingId: string) => {
    const parts = stored.get(recordingId) ?? new Map<number, StoredPart>();
    stored.set(recordingId, parts);
    return parts;
  };
  const countOf = ({ size }: { size: number }) => Math.ceil(size / partSize);
  const lengthOf = (recording: KnownRecording, number: number) =>
    Math.min(partSize, recording.size - (number - 1) * partSize);

  // ---- the store

  const cors = (origin: string) => ({
    'access-control-allow-origin': origin,
    'access-control-allow-methods': 'PUT',
    'access-control-allow-headers': 'content-type',
    'access-control-expose-headers': 'ETag',
    'access-control-max-age': '0',
  });

  const put = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://store');
    const [, recordingId = '', part = ''] = url.pathname.split('/');
    const number = Number(part);
    const recording = recordings.get(recordingId);
    const refuse = (status: number, code: string) => {
      request.resume();
      response.writeHead(status, { ...cors(apiUrl), 'content-type': 'application/xml' });
      response.end(`<?xml version="1.0"?><Error><Code>${code}</Code></Error>`);
    };
    if (recording?.state !== 'uploading') return refuse(404, 'NoSuchUpload');
    if (Number(url.searchParams.get('signature')) < oldestGoodSignature) return refuse(403, 'AccessDenied');
    if (Number(request.headers['content-length']) !== lengthOf(recording, number))
      return refuse(403, 'SignatureDoesNotMatch');
    if (busyAnswers > 0) {
      busyAnswers -= 1;
      return refuse(503, 'SlowDown');
    }
    admitted += 1;
    if (admitted > holdAfter) await new Promise<void>((resolve) => heldRequests.add(resolve));
    const hash = createHash('md5');
    let size = 0;
    for await (const chunk of request) {
      hash.update(chunk);
      size += chunk.length;
    }
    if (recordings.get(recordingId)?.state !== 'uploading') return refuse(404, 'NoSuchUpload');
    const etag = `"${hash.digest('hex')}"`;
    partsOf(recordingId).set(number, { number, size, etag });
    storedCount += 1;
    const key = `${recordingId}/${number}`;
    putsOf.set(key, (putsOf.get(key) ?? 0) + 1);
    response.writeHead(200, { ...cors(apiUrl), etag }).end();
  };

  const store = createServer((request, response) => {
    if (isCut) return void request.socket.destroy();
    if (request.method === 'OPTIONS') return void response.writeHead(204, cors(apiUrl)).end();
    put(request, response).catch(() => response.destroy());
  });

  // ---- the API

  const send = (
    response: ServerResponse,
    status: number,
    body?: unknown,
    headers: Record<string, string> = {},
  ): void => {
    response.writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      ...headers,
    });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  };
  const refuse = (response: ServerResponse, status: number, error: string, message: string) =>
    send(response, status, { error, message });

  const view = (recording: KnownRecording) => {
    const { checksLeft: _checksLeft, verdict, ...facts } = recording;
    const isReady = recording.state === 'ready';
    const link = `${apiUrl}/r/${recording.recordingId.slice(0, 22)}`;
    return {
      ...facts,
      by: 'chenli',
      accepted: false,
      partSize,
      parts: countOf(recording),
      durationSeconds: ['ready', 'rejected'].includes(recording.state) ? 5580 : null,
      playsInBrowser: isReady ? recording.contentType === 'video/mp4' : null,
      problems: recording.state === 'rejected' ? (verdict.problems ?? []) : [],
      retention: {
        until: isReady ? new Date(Date.now() + 29.5 * day).toISOString() : null,
        reason: isReady ? 'until-draw' : 'none',
        text: isReady ? '本月抽检还没有进行，抽检后满 30 天删除。' : '通过检查后开始计算保留期。',
      },
      customerLink: isReady ? link : null,
      link: isReady
        ? {
            url: link,
            expiresAt: new Date(Date.now() + 29.5 * day).toISOString(),
            state: 'active',
            sentAt: null,
            openedAt: null,
            watchedShare: 0,
          }
        : null,
      ...(['ready', 'rejected'].includes(recording.state) ? verdict.over : {}),
    };
  };

  const look = (recording: KnownRecording) => {
    if (recording.state === 'checking') {
      recording.checksLeft -= 1;
      if (recording.checksLeft < 0) recording.state = recording.verdict.state;
    }
    return view(recording);
  };

  const start = (orderId: string, body: any, response: ServerResponse): void => {
    const recordingId = randomUUID();
    const verdict = verdicts.get(body.fileName) ?? { state: 'ready' };
    recordings.set(recordingId, {
      recordingId,
      orderId,
      ...body,
      state: 'uploading',
      checksLeft: checks,
      verdict,
    });
    send(response, 201, { recordingId, partSize, parts: countOf(body) });
  };

  const finish = (recording: KnownRecording, body: any, response: ServerResponse): void => {
    const parts = partsOf(recording.recordingId);
    const isWhole =
      body.parts.length === countOf(recording) &&
      body.parts.every(
        ({ number, etag }: StoredPart, index: number) =>
          number === index + 1 &&
          parts.get(number)?.etag === etag &&
          parts.get(number)?.size === lengthOf(recording, number),
      );
    if (recording.state !== 'uploading') return refuse(response, 409, 'no-upload', '这次上传已经结束。');
    if (!isWhole) return refuse(response, 409, 'missing-parts', '还有分片没有传完。');
    recording.state = 'checking';
    send(response, 202, { recordingId: recording.recordingId, state: 'checking' });
  };

  const answerRecording = (
    method: string,
    recording: KnownRecording,
    what: string,
    body: any,
    response: ServerResponse,
  ): void => {
    const { recordingId } = recording;
    if (method === 'GET' && what === '') return send(response, 200, look(recording));
    if (method === 'GET' && what === 'parts')
      return recording.state === 'uploading'
        ? send(response, 200, { parts: [...partsOf(recordingId).values()] })
        : refuse(response, 409, 'no-upload', '这次上传已经结束。');
    if (method === 'POST' && what === 'finish') return finish(recording, body, response);
    if (recording.state !== 'uploading') return refuse(response, 409, 'no-upload', '这次上传已经结束。');
    if (method === 'POST' && what === 'parts') {
      signatures += 1;
      const urls = Object.fromEntries(
        body.numbers.map((number: number) => [
          number,
          `${storeUrl}/${recordingId}/${number}?signature=${signatures}`,
        ]),
      );
      return send(response, 200, { urls, expiresAt: new Date(Date.now() + 3_600_000).toISOString() });
    }
    if (method === 'DELETE' && what === '') {
      recording.state = 'deleted';
      stored.delete(recordingId);
      return send(response, 200, view(recording));
    }
    return refuse(response, 404, 'not-found', '没有这个操作或地址。');
  };

  const answerSession = (
    method: string,
    session: string | null,
    body: any,
    response: ServerResponse,
  ): void => {
    const attributes = 'HttpOnly; SameSite=Strict; Path=/';
    if (method === 'POST') {
      if (!body.token.startsWith('good')) return refuse(response, 401, 'unauthorized', '身份验证失败。');
      const id = randomUUID();
      sessions.add(id);
      return send(response, 204, undefined, { 'set-cookie': `${cookieName}=${id}; ${attributes}` });
    }
    if (session === null) return refuse(response, 401, 'unauthorized', '身份验证失败。');
    if (method === 'GET')
      return send(response, 200, {
        staffId: 'chenli',
        roles: ['trainer'],
        expiresAt: new Date(Date.now() + day).toISOString(),
      });
    sessions.delete(session);
    return send(response, 204, undefined, { 'set-cookie': `${cookieName}=; Max-Age=0; ${attributes}` });
  };

  const answerApi = async (path: string, request: IncomingMessage, response: ServerResponse) => {
    const { method = 'GET' } = request;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body: any = chunks.length === 0 ? null : JSON.parse(Buffer.concat(chunks).toString());
    calls.push(`${method} ${path}`);
    const cookie = new RegExp(`${cookieName}=([\\w-]+)`).exec(request.headers.cookie ?? '')?.[1] ?? '';
    const session = sessions.has(cookie) ? cookie : null;
    if (path === '/api/session') return answerSession(method, session, body, response);
    if (session === null && request.headers.authorization?.startsWith('Bearer good') !== true)
      return refuse(response, 401, 'unauthorized', '身份验证失败。');
    const [, orderId] = /^\/api\/orders\/([^/]+)\/recordings$/.exec(path) ?? [];
    if (orderId !== undefined) {
      if (decodeURIComponent(orderId) !== 'A-1001')
        return refuse(response, 404, 'unknown-order', `没有工单 ${decodeURIComponent(orderId)}。`);
      if (method === 'POST') return start(orderId, body, response);
      const ofOrder = [...recordings.values()].filter((recording) => recording.orderId === orderId);
      return send(response, 200, {
        orderId,
        now: new Date().toISOString(),
        training,
        recordings: ofOrder.map(look).toReversed(),
        limits: { maxBytes: 20 * 1024 ** 3, accepted: ['video/mp4', 'video/x-flv', 'video/x-msvideo'] },
      });
    }
    const [, recordingId = '', what = ''] =
      /^\/api\/recordings\/([^/]+)(?:\/(parts|finish))?$/.exec(path) ?? [];
    const recording = recordings.get(recordingId);
    if (recording === undefined) return refuse(response, 404, 'not-found', '没有这个操作或地址。');
    return answerRecording(method, recording, what, body, response);
  };

  // ---- the page, with a font for a browser that has no Chinese glyphs

  const fonts = dirname(createRequire(import.meta.url).resolve('@fontsource/noto-sans-sc/400.css'));
  const answerPage = (path: string, response: ServerResponse): void => {
    const isFont = path.startsWith('/test-font/');
    const isAsset = path.startsWith('/console/assets/');
    const file = isFont
      ? join(fonts, normalize(path.slice('/test-font'.length)))
      : join(folder, isAsset ? normalize(path.slice('/console'.length)) : 'index.html');
    const content = readFileSync(file);
    const page = isFont || isAsset ? content : withFont(content.toString());
    response.writeHead(200, {
      'content-type': types[file.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
      'content-security-policy': consolePolicy(storeUrl),
    });
    response.end(page);
  };

  const api = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://api');
    if (pathname.startsWith('/api/')) {
      if (isApiCut) return void request.socket.destroy();
      answerApi(pathname, request, response).catch(() => response.destroy());
    } else {
      try {
        answerPage(pathname, response);
      } catch {
        response.writeHead(404).end();
      }
    }
  });

  const storeUrl = await listenOnLoopback(store);
  const apiUrl = await listenOnLoopback(api);

  const release = () => {
    holdAfter = Infinity;
    for (const go of heldRequests) go();
    heldRequests.clear();
  };

  return {
    url: apiUrl,
    storeUrl,
    /** Method and path of every API call, in order. */
    calls,
    training,
    /** So many times recordings are shown as being checked before what is found. */
    checkFor: (times: number) => {
      checks = times;
    },
    /** What a check will find for files of this name. */
    decide: (fileName: string, verdict: Verdict) => verdicts.set(fileName, verdict),
    recordings: () => [...recordings.values()],
    partsOf: (recordingId: string) =>
      [...partsOf(recordingId).values()].toSorted((a, b) => a.number - b.number),
    storedParts: () => storedCount,
    /** How often parts have been stored that were there already. */
    storedAgain: () => [...putsOf.values()].reduce((sum, times) => sum + times - 1, 0),
    endSessions: () => sessions.clear(),
    store: {
      /** So many further parts are taken in; requests after them wait until `release`. */
      holdAfter: (parts: number) => {
        holdAfter = admitted + parts;
      },
      release,
      heldRequests: () => heldRequests.size,
      /** The line is cut: what is under way breaks off, nothing new gets through. */
      cut: () => {
        isCut = true;
        store.closeAllConnections();
        release();
      },
      mend: () => {
        isCut = false;
      },
      /** What waits is gone, as it is when the browser has given it up; what comes next gets through. */
      dropHeld: () => {
        store.closeAllConnections();
        release();
      },
      /** Everything signed so far is refused from now on. */
      expireSignatures: () => {
        oldestGoodSignature = signatures + 1;
      },
      answerBusy: (times: number) => {
        busyAnswers = times;
      },
    },
    cutApi: () => {
      isApiCut = true;
      api.closeAllConnections();
    },
    mendApi: () => {
      isApiCut = false;
    },
    close: () => {
      stopListening(store);
      stopListening(api);
    },
  };
};

const withFont = (page: string): string =>
  page.replace(
    '</head>',
    '<link rel="stylesheet" href="/test-font/400.css"><link rel="stylesheet" href="/test-font/600.css"></head>',
  );
