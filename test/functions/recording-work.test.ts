import { describe, expect, it } from 'vitest';
import { recordingKey } from '../../shared/domain/recordings/recording-id.ts';
import type { RecordingObjects } from '../../shared/ports/recording-objects.ts';
import { buildNotice } from '../support/suites/build-commit.ts';
import { bytesOf, makeMp4 } from '../support/make-video.ts';
import type { MemoryRecordingObjects } from '../support/memory/recording-objects.ts';
import { watchOutput } from './output.ts';
import type { RecordingWorld } from './recording-world.ts';
import { makeRecordingWorld, partSize, threeParts, video } from './recording-world.ts';
import { orderId } from './world.ts';

const output = watchOutput();

const videoOf = (minutes: number): Uint8Array => bytesOf(makeMp4({ seconds: minutes * 60, header: 'end' }));
const recordingTasks = async (world: RecordingWorld) =>
  (await world.orders.load(orderId))!.tasks
    .filter(({ kind, state }) => kind.endsWith('-recording') && state !== 'dropped')
    .map(({ kind, state }) => `${kind} ${state}`);
const checks = async (world: RecordingWorld) =>
  (await world.orders.history(orderId)).filter(({ event }) => event === 'recording-checked');

/** Lets one call of the store be preceded by something that happens at that very moment. */
const interrupted =
  (name: keyof RecordingObjects, meanwhile: () => Promise<unknown>) =>
  (store: MemoryRecordingObjects): RecordingObjects => {
    let isDone = false;
    return {
      ...store,
      [name]: async (...given: never[]) => {
        if (!isDone) {
          isDone = true;
          await meanwhile();
        }
        return await (store[name] as (...all: never[]) => Promise<unknown>)(...given);
      },
    };
  };

