import { createHash } from 'node:crypto';
import { mkdtempSync, openAsBlob, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apiCaller } from '../../functions/console/web/src/api/call-api.ts';
import { recordingsApi } from '../../functions/console/web/src/api/recordings-api.ts';
import { CallFailed, isPassing } from '../../functions/console/web/src/upload/call-failed.ts';
import { restMs } from '../../functions/console/web/src/upload/persist.ts';
import { FileUnreadable } from '../../functions/console/web/src/upload/send-parts.ts';
import { sendRecording } from '../../functions/console/web/src/upload/send-recording.ts';
import { makeSpeedometer, secondsLeft } from '../../functions/console/web/src/upload/speedometer.ts';
import { isSameFile, unfinishedUploads } from '../../functions/console/web/src/upload/unfinished-uploads.ts';
import type { UploadItem } from '../../functions/console/web/src/upload/upload-item.ts';
import { uploadQueue } from '../../functions/console/web/src/upload/upload-queue.ts';
import { startConsoleFake } from '../support/console-fake.ts';
import { putByFetch } from '../support/put-by-fetch.ts';
import type { Mishap } from './upload-world.ts';
import { makeFile, makeWorld } from './upload-world.ts';

type World = ReturnType<typeof makeWorld>;
const running = new AbortController().signal;

/** Uploads a file that the product has begun, and tells all that the page would be told. */
const send = async (world: World, file = makeFile(95), signal = running) => {
  const told = { bytes: [] as number[], troubles: [] as (string | null)[], phases: [] as string[] };
  await sendRecording({
    calls: world.calls,
    putPart: world.putPart,
    patience: world.patience,
    signal,
    upload: world.begin(file.size),
    source: file,
    onProgress: (bytes) => told.bytes.push(bytes),
    onTrouble: (trouble) => trouble !== told.troubles.at(-1) && told.troubles.push(trouble),
    onPhase: (phase) => told.phases.push(phase),
  });
  return told;
};

