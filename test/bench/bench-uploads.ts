import { randomUUID } from 'node:crypto';
import { mkdtempSync, openAsBlob, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { apiCaller } from '../../functions/console/web/src/api/call-api.ts';
import { recordingsApi } from '../../functions/console/web/src/api/recordings-api.ts';
import type { RecordingsApi } from '../../functions/console/web/src/api/recordings-api.ts';
import type { Patience } from '../../functions/console/web/src/upload/persist.ts';
import { unfinishedUploads } from '../../functions/console/web/src/upload/unfinished-uploads.ts';
import { uploadQueue } from '../../functions/console/web/src/upload/upload-queue.ts';
import type { PutPart } from '../../functions/console/web/src/upload/upload-ports.ts';
import type { UploadFile } from '../../functions/console/web/src/upload/upload-queue.ts';
import { inspectVideo } from '../../shared/adapters/video/inspect-video.ts';
import { makeOrderData } from '../support/crm-message.ts';
import { startProduct } from '../support/local-product.ts';
import type { LocalProduct } from '../support/local-product.ts';
import { makeMp4, sparseSource, writeSparse } from '../support/make-video.ts';
import { putByFetch } from '../support/put-by-fetch.ts';
import { memoryOf } from './memory-of.ts';
import { median, table } from './table.ts';

const mebibyte = 1024 * 1024;
const rounds = 5;
const raced = [256, 512];
const [smallMiB, largeMiB] = [256, 1024];
const warmUpMiB = 32;
/** As many parts at once as the console sends, and as many addresses with one call. */
const lanes = 4;
const batchSize = 8;

const orderId = 'U-1';
const joinedAt = '2025-03-09T14:00:00+08:00';
const facts = { contentType: 'video/mp4', customerJoinedAt: joinedAt, recordingStartedAt: joinedAt };
/** An hour whose header stands behind its media: a check that read from front to back would read all of it. */
const videoOf = (size: number) => makeMp4({ seconds: 3600, size: size * mebibyte, header: 'end' });

type Desk = { product: LocalProduct; api: RecordingsApi; fileOf: (size: number) => Promise<UploadFile> };

/** The console's own upload beside bare PUTs; what it asks of the product; the product's memory meanwhile; and what the check reads. Sizes in MiB. */
export const benchUploads = async (): Promise<string> => {
  const races: string[][] = [];
  for (const size of raced) races.push(await atDesk(async (desk) => await race(desk, size)));
  const small = await atDesk(async (desk) => await watchUpload(desk, smallMiB));
  const large = await atDesk(async (desk) => await watchUpload(desk, largeMiB));
  return [
    `The console's queue in Node against \`fetch\` of parts signed before: the same bytes, parts, ${lanes} at once, and store; medians of ${rounds} rounds in turn, of their ratios too.`,
    '',
    table(['file', 'console s', 'bare PUTs s', 'console / bare', 'its PUTs / bare'], races),
    '',
    table(
      ['memory of the process, MiB', 'before', 'most while uploading', 'more'],
      [small, large].map(({ size, before, most }) => [`${size} MiB`, before, most, most - before]),
    ),
    '',
    `${largeMiB} MiB take ${(large.most / small.most).toFixed(2)} × the memory of ${smallMiB} MiB (the store runs in the same process)`,
    '',
    table(
      [`requests to the product for ${largeMiB} MiB`, 'calls'],
      ['start-upload', 'list-parts', 'sign-parts', 'finish-upload'].map((name) => [
        name,
        large.calls(`lambda.${name}`),
      ]),
    ),
    '',
    await tellCheck(large),
  ].join('\n');
};

/** A product of its own with an order whose training is over, warmed up by both ways of uploading. */
const atDesk = async <Result>(use: (desk: Desk) => Promise<Result>): Promise<Result> => {
  const folder = mkdtempSync(join(tmpdir(), 'ninedays-bench-'));
  const product = await startProduct({ clockStart: '2025-03-08T10:00:00+08:00' });
  try {
    await train(product);
    const signIn = { staffId: 'zhangsan', roles: ['trainer'] };
    const { token } = (await product.call('POST', '/local/sessions', signIn)).body;
    const headers = { authorization: `Bearer ${token}` };
    const api = recordingsApi(apiCaller({ base: product.url, headers }));
    const fileOf = async (size: number): Promise<UploadFile> => {
      const path = join(folder, `${size}.mp4`);
      await writeSparse(videoOf(size), path);
      const blob = await openAsBlob(path);
      const slice = (start: number, end: number) => blob.slice(start, end);
      return { name: `录屏${size}.mp4`, size: blob.size, lastModified: 0, slice };
    };
    const desk = { product, api, fileOf };
    const warmUp = await fileOf(warmUpMiB);
    await putBare(desk, warmUp);
    await checked(desk, await uploadByConsole(api, warmUp));
    return await use(desk);
  } finally {
    await product.stop();
    product.forget();
    rmSync(folder, { recursive: true });
  }
};

const train = async (product: LocalProduct): Promise<void> => {
  const training = { startsAt: joinedAt, minutes: 60 };
  const acceptedAt = await product.now();
  const created = await product.crm('order.created', makeOrderData({ orderId, acceptedAt, training }));
  if (created.status !== 201) throw new Error(`order: ${created.status}`);
  for (const [at, action, body] of [
    ['2025-03-09T13:00:00+08:00', 'confirm-time', { outcome: 'confirmed' }],
    ['2025-03-09T13:50:00+08:00', 'confirm-needs', { extraNeeds: [], understood: true }],
    [joinedAt, 'start-training', {}],
    ['2025-03-09T15:00:00+08:00', 'finish-training', {}],
  ] as const) {
    await product.turnTo(at);
    const { status } = await product.act(orderId, action, body, 'zhangsan', 'trainer');
    if (status !== 200) throw new Error(`${action}: ${status}`);
  }
};

/**
 * A row of medians: seconds of the console and of bare PUTs, and ratios within a round: of the whole, and without what the console asks of the
 * product before its first part and after its last one. Each way goes first in every other round.
 */
const race = async (desk: Desk, size: number): Promise<string[]> => {
  const file = await desk.fileOf(size);
  const own: number[] = [];
  const ownPuts: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2 === 0) bare.push(await putBare(desk, file));
    const puts = stopwatch();
    const begun = performance.now();
    const recordingId = await uploadByConsole(desk.api, file, puts.putPart);
    own.push(secondsSince(begun));
    ownPuts.push(puts.seconds());
    // What goes on in the background must not slow down the other one.
    await checked(desk, recordingId);
    if (round % 2 === 1) bare.push(await putBare(desk, file));
  }
  const toBare = (values: readonly number[]) => values.map((seconds, round) => seconds / bare[round]!);
  const columns = [own, bare, toBare(own), toBare(ownPuts)];
  return [`${size} MiB`, ...columns.map((values) => median(values).toFixed(2))];
};