describe('the check of an upload', () => {
  it('R2.2 R2.3 of a whole recording: put together, a video of its length, a link, the task done and the next one raised', async () => {
    const world = await makeRecordingWorld();
    const id = await world.finished();
    expect(await recordingTasks(world)).toEqual(['upload-recording open']);
    world.turn('2025-03-09T15:45:00+08:00');
    await world.runWork();
    expect(world.object(id)).toMatchObject({ retention: 'kept', contentType: 'video/mp4' });
    expect(Buffer.compare(world.object(id)!.bytes, video)).toBe(0);
    const { versionId } = world.object(id)!;
    expect(await world.recording(id)).toMatchObject({
      found: {
        type: 'video',
        at: world.now(),
        container: 'mp4',
        durationSeconds: 5400,
        playsInBrowser: true,
        versionId,
      },
      link: { madeAt: world.now(), expiresAt: '2025-04-08T07:45:00.000Z', revokedAt: null },
    });
    expect(await recordingTasks(world)).toEqual(['upload-recording done', 'send-recording open']);
    expect(await checks(world)).toMatchObject([
      {
        actor: { type: 'product' },
        rules: ['R2.2', 'R2.3'],
        facts: { recordingId: id, versionId, durationSeconds: 5400 },
      },
    ]);
    expect(world.workResults()).toEqual([['check', 'done', 'video']]);
    expect(output.logged('recording-checked')).toMatchObject([{ recordingId: id, result: 'video' }]);
  });

  it('R2.2 of one that is too short says by how much, and has no link; another file that completes it makes both ready', async () => {
    const world = await makeRecordingWorld();
    const first = await world.finished(videoOf(40));
    await world.runWork();
    expect((await world.show(first)).body).toMatchObject({
      state: 'rejected',
      durationSeconds: 2400,
      customerLink: null,
      problems: [
        {
          code: 'too-short',
          text: expect.stringContaining('录屏共 40 分钟，少于培训计划 90 分钟的 80%（72 分钟）'),
        },
      ],
    });
    expect(await recordingTasks(world)).toEqual(['upload-recording open']);
    const second = await world.finished(videoOf(32), { recordingStartedAt: '2025-03-09T14:40:00+08:00' });
    await world.runWork();
    for (const id of [first, second])
      expect((await world.show(id)).body).toMatchObject({ state: 'ready', customerLink: expect.any(String) });
    expect(await recordingTasks(world)).toEqual(['upload-recording done', 'send-recording open']);
  });

  it('R2.2 of one that begins after the customer joined is refused; an assistant may let it pass', async () => {
    const world = await makeRecordingWorld();
    const id = await world.finished(video, { recordingStartedAt: '2025-03-09T14:01:00+08:00' });
    await world.runWork();
    expect((await world.show(id)).body.problems.map(({ code }: any) => code)).toEqual(['starts-late']);
    await world.act(
      'accept-recording',
      { recordingId: id, reason: '开头只是寒暄' },
      { token: world.tokens.assistant },
    );
    expect((await world.show(id)).body).toMatchObject({ state: 'ready', accepted: true, problems: [] });
  });

  it.each<[string, Uint8Array, string]>([
    ['a text', Buffer.from('这不是视频，只是一些文字'), 'not-a-video'],
    ['a single byte', new Uint8Array(1), 'not-a-video'],
    ['a video that was cut off', video.subarray(0, 600), 'broken'],
    ['a video without a picture', bytesOf(makeMp4({ seconds: 0, header: 'front' })), 'no-duration'],
  ])('R2.2 of %s tells what is wrong, and gives no link', async (_, bytes, problem) => {
    const world = await makeRecordingWorld();
    const id = await world.finished(bytes);
    await world.runWork();
    const { body } = await world.show(id);
    expect([body.state, body.problems.map(({ code }: any) => code), body.link]).toEqual([
      'rejected',
      [problem],
      null,
    ]);
    expect(world.workResults()).toEqual([['check', 'done', problem]]);
    expect(await recordingTasks(world)).toEqual(['upload-recording open']);
  });

  it('R2.2 of an object of another size than was stated says so', async () => {
    const world = await makeRecordingWorld({
      objects: (store) => ({
        ...store,
        find: async (key) => {
          const found = await store.find(key);
          return found === null ? null : { ...found, size: found.size + 1 };
        },
      }),
    });
    const id = await world.finished();
    await world.runWork();
    expect((await world.show(id)).body).toMatchObject({
      state: 'rejected',
      problems: [{ code: 'wrong-size' }],
    });
  });

  it('R2.2 where the store itself finds another size says so', async () => {
    const world = await makeRecordingWorld({
      objects: (store) => ({ ...store, complete: async () => 'wrong-size' }),
    });
    const id = await world.finished();
    await world.runWork();
    expect((await world.show(id)).body).toMatchObject({
      state: 'rejected',
      problems: [{ code: 'wrong-size' }],
    });
  });

  it('R2.2 that finds parts missing sets the upload going again, and tells how many', async () => {
    const world = await makeRecordingWorld();
    const id = await world.begun({ size: threeParts });
    const parts = [];
    for (const [number, size] of [
      [1, partSize],
      [2, partSize],
      [3, 1000],
    ] as const)
      parts.push({ number, etag: await world.put(id, number, new Uint8Array(size)) });
    const { uploadId } = await world.recording(id);
    const short = { key: recordingKey(id), uploadId, number: 2, size: 5 };
    await world.finish(id, { parts });
    world.objects.put(await world.objects.signPart(short, 60, world.now()), new Uint8Array(5));
    await world.runWork();
    expect((await world.show(id)).body).toMatchObject({
      state: 'uploading',
      problems: [
        { code: 'parts-missing', text: '还有 1 个分片没有传到，请打开上传页选择同一个文件继续上传。' },
      ],
    });
    parts[1] = { number: 2, etag: await world.put(id, 2, new Uint8Array(partSize)) };
    expect((await world.finish(id, { parts })).status).toBe(202);
    await world.runWork();
    expect(await world.events()).toEqual([
      'upload-started',
      'upload-finished',
      'upload-incomplete',
      'upload-finished',
      'recording-checked',
    ]);
    expect((await world.show(id)).body.problems.map(({ code }: any) => code)).toEqual(['not-a-video']);
  });

  it('R2.2 where the store refuses the parts sets the upload going again', async () => {
    const world = await makeRecordingWorld({
      objects: (store) => ({ ...store, complete: async () => 'bad-parts' }),
    });
    const id = await world.finished();
    await world.runWork();
    expect((await world.show(id)).body).toMatchObject({
      state: 'uploading',
      problems: [{ code: 'parts-missing' }],
    });
  });

  it('R2.2 of an upload that the store has no more gives it up', async () => {
    const world = await makeRecordingWorld();
    const id = await world.finished();
    await world.objects.abort(recordingKey(id), (await world.recording(id)).uploadId);
    await world.runWork();
    expect((await world.show(id)).body).toMatchObject({ state: 'deleted', customerLink: null });
    expect(await world.events()).toEqual(['upload-started', 'upload-finished', 'upload-abandoned']);
    expect(await recordingTasks(world)).toEqual(['upload-recording open']);
  });

  it('that died between putting the parts together and recording it finds the object when it comes again', async () => {
    const world = await makeRecordingWorld();
    const id = await world.finished();
    const { uploadId, size } = await world.recording(id);
    const key = recordingKey(id);
    const parts = (await world.objects.parts(key, uploadId))!;
    expect(await world.objects.complete({ key, uploadId, size }, parts)).toBe('completed');
    await world.runWork();
    expect((await world.show(id)).body.state).toBe('ready');
  });

  it('that another one has overtaken finds its object', async () => {
    let store: MemoryRecordingObjects | undefined;
    const complete = async (...given: Parameters<RecordingObjects['complete']>) => {
      await store!.complete(...given);
      return await store!.complete(...given);
    };
    const world = await makeRecordingWorld({
      objects: (memory) => {
        store = memory;
        return { ...memory, complete };
      },
    });
    const id = await world.finished();
    await world.runWork();
    expect((await world.show(id)).body.state).toBe('ready');
  });

  it('that fails comes again, and nothing is recorded until then', async () => {
    let fails = true;
    const world = await makeRecordingWorld({
      objects: (store) => ({
        ...store,
        read: async (...given) =>
          fails ? await Promise.reject(new Error('reset')) : await store.read(...given),
      }),
    });
    const id = await world.finished();
    const [work] = world.pendingWork();
    expect(await world.deliver(work!.item.id)).toBe(false);
    expect(output.logged('message-failed')).toHaveLength(1);
    expect((await world.show(id)).body.state).toBe('checking');
    fails = false;
    expect(await world.deliver(work!.item.id)).toBe(true);
    expect((await world.show(id)).body.state).toBe('ready');
  });

  it('delivered twice, or late, records nothing again', async () => {
    const world = await makeRecordingWorld();
    const id = await world.finished();
    const [work] = world.pendingWork();
    for (let times = 0; times < 3; times += 1) expect(await world.deliver(work!.item.id)).toBe(true);
    world.outbox.add({ ...work!.item, id: 'a-second-check' });
    await world.runWork();
    expect(await checks(world)).toHaveLength(1);
    expect(world.workResults()).toEqual([
      ['check', 'done', 'video'],
      ['check', 'void', 'the recording has moved on'],
    ]);
    expect((await world.recording(id)).link).not.toBeNull();
  });

  it('of work that there is not, or of another kind, ends with the dead letters', async () => {
    const world = await makeRecordingWorld();
    world.outbox.add(buildNotice('n-1'));
    expect(await world.deliver('n-1')).toBe(false);
    expect(await world.deliver('unknown')).toBe(false);
    expect(output.logged('message-failed')).toHaveLength(2);
  });

  it('of an order or a recording that is no more is void', async () => {
    const world = await makeRecordingWorld();
    const id = await world.finished();
    const [{ item }] = world.pendingWork() as [any];
    await world.runWork();
    world.outbox.add(
      { ...item, id: 'w-1', orderId: 'R404' },
      { ...item, id: 'w-2', recordingId: `${id}0`, work: 'release' },
    );
    await world.runWork();
    expect(world.workResults().slice(1)).toEqual([
      ['check', 'void', 'the recording has moved on'],
      ['release', 'void', 'the recording has moved on'],
    ]);
  });
});

