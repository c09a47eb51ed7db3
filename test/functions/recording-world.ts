import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { expect } from 'vitest';
import { abortUpload } from '../../functions/recordings/abort-upload.ts';
import { finishMaxBytes, finishUpload } from '../../functions/recordings/finish-upload.ts';
import { listParts } from '../../functions/recordings/list-parts.ts';
import { listRecordings } from '../../functions/recordings/list-recordings.ts';
import { noteDeletion } from '../../functions/recordings/note-deletion.ts';
import { noteProgress } from '../../functions/recordings/note-progress.ts';
import { playRecording } from '../../functions/recordings/play-recording.ts';
import { showRecordingPage } from '../../functions/recordings/show-recording-page.ts';
import { showRecording } from '../../functions/recordings/show-recording.ts';
import { signParts } from '../../functions/recordings/sign-parts.ts';
import { startUpload } from '../../functions/recordings/start-upload.ts';
import { watchRecording } from '../../functions/recordings/watch-recording.ts';
import { workOnRecording } from '../../functions/recordings/work-on-recording.ts';
import { inspectVideo } from '../../shared/adapters/video/inspect-video.ts';
import { objectDeletedSchema } from '../../shared/contracts/object-deleted.ts';
import { effectMessageSchema } from '../../shared/contracts/queue-messages.ts';
import type { Recording } from '../../shared/domain/recordings/recording-facts.ts';
import { recordingKey } from '../../shared/domain/recordings/recording-id.ts';
import { findRecording } from '../../shared/domain/recordings/recording-state.ts';
import type { OrderStore } from '../../shared/ports/order-store.ts';
import type { RecordingObjects } from '../../shared/ports/recording-objects.ts';
import { httpEntry } from '../../shared/runtime/http-entry.ts';
import { queueEntry } from '../../shared/runtime/queue-entry.ts';
import { makeContext, makeHttpEvent, makeSqsEvent } from '../support/http-event.ts';
import { bytesOf, makeMp4 } from '../support/make-video.ts';
import { memoryRateLimit } from '../support/memory/rate-limit.ts';
import type { MemoryRecordingObjects } from '../support/memory/recording-objects.ts';
import { memoryRecordingObjects } from '../support/memory/recording-objects.ts';
import { memorySecrets } from '../support/memory/secrets.ts';
import { expectDocumented, operations } from './documented.ts';
import { desks, makeWorld, orderId, sessionKey } from './world.ts';

export const linkKey = 'the-key-of-all-links-of-this-test';
/** As the example's training of 90 minutes was recorded; a few kilobytes. */
export const video = bytesOf(makeMp4({ seconds: 90 * 60, header: 'front' }));
export const fileName = '王小明 培训(一).mp4';
/** A file in three parts, the last of a few bytes. */
export const partSize = 16 * 1024 * 1024;
export const threeParts = 2 * partSize + 1000;

export type Answered = { status: number; headers: Record<string, unknown>; text: string; body: any };

type Given = {
  token?: string | null;
  order?: string;
  params?: Readonly<Record<string, string>>;
  headers?: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, string>>;
  body?: unknown;
};

type Parts = {
  orders?: (store: OrderStore) => OrderStore;
  objects?: (store: MemoryRecordingObjects) => RecordingObjects;
};

/** Of the document's answers, the one for this status; its body must be a page where it is said to be one. */
const expectPage = (routeKey: string, status: number): void => {
  const [method = '', path] = routeKey.split(' ');
  const operation = operations.find((one) => one.path === path && one.method === method.toLowerCase());
  expect([routeKey, status, Object.keys(operation?.responses[String(status)]?.content ?? {})]).toEqual([
    routeKey,
    status,
    ['text/html'],
  ]);
};

/** DynamoDB refuses empty keys and such of more than 2,048 bytes, which would be a fault to the caller. */
const withPossibleKeys = (store: OrderStore): OrderStore => ({
  ...store,
  load: async (id) => {
    if (id === '' || Buffer.byteLength(id) > 2048) throw new Error('ValidationException');
    return await store.load(id);
  },
});