describe('sending a recording', () => {
  it('R2.3 sends every part once, four at a time, signed in small batches, and asks to finish', async () => {
    const file = makeFile(395);
    const world = makeWorld();
    const told = await send(world, file);
    expect(world.digestOf('rec-0')).toBe(file.digest);
    expect(world.states.get('rec-0')).toBe('checking');
    expect(world.puts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
    expect(world.mostUnderWay()).toBe(4);
    expect(world.signedBatches.map(({ length }) => length)).toEqual([8, 8, 8, 8, 8]);
    expect(told).toMatchObject({ phases: ['sending', 'finishing'], troubles: [null] });
    expect(told.bytes.at(0)).toBe(0);
    expect(told.bytes.at(-1)).toBe(395);
    expect(told.bytes).toEqual(told.bytes.toSorted((a, b) => a - b));
  });

  it('goes on with the parts that the store lacks, and counts those that it has', async () => {
    const file = makeFile(95);
    const world = makeWorld();
    for (const number of [1, 2, 5])
      world.storePart(
        'rec-0',
        number,
        new Uint8Array(await file.slice((number - 1) * 10, number * 10).arrayBuffer()),
      );
    const told = await send(world, file);
    expect(world.puts.toSorted((a, b) => a - b)).toEqual([3, 4, 6, 7, 8, 9, 10]);
    expect(told.bytes[0]).toBe(30);
    expect(world.digestOf('rec-0')).toBe(file.digest);
  });

  it('sends a part again that the store has with another length', async () => {
    const file = makeFile(25);
    const world = makeWorld();
    world.storePart('rec-0', 2, new Uint8Array(4));
    await send(world, file);
    expect(world.digestOf('rec-0')).toBe(file.digest);
  });

  it('law: whatever fails in whatever order, the store ends with the very file, and the page is told of it', async () => {
    const mishap = fc.constantFrom<Mishap | null>(null, null, 'cut', 'lost-answer', 'busy', 'signed-out');
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 230 }),
        fc.array(mishap, { maxLength: 60 }),
        async (size, mishaps) => {
          const file = makeFile(size);
          const world = makeWorld([...mishaps]);
          const told = await send(world, file);
          expect(world.digestOf('rec-0')).toBe(file.digest);
          expect(world.states.get('rec-0')).toBe('checking');
          expect(told.bytes.at(-1)).toBe(size);
          expect(Math.max(...told.bytes)).toBeLessThanOrEqual(size);
          expect(world.mostUnderWay()).toBeLessThanOrEqual(4);
          expect(Math.max(...world.signedBatches.map(({ length }) => length))).toBeLessThanOrEqual(20);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('signs anew what was signed before the signatures ended, and no part that is there already', async () => {
    const world = makeWorld([null, null, null, null, 'expired']);
    const file = makeFile(195);
    await send(world, file);
    expect(world.digestOf('rec-0')).toBe(file.digest);
    expect(new Set(world.puts).size).toBe(world.puts.length);
    expect(world.signedBatches.length).toBeGreaterThan(3);
  });

  it('gives up on a part whose fresh signature is refused three times', async () => {
    const world = makeWorld();
    const sign = world.calls.signParts;
    world.calls.signParts = async (...asked) => {
      const urls = await sign(...asked);
      world.expireSignatures();
      return urls;
    };
    await expect(send(world)).rejects.toMatchObject({ status: 403 });
    expect(world.signedBatches.filter((numbers) => numbers.includes(1))).toHaveLength(3);
  });

  it('says why it stands still, and that it goes on as soon as a byte has gone', async () => {
    const world = makeWorld(['signed-out', 'busy']);
    const told = await send(world, makeFile(10));
    expect(told.troubles).toEqual(['signed-out', 'unreachable', null]);
    const cut = makeWorld();
    let puts = 0;
    const put = cut.putPart;
    cut.putPart = async (...part) => {
      puts += 1;
      if (puts === 1) throw new CallFailed(0);
      return await put(...part);
    };
    const release = cut.hold();
    const troubles: (string | null)[] = [];
    const sending = sendRecording({
      ...cut,
      signal: running,
      upload: cut.begin(10),
      source: makeFile(10),
      onProgress: () => {},
      onTrouble: (trouble) => troubles.push(trouble),
      onPhase: () => {},
    });
    await expect.poll(() => troubles.slice(-2)).toEqual(['unreachable', null]);
    release();
    await sending;
  });

  it('rests longer from time to time while nothing answers', async () => {
    const world = makeWorld(['cut', 'busy', 'cut', null, 'cut']);
    await send(world, makeFile(10));
    expect(world.rested).toEqual([1000, 2000, 4000, 1000]);
  });

  it('lets what is no answer at all through at once, and stops the other parts', async () => {
    const world = makeWorld();
    let aborted = 0;
    world.putPart = async (url, _body, _onSent, signal) => {
      if (url.includes('/2/')) throw new TypeError('a mistake');
      return await new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          aborted += 1;
          reject(new CallFailed(0));
        });
      });
    };
    await expect(send(world)).rejects.toThrow('a mistake');
    expect(aborted).toBe(3);
    expect(world.rested).toEqual([]);
  });

  it('signs anew also where the store says 400, as it does when keys have ended', async () => {
    const world = makeWorld();
    const put = world.putPart;
    let refused = 0;
    world.putPart = async (...part) => {
      if (refused < 2) {
        refused += 1;
        throw new CallFailed(400, 'ExpiredToken');
      }
      return await put(...part);
    };
    await send(world, makeFile(10));
    expect(world.signedBatches).toEqual([[1], [1], [1]]);
  });

  it('does not send a part again where the store knows the upload no longer', async () => {
    const world = makeWorld();
    let puts = 0;
    world.putPart = async () => {
      puts += 1;
      return await Promise.reject(new CallFailed(404, 'NoSuchUpload'));
    };
    await expect(send(world, makeFile(10))).rejects.toMatchObject({ code: 'NoSuchUpload' });
    expect(puts).toBe(1);
  });

  it('signs no part that waits for its turn a second time', async () => {
    const world = makeWorld();
    const put = world.putPart;
    const refused = new Set<string>();
    world.putPart = async (url, ...part) => {
      const [, number = ''] = url.split('/');
      if (number === '9' && !refused.has(number)) {
        refused.add(number);
        throw new CallFailed(403, 'AccessDenied');
      }
      return await put(url, ...part);
    };
    await send(world, makeFile(300));
    const times = (number: number) => world.signedBatches.flat().filter((each) => each === number).length;
    expect([1, 8, 17, 30].map(times)).toEqual([1, 1, 1, 1]);
    expect(times(9)).toBe(2);
  });

  it('asks again after a signing that has failed for good for one part only', async () => {
    const world = makeWorld();
    world.calls.signParts = async (_recordingId, numbers) =>
      Object.fromEntries(numbers.slice(1).map((n) => [n, '']));
    await expect(send(world, makeFile(10))).rejects.toThrow('part 1 was not signed');
  });

  it('takes bytes off its progress when a part breaks off half-way', async () => {
    const world = makeWorld([null, null, 'cut']);
    const told = await send(world, makeFile(10));
    expect(told.bytes).toEqual([0, 5, 5, 10, 10]);
    const broken = makeWorld([null, null, 'cut']);
    const bytes: number[] = [];
    const put = broken.putPart;
    let tries = 0;
    broken.putPart = async (url, body, onSent, signal) => {
      tries += 1;
      return await put(url, body, tries === 1 ? onSent : () => {}, signal);
    };
    await sendRecording({
      ...broken,
      signal: running,
      upload: broken.begin(15),
      source: makeFile(15),
      onProgress: (sent) => bytes.push(sent),
      onTrouble: () => {},
      onPhase: () => {},
    });
    expect(bytes.at(-1)).toBe(15);
    expect(Math.max(...bytes)).toBe(15);
  });

  it('gives up where the product says three times that a part is missing, or has ended the upload', async () => {
    const world = makeWorld();
    world.calls.finish = async () =>
      await Promise.reject(new CallFailed(409, 'missing-parts', '还有分片没有传完。'));
    await expect(send(world, makeFile(10))).rejects.toMatchObject({ code: 'missing-parts' });
    expect(world.log.filter((name) => name === 'show')).toHaveLength(3);
    for (const state of ['expired', 'deleted']) {
      const ended = makeWorld();
      ended.calls.finish = async (recordingId) => {
        ended.states.set(recordingId, state);
        return await Promise.reject(new CallFailed(409, 'no-upload'));
      };
      await expect(send(ended, makeFile(10))).rejects.toMatchObject({ code: 'no-upload' });
    }
    const refusing = makeWorld();
    refusing.calls.finish = async () => await Promise.reject(new CallFailed(403, 'wrong-role'));
    await expect(send(refusing, makeFile(10))).rejects.toMatchObject({ code: 'wrong-role' });
    expect(refusing.log).not.toContain('show');
  });

  it.each([
    [0, true],
    [408, true],
    [429, true],
    [500, true],
    [503, true],
    [400, false],
    [404, false],
    [409, false],
    [499, false],
  ])('takes status %i for passing: %s', (status, passing) => {
    expect(isPassing(new CallFailed(status))).toBe(passing);
  });

  it('does not repeat what the product refuses', async () => {
    const world = makeWorld();
    const file = makeFile(30);
    const sending = send(world, file);
    world.states.set('rec-0', 'deleted');
    await expect(sending).rejects.toMatchObject({ status: 409, message: '这次上传已经结束。' });
    expect(world.rested).toEqual([]);
  });

  it('takes a lost answer to its request to finish for done when the product is checking the recording', async () => {
    const file = makeFile(10);
    const world = makeWorld([null, null, null, 'lost-answer']);
    await send(world, file);
    expect(world.log.filter((name) => name !== 'sign')).toEqual(['list', 'finish', 'finish', 'show']);
    expect(world.states.get('rec-0')).toBe('checking');
  });

  it('sends again what the store has lost by the time it is asked to finish', async () => {
    const file = makeFile(45);
    const world = makeWorld();
    const finish = world.calls.finish;
    let asked = 0;
    world.calls.finish = async (...parts) => {
      asked += 1;
      if (asked === 1) world.losePart('rec-0', 3);
      return await finish(...parts);
    };
    const told = await send(world, file);
    expect(world.puts.filter((number) => number === 3)).toHaveLength(2);
    expect(world.puts).toHaveLength(6);
    expect(told.phases).toEqual(['sending', 'finishing', 'sending', 'finishing']);
  });

  it('tells a file that can no longer be read from a lost network', async () => {
    const file = makeFile(45);
    const world = makeWorld();
    const gone = Object.assign(new Blob(['x'.repeat(10)]), {
      slice: () => gone,
      arrayBuffer: async () => await Promise.reject(new DOMException('gone', 'NotReadableError')),
    });
    const unreadable = {
      ...file,
      slice: (start: number, end: number): Blob => (start === 20 ? gone : file.slice(start, end)),
    };
    const put = world.putPart;
    world.putPart = async (url, body, ...rest) => {
      if (body === gone) throw new CallFailed(0);
      return await put(url, body, ...rest);
    };
    await expect(send(world, unreadable)).rejects.toThrow(FileUnreadable);
  });

  it('stops at once when it is aborted, and leaves nothing under way', async () => {
    const world = makeWorld();
    const release = world.hold();
    const stop = new AbortController();
    const sending = send(world, makeFile(200), stop.signal);
    await expect.poll(() => world.mostUnderWay()).toBe(4);
    stop.abort();
    await expect(sending).rejects.toMatchObject({ name: 'AbortError' });
    release();
    expect(world.puts).toEqual([]);
  });

  it('waits longer each time, and half a minute at most', () => {
    expect([0, 1, 2, 3, 4, 5, 50].map(restMs)).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  });
});