describe('an upload that is given up', () => {
  it('R2.2 while it is being put together leaves an object that the store may let go', async () => {
    let id = '';
    const giveUp = async () => expect((await world.abort(id)).status).toBe(200);
    const world: RecordingWorld = await makeRecordingWorld({ objects: interrupted('complete', giveUp) });
    id = await world.finished();
    await world.runWork();
    expect((await world.show(id)).body.state).toBe('deleted');
    expect(world.object(id)?.retention).toBe('released');
  });

  it('R2.2 after a check that died when it had put the parts together leaves none that is kept for ever', async () => {
    const world = await makeRecordingWorld();
    const id = await world.finished();
    const { uploadId, size } = await world.recording(id);
    const key = recordingKey(id);
    await world.objects.complete({ key, uploadId, size }, (await world.objects.parts(key, uploadId))!);
    expect((await world.abort(id)).status).toBe(200);
    await world.runWork();
    expect(world.object(id)?.retention).toBe('released');
  });

  it('R2.2 is not ended for another upload that has its id since', async () => {
    const world = await makeRecordingWorld();
    const key = { headers: { 'idempotency-key': 'k-1' } };
    const id = await world.begun({}, key);
    await world.abort(id);
    await world.abort(await world.begun());
    expect(await world.begun({}, key)).toBe(id);
    await world.runWork();
    const { uploadId } = await world.recording(id);
    expect(world.objects.uploads()).toContain(uploadId);
    await world.put(id, 1, video);
    expect((await world.listParts(id)).body.parts).toHaveLength(1);
  });
});