/**
 * The functions of recordings on ports in memory, beside those of the order. Its training has just been held, from 14:00 to 15:30; it is
 * 15:40. Each answer is checked against the OpenAPI document.
 */
export const makeRecordingWorld = async (parts: Parts = {}) => {
  const world = await (await makeWorld()).created();
  world.turn('2025-03-09T14:00:00+08:00');
  await world.act('confirm-needs', { extraNeeds: [], understood: true });
  await world.act('start-training');
  world.turn('2025-03-09T15:30:00+08:00');
  await world.act('finish-training');
  world.turn('2025-03-09T15:40:00+08:00');

  const store = memoryRecordingObjects(() => world.now());
  const objects = parts.objects?.(store) ?? store;
  const orders = withPossibleKeys(parts.orders?.(world.orders) ?? world.orders);
  const secrets = memorySecrets({ 'session-key': [sessionKey], 'link-key': [linkKey] });
  const desk = { orders, sessions: world.sessions, secrets, objects, desks, rateLimit: memoryRateLimit() };
  const mediaOrigin = 'https://store.example';
  const entries = {
    'POST /api/orders/{orderId}/recordings': httpEntry(() => startUpload(desk)),
    'GET /api/orders/{orderId}/recordings': httpEntry(() => listRecordings(desk)),
    'GET /api/recordings/{recordingId}': httpEntry(() => showRecording(desk)),
    'DELETE /api/recordings/{recordingId}': httpEntry(() => abortUpload(desk)),
    'GET /api/recordings/{recordingId}/parts': httpEntry(() => listParts(desk)),
    'POST /api/recordings/{recordingId}/parts': httpEntry(() => signParts(desk)),
    'POST /api/recordings/{recordingId}/finish': httpEntry(() => finishUpload(desk), finishMaxBytes),
    'GET /api/recordings/{recordingId}/video': httpEntry(() => watchRecording(desk)),
    'GET /r/{token}': httpEntry(() => showRecordingPage({ ...desk, mediaOrigin })),
    'GET /r/{token}/video': httpEntry(() => playRecording(desk)),
    'POST /r/{token}/progress': httpEntry(() => noteProgress(desk)),
  };
  type RouteKey = keyof typeof entries;
  const work = queueEntry(effectMessageSchema, () =>
    workOnRecording({ ...desk, inspectVideo, outbox: world.outbox }),
  );
  const deletion = queueEntry(objectDeletedSchema, () => noteDeletion(desk));
  const context = makeContext(() => world.now());

  const call = async (routeKey: RouteKey, given: Given = {}): Promise<Answered> => {
    const { token = world.tokens.trainer, order = orderId, params = {}, headers, query, body } = given;
    const [method, path] = routeKey.split(' ') as ['GET' | 'POST' | 'DELETE', string];
    const result: APIGatewayProxyStructuredResultV2 = await entries[routeKey](
      makeHttpEvent({
        method,
        routeKey,
        path,
        params: { orderId: order, ...params },
        headers: { ...(token !== null && { authorization: `Bearer ${token}` }), ...headers },
        query: query ?? {},
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
      context,
    );
    const status = result.statusCode!;
    const text = result.body ?? '';
    const isPage = String(result.headers?.['content-type']).startsWith('text/html');
    const parsed = isPage ? null : JSON.parse(text === '' ? 'null' : text);
    if (isPage) expectPage(routeKey, status);
    else expectDocumented(routeKey, '', status, parsed);
    return { status, headers: { ...result.headers }, text, body: parsed };
  };

  const ofRecording =
    (routeKey: RouteKey) =>
    async (recordingId: string, body?: unknown, given: Given = {}): Promise<Answered> =>
      await call(routeKey, { ...given, params: { recordingId }, body });
  const ofLink =
    (routeKey: RouteKey) =>
    async (token: string, given: Given = {}): Promise<Answered> =>
      await call(routeKey, { ...given, token: null, params: { token } });

  const stated = (overrides: object = {}) => ({
    fileName,
    size: video.length,
    contentType: 'video/mp4',
    customerJoinedAt: '2025-03-09T14:00:00+08:00',
    recordingStartedAt: '2025-03-09T14:00:00+08:00',
    ...overrides,
  });
  const sign = ofRecording('POST /api/recordings/{recordingId}/parts');
  const show = ofRecording('GET /api/recordings/{recordingId}');
  const finish = ofRecording('POST /api/recordings/{recordingId}/finish');

  const recordings = {
    ...world,
    orders,
    objects: store,
    call,
    stated,
    begin: async (overrides: object = {}, given: Given = {}): Promise<Answered> =>
      await call('POST /api/orders/{orderId}/recordings', { body: stated(overrides), ...given }),
    list: async (given: Given = {}): Promise<Answered> =>
      await call('GET /api/orders/{orderId}/recordings', given),
    show,
    sign,
    listParts: ofRecording('GET /api/recordings/{recordingId}/parts'),
    finish,
    abort: ofRecording('DELETE /api/recordings/{recordingId}'),
    watch: ofRecording('GET /api/recordings/{recordingId}/video'),
    page: ofLink('GET /r/{token}'),
    play: ofLink('GET /r/{token}/video'),
    progress: async (token: string, body: unknown): Promise<Answered> =>
      await ofLink('POST /r/{token}/progress')(token, { body }),

    /** The recording as it stands on its order. */
    recording: async (id: string): Promise<Recording> =>
      findRecording((await world.orders.load(orderId))!, id)!,
    object: (id: string) => store.object(recordingKey(id)),
    /** Events of the order's history, the oldest first, without those before any recording. */
    events: async (): Promise<string[]> =>
      (await world.orders.history(orderId))
        .map(({ event }) => event)
        .filter((event) => /upload|recording/.test(event)),

    /** A new upload's id. */
    begun: async (overrides: object = {}, given: Given = {}): Promise<string> =>
      (await recordings.begin(overrides, given)).body.recordingId,
    /** Puts one part to its signed address, as a browser does, and gives its ETag. */
    put: async (id: string, number: number, bytes: Uint8Array): Promise<string> => {
      const { urls } = (await sign(id, { numbers: [number] })).body;
      return store.put(urls[number], bytes).etag;
    },
    /** A small file in one part, uploaded and reported as finished. */
    finished: async (bytes: Uint8Array = video, overrides: object = {}): Promise<string> => {
      const id = await recordings.begun({ size: bytes.length, ...overrides });
      const etag = await recordings.put(id, 1, bytes);
      expect((await finish(id, { parts: [{ number: 1, etag }] })).status).toBe(202);
      return id;
    },
    /** A recording that has been found whole. */
    ready: async (): Promise<string> => {
      const id = await recordings.finished();
      await recordings.runWork();
      return id;
    },
    /** The token of the recording's link, as staff hand it on. */
    tokenOf: async (id: string): Promise<string> => (await show(id)).body.customerLink.split('/r/')[1],

    /** Effects on recordings that nobody has carried out yet. */
    pendingWork: () =>
      world.outbox.all().filter(({ item, result }) => item.kind === 'recording' && result === null),
    workResults: () =>
      world.outbox
        .all()
        .flatMap(({ item, result }) =>
          item.kind === 'recording' ? [[item.work, result?.state, result?.detail]] : [],
        ),
    /** One message of the queue `recordings`; true when it is done. */
    deliver: async (id: string): Promise<boolean> => {
      const { batchItemFailures } = await work(makeSqsEvent(JSON.stringify({ id })), context);
      return batchItemFailures.length === 0;
    },
    /** Carries out all work there is. */
    runWork: async (): Promise<void> => {
      for (;;) {
        const [next] = recordings.pendingWork();
        if (next === undefined) return;
        expect(await recordings.deliver(next.item.id)).toBe(true);
        expect(recordings.pendingWork()).not.toContainEqual(next);
      }
    },
    /** A message of the queue `recording-events`; true when it is done. */
    tellDeletion: async (message: unknown): Promise<boolean> => {
      const { batchItemFailures } = await deletion(makeSqsEvent(JSON.stringify(message)), context);
      return batchItemFailures.length === 0;
    },
  };
  return recordings;
};

export type RecordingWorld = Awaited<ReturnType<typeof makeRecordingWorld>>;