const memoryStorage = () => {
  const texts = new Map<string, string>();
  return {
    getItem: (key: string) => texts.get(key) ?? null,
    setItem: (key: string, text: string) => void texts.set(key, text),
  };
};
const facts = {
  contentType: 'video/mp4',
  customerJoinedAt: '2026-03-09T14:03:00+08:00',
  recordingStartedAt: '2026-03-09T14:00:00+08:00',
};

const makeQueue = (mishaps: (Mishap | null)[] = []) => {
  const world = makeWorld(mishaps);
  const unfinished = unfinishedUploads(memoryStorage());
  const clock = { now: () => clock.at, at: 0 };
  const queue = uploadQueue({
    calls: world.calls,
    putPart: async (...part) => await world.putPart(...part),
    patience: world.patience,
    unfinished,
    clock,
  });
  const phases = () => queue.items().map(({ phase }) => phase);
  const find = (name: string): UploadItem => queue.items().find(({ file }) => file.name === name)!;
  const add = (name: string, size = 95) => queue.add('A-1001', makeFile(size, name), facts);
  return { world, queue, unfinished, clock, phases, find, add };
};

describe('the queue of uploads', () => {
  it('uploads several files one after the other', async () => {
    const { world, queue, phases, add } = makeQueue();
    add('一.mp4');
    add('二.mp4');
    expect(phases()).toEqual(['starting', 'waiting']);
    await expect.poll(phases).toEqual(['done', 'done']);
    expect(world.mostUnderWay()).toBeLessThanOrEqual(4);
    const order = world.log.filter((name) => /^(begun|finish)/.test(name));
    expect(order).toEqual(['begun A-1001 rec-1', 'finish', 'begun A-1001 rec-2', 'finish']);
    expect(queue.items().every(({ sentBytes }) => sentBytes === 95)).toBe(true);
  });

  it('lets the next file go while one is paused, and goes on where it stopped', async () => {
    const { world, queue, phases, find, add } = makeQueue();
    const release = world.hold();
    add('一.mp4', 400);
    add('二.mp4');
    await expect.poll(() => world.mostUnderWay()).toBe(4);
    queue.pause(find('一.mp4').id);
    await expect.poll(phases).toEqual(['paused', 'sending']);
    release();
    await expect.poll(phases).toEqual(['paused', 'done']);
    queue.resume(find('一.mp4').id);
    await expect.poll(phases).toEqual(['done', 'done']);
    expect(world.digestOf('rec-1')).toBe(makeFile(400).digest);
    expect(world.log.filter((name) => name.startsWith('begun'))).toHaveLength(2);
  });

  it('begins one upload, also when the answer to its beginning is lost', async () => {
    const { world, phases, add } = makeQueue(['lost-answer', 'cut']);
    add('一.mp4');
    await expect.poll(phases).toEqual(['done']);
    expect(new Set(world.log.filter((name) => name.startsWith('begun')))).toEqual(
      new Set(['begun A-1001 rec-1']),
    );
  });

  it('remembers the file of an upload until it is finished', async () => {
    const { world, queue, phases, unfinished, add } = makeQueue();
    const release = world.hold();
    add('一.mp4');
    await expect.poll(() => unfinished.fileOf('rec-1')).toMatchObject({ name: '一.mp4', size: 95 });
    expect(queue.items()[0]!.recordingId).toBe('rec-1');
    release();
    await expect.poll(phases).toEqual(['done']);
    expect(unfinished.fileOf('rec-1')).toBeNull();
  });

  it('cancels: ends the upload in the product and forgets it', async () => {
    const { world, queue, unfinished, find, add } = makeQueue();
    const release = world.hold();
    add('一.mp4');
    await expect.poll(() => world.mostUnderWay()).toBe(4);
    await queue.cancel(find('一.mp4').id);
    release();
    expect(queue.items()).toEqual([]);
    expect(world.states.get('rec-1')).toBe('deleted');
    expect(unfinished.fileOf('rec-1')).toBeNull();
  });

  it('ends an upload in the product that was cancelled while it was being begun', async () => {
    const { world, queue, find, add } = makeQueue();
    add('一.mp4');
    await queue.cancel(find('一.mp4').id);
    await expect.poll(() => world.states.get('rec-1')).toBe('deleted');
    expect(world.puts).toEqual([]);
  });

  it('cancels past a lost network, and takes an upload that has ended for cancelled', async () => {
    const { world, queue, find, add } = makeQueue();
    const release = world.hold();
    add('一.mp4');
    await expect.poll(() => world.mostUnderWay()).toBe(4);
    world.states.set('rec-1', 'expired');
    await queue.cancel(find('一.mp4').id);
    release();
    expect(world.states.get('rec-1')).toBe('expired');
    expect(queue.items()).toEqual([]);
  });

  it('shows what the product says when it refuses, lets the next go, and can be tried again', async () => {
    const { world, queue, phases, find, add } = makeQueue();
    const start = world.calls.start;
    world.calls.start = async () =>
      await Promise.reject(new CallFailed(409, 'wrong-stage', '工单已经结束。'));
    add('一.mp4');
    await expect.poll(phases).toEqual(['failed']);
    expect(find('一.mp4').failure).toEqual({ type: 'refused', message: '工单已经结束。' });
    world.calls.start = start;
    add('二.mp4');
    await expect.poll(phases).toEqual(['failed', 'done']);
    queue.resume(find('一.mp4').id);
    await expect.poll(phases).toEqual(['done', 'done']);
    expect(find('一.mp4').failure).toBeNull();
  });

  it('goes on with an upload of an earlier visit in place of one that has failed here', async () => {
    const { world, queue, phases, find, add } = makeQueue();
    const file = makeFile(95, '一.mp4');
    const begun = world.begin(95);
    const put = world.putPart;
    world.putPart = async () => await Promise.reject(new TypeError('a mistake'));
    queue.goOn('A-1001', file, begun);
    expect(queue.items()).toMatchObject([{ recordingId: 'rec-0', phase: 'sending' }]);
    await expect.poll(phases).toEqual(['failed']);
    expect(find('一.mp4').failure).toEqual({ type: 'unknown' });
    add('二.mp4');
    await expect.poll(phases).toEqual(['failed', 'failed']);
    world.putPart = put;
    queue.goOn('A-1001', file, begun);
    await expect.poll(phases).toEqual(['failed', 'done']);
    queue.dismiss(find('二.mp4').id);
    expect(phases()).toEqual(['done']);
    expect(world.states.get('rec-1')).toBe('uploading');
    expect(world.digestOf('rec-0')).toBe(file.digest);
    expect(world.log).not.toContain('start 一.mp4');
  });

  it('says that a file cannot be read any more', async () => {
    const { world, queue, phases, add } = makeQueue();
    world.putPart = async () => await Promise.reject(new FileUnreadable());
    add('一.mp4');
    await expect.poll(phases).toEqual(['failed']);
    expect(queue.items()[0]!.failure).toEqual({ type: 'file-unreadable' });
  });

  it('says why it stands still, and no longer when it goes on, is paused or done', async () => {
    const { world, queue, phases, clock, find, add } = makeQueue();
    const rested = Promise.withResolvers<void>();
    world.patience.rest = async () => await rested.promise;
    const put = world.putPart;
    world.putPart = async () => await Promise.reject(new CallFailed(0));
    add('一.mp4', 30);
    await expect.poll(() => find('一.mp4').trouble).toBe('unreachable');
    queue.pause(find('一.mp4').id);
    expect(find('一.mp4')).toMatchObject({ phase: 'paused', trouble: null });
    rested.resolve();
    world.putPart = put;
    clock.at += 1;
    await expect.poll(() => queue.items()[0]!.phase).toBe('paused');
    queue.resume(find('一.mp4').id);
    await expect.poll(phases).toEqual(['done']);
    expect(find('一.mp4').trouble).toBeNull();
  });

  it('cancels one of several, and leaves the others', async () => {
    const { world, queue, phases, find, add } = makeQueue();
    const release = world.hold();
    add('一.mp4');
    add('二.mp4');
    await queue.cancel(find('二.mp4').id);
    expect(phases()).toHaveLength(1);
    expect(world.log.filter((name) => name.startsWith('abort'))).toEqual([]);
    release();
    await expect.poll(phases).toEqual(['done']);
  });

  it('tells its listeners of every change, and changes its items with it', async () => {
    const { queue, phases, add } = makeQueue();
    const seen: (readonly UploadItem[])[] = [];
    const unsubscribe = queue.subscribe(() => seen.push(queue.items()));
    add('一.mp4', 400);
    await expect.poll(phases).toEqual(['done']);
    expect(new Set(seen).size).toBe(seen.length);
    expect(new Set(seen.map(([item]) => item!.phase))).toEqual(
      new Set(['waiting', 'starting', 'sending', 'finishing', 'done']),
    );
    unsubscribe();
    const before = seen.length;
    add('二.mp4');
    expect(seen).toHaveLength(before);
  });

  it('tells speed and time left while it sends, also what came last before a line went quiet', async () => {
    const { world, queue, clock, find, add } = makeQueue();
    const shown: UploadItem[] = [];
    queue.subscribe(() => shown.push(find('一.mp4')));
    const release = world.hold();
    const put = world.putPart;
    world.putPart = async (...part) => {
      clock.at += 1000;
      return await put(...part);
    };
    add('一.mp4', 400);
    await expect.poll(() => shown.at(-1)).toMatchObject({ sentBytes: 20, speed: 5, secondsLeft: 76 });
    clock.at += 5000;
    const quiet = { sentBytes: 20, secondsLeft: 171 };
    await expect.poll(() => shown.at(-1), { timeout: 3000 }).toMatchObject(quiet);
    clock.at += 60_000;
    await expect
      .poll(() => shown.at(-1), { timeout: 3000 })
      .toMatchObject({ speed: null, secondsLeft: null });
    release();
  });
});