/** A month after the upload was finished; the draw that covers the training was on 31 March at 09:00. */
const released = '2025-04-08T15:40:00+08:00';

describe('the keeping of a recording', () => {
  const makeKept = async (parts: Parameters<typeof makeRecordingWorld>[0] = {}) => {
    const world = await makeRecordingWorld(parts);
    const id = await world.ready();
    return { world, id };
  };
  type Kept = Awaited<ReturnType<typeof makeKept>>;
  const hold = async (world: RecordingWorld): Promise<void> => {
    const token = await world.mint('manager-1', 'manager');
    expect((await world.act('hold-recordings', { because: 'drawn' }, { token })).status).toBe(200);
  };
  const lift = async (world: RecordingWorld): Promise<void> => {
    const input = { holdId: 'hold-1', reason: '检查完毕' };
    const token = await world.mint('manager-1', 'manager');
    expect((await world.act('lift-hold', input, { token })).status).toBe(200);
  };

  it('R5.1 R5.3 ends with its month, as its draw was earlier, and not before', async () => {
    const { world, id } = await makeKept();
    world.turn('2025-04-08T15:39:59+08:00');
    await world.runTimers();
    await world.runWork();
    expect(world.object(id)?.retention).toBe('kept');
    world.turn(released);
    await world.runTimers();
    await world.runWork();
    expect(world.object(id)?.retention).toBe('released');
    expect((await world.recording(id)).releasedAt).toBe(world.now());
    expect(world.workResults().at(-1)).toEqual(['release', 'done', 'released']);
  });

  it.each([
    ['in order', false],
    ['the other way round', true],
  ])('R5.3 is as the order has it at last, with its work delivered %s', async (_, isReversed) => {
    const { world, id } = await makeKept();
    world.turn(released);
    await world.runTimers();
    await hold(world);
    const work = world.pendingWork().map(({ item }) => item.id);
    expect(work).toHaveLength(2);
    for (const one of isReversed ? work.toReversed() : work) expect(await world.deliver(one)).toBe(true);
    expect(world.object(id)?.retention).toBe('kept');
    expect(world.workResults().slice(-2)).toEqual([
      ['release', 'done', 'kept'],
      ['keep', 'done', 'kept'],
    ]);
    await lift(world);
    await world.runWork();
    expect(world.object(id)?.retention).toBe('released');
  });

  it('R5.3 is held although the release was slower than the hold', async () => {
    const holdAndKeep = async () => {
      await hold(kept.world);
      await kept.world.deliver(kept.world.pendingWork().at(-1)!.item.id);
    };
    const kept: Kept = await makeKept({ objects: interrupted('setRetention', holdAndKeep) });
    const { world, id } = kept;
    world.turn(released);
    await world.runTimers();
    await world.runWork();
    expect(world.object(id)?.retention).toBe('kept');
  });

  it('R5.3 of what is gone already is void', async () => {
    const { world, id } = await makeKept();
    world.turn(released);
    await world.runTimers();
    world.objects.lose(recordingKey(id));
    await world.runWork();
    expect(world.workResults().at(-1)).toEqual(['release', 'void', 'the recording has moved on']);
  });
});