/** Takes the time from the beginning of the first part to the end of the last one. */
const stopwatch = () => {
  let first = Infinity;
  let last = 0;
  const putPart: PutPart = async (...part) => {
    first = Math.min(first, performance.now());
    const etag = await putByFetch(...part);
    last = performance.now();
    return etag;
  };
  return { putPart, seconds: () => (last - first) / 1000 };
};

/** A bench that had to wait for a network measures nothing. */
const impatient: Patience = {
  rest: async () => await Promise.reject(new Error('a call of the upload failed')),
  signedIn: async () => await Promise.reject(new Error('nobody is signed in')),
};

/** From the chosen file to the product's word that it has it. Answers the recording's id. */
const uploadByConsole = async (
  calls: RecordingsApi,
  file: UploadFile,
  putPart: PutPart = putByFetch,
): Promise<string> => {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const storage = { getItem: () => null, setItem: () => {} };
  const queue = uploadQueue({
    calls,
    putPart,
    patience: impatient,
    unfinished: unfinishedUploads(storage),
    clock: Date,
  });
  queue.subscribe(() => {
    const item = queue.items()[0];
    if (item?.phase === 'done') resolve(item.recordingId!);
    if (item?.phase === 'failed') reject(new Error(`upload: ${JSON.stringify(item.failure)}`));
  });
  queue.add(orderId, file, facts);
  return await promise;
};