describe('what is remembered of unfinished uploads', () => {
  it('survives the page, and nonsense in the storage', () => {
    const storage = memoryStorage();
    const file = { name: '一.mp4', size: 5, lastModified: 7 };
    unfinishedUploads(storage).remember('rec-1', file);
    unfinishedUploads(storage).remember('rec-2', { ...file, name: '二.mp4' });
    unfinishedUploads(storage).forget('rec-2');
    expect(unfinishedUploads(storage).fileOf('rec-1')).toMatchObject(file);
    expect(unfinishedUploads(storage).fileOf('rec-2')).toBeNull();
    expect(isSameFile(file, { ...file })).toBe(true);
    for (const other of [{ name: 'x' }, { size: 6 }, { lastModified: 8 }])
      expect(isSameFile(file, { ...file, ...other })).toBe(false);
    for (const text of ['{', '{}', '[{"recordingId":1}]'])
      expect(unfinishedUploads({ getItem: () => text, setItem: () => {} }).fileOf('rec-1')).toBeNull();
  });

  it('costs no upload where the browser allows no storage', () => {
    const forbidden = {
      getItem: () => null,
      setItem: () => {
        throw new DOMException('full', 'QuotaExceededError');
      },
    };
    expect(() => unfinishedUploads(forbidden).remember('rec-1', makeFile(5))).not.toThrow();
  });
});