const deletion = (id: string, overrides: object = {}, detail: object = {}) => ({
  version: '0',
  id: 'event-1',
  'detail-type': 'Object Deleted',
  source: 'aws.s3',
  detail: {
    bucket: { name: 'recordings' },
    object: { key: recordingKey(id), 'version-id': 'marker-1', sequencer: '0062E99A88DC407460' },
    reason: 'Lifecycle Expiration',
    'deletion-type': 'Delete Marker Created',
    ...detail,
  },
  ...overrides,
});
const erased = { reason: 'Lifecycle Expiration', 'deletion-type': 'Permanently Deleted' };

describe('S3’s word that a recording is gone', () => {
  const gone = async (world: RecordingWorld) =>
    (await world.orders.history(orderId)).filter(({ event }) => /expired|erased|removed/.test(event));

  it('R5.1 is the proof: hidden, then erased, each with version and event, and told once', async () => {
    const world = await makeRecordingWorld();
    const id = await world.ready();
    world.turn('2025-04-09T08:00:00+08:00');
    const message = deletion(id);
    expect(await world.tellDeletion(message)).toBe(true);
    expect(await world.tellDeletion(message)).toBe(true);
    const token = await world.mint('zhangsan', 'trainer');
    expect((await world.show(id, undefined, { token })).body).toMatchObject({
      state: 'expired',
      customerLink: null,
      retention: {
        until: world.now(),
        reason: 'gone',
        text: expect.stringMatching(/4月9日 08:00 .*到期删除。/),
      },
    });
    world.turn('2025-04-10T08:00:00+08:00');
    const { versionId } = (await world.recording(id)).found!;
    const object = { key: recordingKey(id), 'version-id': versionId };
    const second = deletion(id, { id: 'event-2' }, { ...erased, object });
    expect(await world.tellDeletion(second)).toBe(true);
    expect(await world.tellDeletion(second)).toBe(true);
    expect(await gone(world)).toMatchObject([
      {
        event: 'recording-expired',
        cause: 'event-1',
        rules: ['R5.1'],
        facts: { recordingId: id, reason: 'expired', versionId: 'marker-1', eventId: 'event-1' },
      },
      { event: 'recording-erased', cause: 'event-2', facts: { versionId, eventId: 'event-2' } },
    ]);
    expect((await world.recording(id)).erasedAt).toBe(world.now());
  });

  it('R5.1 that it was erased, before or without that it was hidden, is enough', async () => {
    const world = await makeRecordingWorld();
    const id = await world.ready();
    const object = { key: recordingKey(id), 'version-id': (await world.recording(id)).found!.versionId };
    // Of another version, e.g. the marker that hides it, it says nothing of the recording.
    expect(await world.tellDeletion(deletion(id, {}, erased))).toBe(true);
    expect((await world.show(id)).body.state).toBe('ready');
    expect(await world.tellDeletion(deletion(id, {}, { ...erased, object }))).toBe(true);
    expect(await world.tellDeletion(deletion(id, { id: 'event-0' }))).toBe(true);
    expect((await world.show(id)).body.state).toBe('expired');
    expect((await gone(world)).map(({ event }) => event)).toEqual(['recording-erased']);
  });

  it('R5.1 by hand is told as such', async () => {
    const world = await makeRecordingWorld();
    const id = await world.ready();
    await world.tellDeletion(deletion(id, {}, { reason: 'DeleteObject' }));
    expect((await world.show(id)).body.state).toBe('deleted');
    expect((await gone(world))[0]).toMatchObject({
      event: 'recording-removed',
      facts: { reason: 'removed' },
    });
  });

  it.each<[string, (id: string) => unknown]>([
    ['of an unknown order', () => deletion(`R404.${'0'.repeat(32)}`)],
    ['of a key that is no recording’s', (id) => deletion(id, {}, { object: { key: 'elsewhere/x' } })],
    ['of a key that leads nowhere', (id) => deletion(id, {}, { object: { key: 'recordings/../x' } })],
    ['of another kind', (id) => deletion(id, { 'detail-type': 'Object Created' })],
    ['of an unknown reason', (id) => deletion(id, {}, { reason: 'Magic' })],
    ['that is unreadable', () => ({})],
  ])('%s ends with the dead letters, and changes nothing', async (_, make) => {
    const world = await makeRecordingWorld();
    const id = await world.ready();
    const before = await world.events();
    expect(await world.tellDeletion(make(id))).toBe(false);
    expect(await world.events()).toEqual(before);
    expect(output.logged('message-failed')).toHaveLength(1);
  });
});