/** Seconds of the PUTs alone: the upload is begun and signed before, and never finished. */
const putBare = async ({ api }: Desk, file: UploadFile): Promise<number> => {
  const { signal } = new AbortController();
  const { recordingId, partSize, parts } = await api.start(orderId, file, facts, randomUUID());
  const numbers = Array.from({ length: parts }, (_, index) => index + 1);
  const urls: Record<string, string> = {};
  for (let from = 0; from < parts; from += batchSize)
    Object.assign(urls, await api.signParts(recordingId, numbers.slice(from, from + batchSize), signal));
  const begun = performance.now();
  const lane = async (): Promise<void> => {
    for (let number = numbers.shift(); number !== undefined; number = numbers.shift()) {
      const body = file.slice((number - 1) * partSize, Math.min(number * partSize, file.size));
      const response = await fetch(urls[number]!, { method: 'PUT', body });
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`part ${number}: ${response.status}`);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return secondsSince(begun);
};

type Watched = Awaited<ReturnType<typeof watchUpload>>;

/** One upload by the console and its check, seen from outside: the product's memory, calls and reads. */
const watchUpload = async (desk: Desk, size: number) => {
  const { product, api } = desk;
  const file = await desk.fileOf(size);
  const earlier = await operations(product);
  const before = memoryOf(product.pid);
  let most = before;
  let readBefore = 0;
  const sampling = setInterval(() => {
    most = Math.max(most, memoryOf(product.pid));
  }, 20);
  const finish: RecordingsApi['finish'] = async (...parts) => {
    readBefore = bytesReadBy(product.pid);
    await api.finish(...parts);
  };
  const recordingId = await uploadByConsole({ ...api, finish }, file);
  const finished = performance.now();
  await checked(desk, recordingId);
  const seconds = secondsSince(finished);
  const readMiB = (bytesReadBy(product.pid) - readBefore) / mebibyte;
  clearInterval(sampling);
  const later = await operations(product);
  const calls = (name: string): number => (later[name] ?? 0) - (earlier[name] ?? 0);
  return { size, before, most, seconds, readMiB, calls };
};

const tellCheck = async ({ size, seconds, readMiB, calls }: Watched): Promise<string> => {
  const source = sparseSource(videoOf(size));
  await inspectVideo(source);
  const kB = source.reads.reduce((sum, bytes) => sum + bytes, 0) / 1000;
  return [
    `check of ${size} MiB, from the finished upload until it is ready: ${seconds.toFixed(2)} s`,
    `${calls('s3.GetObject')} S3 GetObject; the inspection reads ${kB.toFixed(0)} kB in ${source.reads.length} ranges`,
    `all that the process read meanwhile, sockets too: ${readMiB.toFixed(1)} MiB = ${((100 * readMiB) / size).toFixed(1)} % of the file`,
  ].join('\n');
};

const checked = async ({ api }: Desk, recordingId: string): Promise<void> => {
  const { signal } = new AbortController();
  for (;;) {
    const state = await api.showState(recordingId, signal);
    if (state === 'ready') return;
    if (state !== 'checking') throw new Error(`recording: ${state}`);
    await sleep(20);
  }
};

const secondsSince = (begun: number): number => (performance.now() - begun) / 1000;

const operations = async (product: LocalProduct): Promise<Record<string, number>> =>
  (await product.call('GET', '/local/meter')).body.operations;

/** All that a process has read so far, from files and sockets. */
const bytesReadBy = (pid: number): number =>
  Number(/rchar:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1]);