describe('the speed of an upload', () => {
  it('is that of the last ten seconds, and none while nothing can be said', () => {
    const meter = makeSpeedometer();
    expect(meter.speed(0)).toBeNull();
    meter.note(10_000, 1000);
    meter.note(10_100, 1100);
    expect(meter.speed(10_100)).toBeNull();
    expect(meter.speed(10_500)).toBe(200);
    meter.note(11_000, 3000);
    expect(meter.speed(11_000)).toBe(2000);
    for (let at = 12_000; at <= 24_000; at += 1000) meter.note(at, 3000);
    expect(meter.speed(24_000)).toBe(0);
    meter.note(25_000, 13_000);
    expect(meter.speed(25_000)).toBe(1000);
    expect(meter.speed(36_000)).toBeNull();
  });

  it('does not fall below zero when a part is sent again', () => {
    const meter = makeSpeedometer();
    meter.note(0, 5000);
    meter.note(1000, 1000);
    meter.note(2000, 3000);
    expect(meter.speed(2000)).toBe(1000);
  });

  it('tells the seconds that are left, where it is known', () => {
    expect(secondsLeft(1001, 100)).toBe(11);
    expect(secondsLeft(1000, 1)).toBe(1000);
    expect(secondsLeft(1000, 0)).toBeNull();
    expect(secondsLeft(1000, null)).toBeNull();
  });
});

describe('the upload in Node, over HTTP', () => {
  it('brings a file from the disk to the store past a cut line, a busy store and ended signatures', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ninedays-upload-'));
    const fake = await startConsoleFake({ partSize: 64 * 1024 });
    try {
      const bytes = Uint8Array.from({ length: 1_000_003 }, (_, index) => (index * 31 + (index >> 8)) % 256);
      writeFileSync(join(folder, '录屏.mp4'), bytes);
      const source = await openAsBlob(join(folder, '录屏.mp4'));
      const api = recordingsApi(apiCaller({ base: fake.url, headers: { authorization: 'Bearer good' } }));
      const upload = await api.start(
        'A-1001',
        { name: '录屏.mp4', size: source.size, lastModified: 0 },
        facts,
        'k',
      );
      fake.store.answerBusy(2);
      fake.store.holdAfter(5);
      const sending = sendRecording({
        calls: api,
        putPart: putByFetch,
        patience: { rest: async () => fake.store.mend(), signedIn: async () => {} },
        signal: running,
        upload,
        source,
        onProgress: () => {},
        onTrouble: () => {},
        onPhase: () => {},
      });
      await expect.poll(() => fake.store.heldRequests()).toBe(4);
      fake.store.expireSignatures();
      fake.store.cut();
      await sending;
      const wanted = Array.from({ length: upload.parts }, (_, index) => {
        const part = bytes.subarray(index * upload.partSize, (index + 1) * upload.partSize);
        return {
          number: index + 1,
          size: part.length,
          etag: `"${createHash('md5').update(part).digest('hex')}"`,
        };
      });
      expect(fake.partsOf(upload.recordingId)).toEqual(wanted);
      expect(await api.showState(upload.recordingId, running)).toBe('ready');
    } finally {
      fake.close();
      rmSync(folder, { recursive: true });
    }
  });
});
