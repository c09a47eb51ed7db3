import { describe, expect, it } from 'vitest';
import type { Role } from '../../shared/domain/actions/action.ts';
import { roleSchema } from '../../shared/domain/actions/action.ts';
import { recordingKey } from '../../shared/domain/recordings/recording-id.ts';
import type { RecordingObjects } from '../../shared/ports/recording-objects.ts';
import { makeCancelled, makeCreated } from '../support/crm-message.ts';
import type { MemoryRecordingObjects } from '../support/memory/recording-objects.ts';
import { watchOutput } from './output.ts';
import type { RecordingWorld } from './recording-world.ts';
import { fileName, makeRecordingWorld, partSize, threeParts, video } from './recording-world.ts';
import { orderId } from './world.ts';

watchOutput();

const GiB = 1024 ** 3;
const zeros = (size: number): Uint8Array => new Uint8Array(size);
const keyed = (key: string) => ({ headers: { 'idempotency-key': key } });

/** A store in which an upload begins when a second one does: both callers have found that there is none yet. */
const inPairs = (store: MemoryRecordingObjects): RecordingObjects => {
  let waiting: (() => void) | null = null;
  return {
    ...store,
    startUpload: async (key, contentType) => {
      const uploadId = await store.startUpload(key, contentType);
      const first = waiting;
      waiting = null;
      if (first === null) await new Promise<void>((resolve) => (waiting = resolve));
      else first();
      return uploadId;
    },
  };
};

/** All three parts are with the store; gives their numbers and ETags. */
const putAll = async (world: RecordingWorld, id: string) => [
  { number: 1, etag: await world.put(id, 1, zeros(partSize)) },
  { number: 2, etag: await world.put(id, 2, zeros(partSize).fill(1)) },
  { number: 3, etag: await world.put(id, 3, zeros(1000)) },
];

describe('the start of an upload', () => {
  it('R2.2 is recorded with what the trainer states, and begun in the store under a key that names nobody', async () => {
    const world = await makeRecordingWorld();
    const { status, body } = await world.begin({ size: threeParts });
    expect([status, body]).toEqual([
      201,
      { recordingId: expect.stringMatching(/^R20250308-001\.[0-9a-f]{32}$/), partSize, parts: 3 },
    ]);
    expect(world.objects.uploads()).toHaveLength(1);
    expect(recordingKey(body.recordingId)).toMatch(/^recordings\/R20250308-001\/[0-9a-f]{32}$/);
    expect(await world.recording(body.recordingId)).toMatchObject({
      fileName,
      size: threeParts,
      by: 'zhangsan',
      startedAt: world.now(),
      finishedAt: null,
    });
    const entry = (await world.orders.history(orderId)).at(-1)!;
    expect(entry).toMatchObject({ event: 'upload-started', actor: { id: 'zhangsan' }, rules: ['R2.2'] });
    expect(JSON.stringify(entry)).not.toContain('王小明');
  });

  it.each<[string, object]>([
    ['nothing', {}],
    ['no name', { fileName: '' }],
    ['a name of two lines', { fileName: '一\n二' }],
    ['a name of 201 characters', { fileName: 'x'.repeat(201) }],
    ['no bytes', { size: 0 }],
    ['half a byte', { size: 1.5 }],
    ['a size that no number holds', { size: 1e300 }],
    ['no type', { contentType: '' }],
    ['a time without its zone', { customerJoinedAt: '2025-03-09T14:00:00' }],
    ['a key of S3', { key: 'recordings/x' }],
  ])('with %s is malformed', async (_, overrides) => {
    const world = await makeRecordingWorld();
    const body = Object.keys(overrides).length === 0 ? {} : world.stated(overrides);
    const answer = await world.begin({}, { body });
    expect(answer).toMatchObject({ status: 400, body: { error: 'malformed' } });
    expect(world.objects.uploads()).toEqual([]);
  });

  it.each<[string, number, object, object]>([
    [
      'of a type that is no video',
      415,
      { contentType: 'application/pdf' },
      { error: 'unknown-file-type', given: 'application/pdf' },
    ],
    ['of 20 GiB and a byte', 413, { size: 20 * GiB + 1 }, { error: 'file-too-large', maxBytes: 20 * GiB }],
    [
      'recorded in the future',
      409,
      { recordingStartedAt: '2025-03-09T15:40:01+08:00' },
      { error: 'impossible-time', field: 'recordingStartedAt', why: 'in-the-future' },
    ],
    [
      'joined in the future',
      409,
      { customerJoinedAt: '2025-03-09T15:40:01+08:00' },
      { error: 'impossible-time', field: 'customerJoinedAt' },
    ],
    [
      'recorded before the order',
      409,
      { recordingStartedAt: '2025-03-08T09:59:59+08:00' },
      { error: 'impossible-time', why: 'before-acceptance' },
    ],
    [
      'joined before the order',
      409,
      { customerJoinedAt: '2025-03-08T09:59:59+08:00' },
      { error: 'impossible-time', why: 'before-acceptance' },
    ],
  ])('R2.2 of a file %s is refused with %i, and nothing is begun', async (_, status, overrides, refused) => {
    const world = await makeRecordingWorld();
    expect(await world.begin(overrides)).toMatchObject({ status, body: refused });
    expect(world.objects.uploads()).toEqual([]);
    expect(await world.events()).toEqual([]);
  });

  it('R2.2 takes a file of 20 GiB, in 1,280 parts', async () => {
    const world = await makeRecordingWorld();
    expect((await world.begin({ size: 20 * GiB })).body).toMatchObject({ partSize, parts: 1280 });
  });

  it.each(roleSchema.options)('R2.2 answers the role %s as its rights are', async (role: Role) => {
    const world = await makeRecordingWorld();
    const { status, body } = await world.begin({}, { token: await world.mint('somebody', role) });
    if (role === 'trainer') return expect(status).toBe(201);
    expect([status, body]).toMatchObject([
      403,
      { error: 'wrong-role', action: 'upload-recording', accepted: ['trainer'] },
    ]);
  });

  it('R2.2 may be a former trainer’s, who gave the training', async () => {
    const world = await makeRecordingWorld();
    const trainer = { id: 'sunqi', name: '孙七' };
    await world.act('reassign', { trainer, reason: '张三出差' }, { token: world.tokens.assistant });
    expect((await world.begin()).status).toBe(201);
  });

  it('R2.2 is refused before the training, and once the order has ended', async () => {
    const world = await makeRecordingWorld();
    await world.crm(makeCreated({ orderId: 'R-new' }));
    const accepted = ['training', 'maintenance', 'acceptance'];
    expect(await world.begin({}, { order: 'R-new' })).toMatchObject({
      status: 409,
      body: { error: 'wrong-stage', action: 'upload-recording', stage: 'preparation', accepted },
    });
    await world.crm(makeCancelled());
    expect(await world.begin()).toMatchObject({
      status: 409,
      body: { error: 'wrong-stage', stage: 'cancelled' },
    });
  });

  it('asks for a session, and for an order that there is', async () => {
    const world = await makeRecordingWorld();
    expect((await world.begin({}, { token: null })).status).toBe(401);
    for (const order of ['R404', '', '__proto__', 'x'.repeat(3000)])
      expect(await world.begin({}, { order })).toMatchObject({
        status: 404,
        body: { error: 'unknown-order' },
      });
  });

  it('ends with the 20th file of an order; what was given up does not count', async () => {
    const world = await makeRecordingWorld();
    await world.abort(await world.begun());
    for (let count = 0; count < 20; count += 1) expect((await world.begin()).status).toBe(201);
    expect(await world.begin()).toMatchObject({
      status: 409,
      body: { error: 'limit-reached', what: 'recordings', limit: 20 },
    });
  });

  it('with an Idempotency-Key is the same upload again; with other content it is refused', async () => {
    const world = await makeRecordingWorld();
    const first = await world.begin({}, keyed('k-1'));
    expect(await world.begin({}, keyed('k-1'))).toMatchObject({ status: 201, body: first.body });
    expect(await world.begin({ size: 7 }, keyed('k-1'))).toMatchObject({
      status: 409,
      body: { error: 'key-reused' },
    });
    expect((await world.begin({}, keyed('k-2'))).body.recordingId).not.toBe(first.body.recordingId);
    const other = { ...keyed('k-1'), token: await world.mint('sunqi', 'trainer') };
    expect((await world.begin({}, other)).body.recordingId).not.toBe(first.body.recordingId);
    expect(await world.events()).toEqual(['upload-started', 'upload-started', 'upload-started']);
    expect(world.objects.uploads()).toHaveLength(3);
    expect((await world.begin({}, keyed(''))).status).toBe(400);
  });

  it('twice at once with one Idempotency-Key is one upload; other content is refused then, too', async () => {
    const world = await makeRecordingWorld({ objects: inPairs });
    const same = await Promise.all([world.begin({}, keyed('k-1')), world.begin({}, keyed('k-1'))]);
    expect(same.map(({ status }) => status)).toEqual([201, 201]);
    expect(same[0].body).toEqual(same[1].body);
    const other = await Promise.all([world.begin({}, keyed('k-2')), world.begin({ size: 7 }, keyed('k-2'))]);
    expect(new Set(other.map(({ status }) => status))).toEqual(new Set([201, 409]));
    expect(await world.events()).toEqual(['upload-started', 'upload-started']);
  });
});

describe('the addresses of parts', () => {
  it('R2.2 take each part with its exact length, the last one the rest, for an hour', async () => {
    const world = await makeRecordingWorld();
    const id = await world.begun({ size: threeParts });
    const { status, body } = await world.sign(id, { numbers: [1, 2, 3] });
    expect([status, body.expiresAt]).toEqual([200, '2025-03-09T08:40:00.000Z']);
    const signed = Object.entries<string>(body.urls).map(([number, url]) => {
      const { pathname, searchParams } = new URL(url);
      return [number, pathname, searchParams.get('number'), Number(searchParams.get('size'))];
    });
    const path = `/${recordingKey(id)}`;
    expect(signed).toEqual([
      ['1', path, '1', partSize],
      ['2', path, '2', partSize],
      ['3', path, '3', 1000],
    ]);
  });

  it.each<[string, unknown, string]>([
    ['one beyond the last', { numbers: [1, 4] }, 'numbers.1'],
    ['number 0', { numbers: [0] }, 'numbers.0'],
    ['half a part', { numbers: [1.5] }, 'numbers.0'],
    ['none', { numbers: [] }, 'numbers'],
    ['21', { numbers: Array.from({ length: 21 }, () => 1) }, 'numbers'],
    ['a text', { numbers: ['1'] }, 'numbers.0'],
    ['no list', {}, 'numbers'],
  ])('of %s are malformed', async (_, asked, path) => {
    const world = await makeRecordingWorld();
    const id = await world.begun({ size: threeParts });
    const { status, body } = await world.sign(id, asked);
    expect([status, body.issues[0].path]).toEqual([400, path]);
  });

  it('are for the one whose upload it is, and while it goes on', async () => {
    const world = await makeRecordingWorld();
    const id = await world.begun();
    const numbers = { numbers: [1] };
    const token = await world.mint('sunqi', 'trainer');
    for (const ask of [world.sign, world.listParts, world.finish, world.abort]) {
      const body =
        ask === world.sign
          ? numbers
          : ask === world.finish
            ? { parts: [{ number: 1, etag: 'x' }] }
            : undefined;
      const foreign = await ask(id, body, { token });
      expect(foreign).toMatchObject({ status: 403, body: { error: 'foreign-upload', recordingId: id } });
      const assistant = await ask(id, body, { token: world.tokens.assistant });
      expect(assistant).toMatchObject({ status: 403, body: { error: 'wrong-role' } });
      expect((await ask(id, body, { token: null })).status).toBe(401);
      for (const unknown of [
        `${orderId}.${'0'.repeat(32)}`,
        `R404.${'0'.repeat(32)}`,
        '',
        '../x',
        'x'.repeat(3000),
      ])
        expect(await ask(unknown, body)).toMatchObject({ status: 404, body: { error: 'unknown-recording' } });
    }
    await world.abort(id);
    expect(await world.sign(id, numbers)).toMatchObject({ status: 409, body: { error: 'upload-over' } });
    expect((await world.listParts(id)).status).toBe(409);
    const checked = await world.ready();
    for (const ask of [world.sign, world.listParts, world.abort])
      expect(await ask(checked, ask === world.sign ? numbers : undefined)).toMatchObject({
        status: 409,
        body: { error: 'upload-over', recordingId: checked },
      });
  });

  it('lead to parts that are listed as the store has them', async () => {
    const world = await makeRecordingWorld();
    const id = await world.begun({ size: threeParts });
    expect((await world.listParts(id)).body).toEqual({ parts: [] });
    const third = await world.put(id, 3, zeros(1000));
    await world.put(id, 1, zeros(partSize));
    const first = await world.put(id, 1, zeros(partSize).fill(2));
    expect(await world.listParts(id)).toMatchObject({
      status: 200,
      body: {
        parts: [
          { number: 1, size: partSize, etag: first },
          { number: 3, size: 1000, etag: third },
        ],
      },
    });
  });
});

describe('the end of an upload', () => {
  it('R2.2 is taken when all parts are there, and leads to the check; the same again changes nothing', async () => {
    const world = await makeRecordingWorld();
    const id = await world.begun({ size: threeParts });
    const parts = await putAll(world, id);
    world.turn('2025-03-09T15:50:00+08:00');
    const view = { recordingId: id, state: 'checking' };
    const unquoted = parts.map(({ number, etag }) => ({ number, etag: etag.slice(1, -1) }));
    expect(await world.finish(id, { parts: unquoted })).toMatchObject({ status: 202, body: view });
    expect(await world.finish(id, { parts })).toMatchObject({ status: 202, body: view });
    expect(await world.events()).toEqual(['upload-started', 'upload-finished']);
    expect(world.pendingWork().map(({ item }) => item)).toMatchObject([{ recordingId: id, work: 'check' }]);
    expect((await world.recording(id)).finishedAt).toBe(world.now());
  });

  it('R2.2 names the parts that are missing, not the ones that are meant, or of another length', async () => {
    const world = await makeRecordingWorld();
    const id = await world.begun({ size: threeParts });
    const parts = await putAll(world, id);
    const differ = async (named: unknown) => {
      const { status, body } = await world.finish(id, { parts: named });
      return [status, body.error, body.parts];
    };
    expect(await differ(parts.slice(0, 2))).toEqual([409, 'parts-differ', [3]]);
    expect(await differ([parts[0], { number: 2, etag: parts[0]!.etag }, parts[2]])).toEqual([
      409,
      'parts-differ',
      [2],
    ]);
    const { uploadId } = await world.recording(id);
    const key = recordingKey(id);
    const short = await world.objects.signPart({ key, uploadId, number: 2, size: 9 }, 60, world.now());
    const { etag } = world.objects.put(short, zeros(9));
    expect(await differ([parts[0], { number: 2, etag }, parts[2]])).toEqual([409, 'parts-differ', [2]]);
    const fresh = await world.begun({ size: threeParts });
    const none = await world.finish(fresh, { parts });
    expect([none.status, none.body.parts]).toEqual([409, [1, 2, 3]]);
    expect(await world.events()).toEqual(['upload-started', 'upload-started']);
    expect(world.pendingWork()).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['no parts', {}],
    ['an empty list', { parts: [] }],
    ['an endless ETag', { parts: [{ number: 1, etag: 'x'.repeat(101) }] }],
    ['more than it asks for', { parts: [{ number: 1, etag: 'x', size: 3 }] }],
    ['no JSON', '{'],
  ])('with %s is malformed', async (_, body) => {
    const world = await makeRecordingWorld();
    expect(await world.finish(await world.begun(), body)).toMatchObject({
      status: 400,
      body: { error: 'malformed' },
    });
  });

  it('R2.2 of 20 GiB names its 1,280 parts in one call', async () => {
    const etag = `"${'a'.repeat(32)}"`;
    const all = Array.from({ length: 1280 }, (_, index) => ({ number: index + 1, size: partSize, etag }));
    const world = await makeRecordingWorld({ objects: (store) => ({ ...store, parts: async () => all }) });
    const id = await world.begun({ size: 20 * GiB });
    const parts = all.map(({ number }) => ({ number, etag }));
    expect(await world.finish(id, { parts })).toMatchObject({ status: 202, body: { state: 'checking' } });
  });

  it('R2.2 is given up by its trainer: the store is told to forget its parts, and it can’t be finished any more', async () => {
    const world = await makeRecordingWorld();
    const id = await world.begun();
    const etag = await world.put(id, 1, video);
    expect(await world.abort(id)).toMatchObject({
      status: 200,
      body: { recordingId: id, state: 'deleted', problems: [], customerLink: null },
    });
    expect(await world.abort(id)).toMatchObject({ status: 409, body: { error: 'upload-over' } });
    await world.runWork();
    expect(world.objects.uploads()).toEqual([]);
    expect((await world.finish(id, { parts: [{ number: 1, etag }] })).status).toBe(409);
    expect(await world.events()).toEqual(['upload-started', 'upload-aborted']);
  });
});

describe('a file that did not pass', () => {
  it('R2.2 is discarded by its own trainer, so that another one with the right times makes the recording whole', async () => {
    const world = await makeRecordingWorld();
    const wrong = await world.finished(video, { customerJoinedAt: '2025-03-09T13:50:00+08:00' });
    await world.runWork();
    expect((await world.show(wrong)).body).toMatchObject({
      state: 'rejected',
      problems: [{ code: 'starts-late' }],
    });
    const right = await world.finished();
    await world.runWork();
    expect((await world.show(right)).body.state).toBe('rejected');
    expect((await world.abort(wrong)).body).toMatchObject({
      state: 'deleted',
      retention: { reason: 'gone', text: expect.stringContaining('已由上传人删除') },
    });
    expect((await world.show(right)).body).toMatchObject({ state: 'ready', customerLink: /\/r\// });
    await world.runWork();
    expect(world.object(wrong)).toMatchObject({ retention: 'released' });
    expect((await world.abort(right)).status).toBe(409);
    expect(await world.events()).toContain('upload-discarded');
  });

  it('R2.3 each of two files is sent by itself, and the task is done with the last', async () => {
    const world = await makeRecordingWorld();
    const first = await world.ready();
    const second = await world.ready();
    const sent = async () => [
      (await world.show(first)).body.link.sentAt !== null,
      (await world.show(second)).body.link.sentAt !== null,
    ];
    const waits = async () =>
      (await world.orders.load(orderId))!.tasks.some(
        ({ kind, state }) => kind === 'send-recording' && state === 'open',
      );
    await world.act('send-recording', { recordingId: first });
    expect([await sent(), await waits()]).toEqual([[true, false], true]);
    await world.act('send-recording', {});
    expect([await sent(), await waits()]).toEqual([[true, true], false]);
  });
});

describe('what staff see of a recording', () => {
  it('R2.2 is where it stands at each step, with what is missing in one sentence', async () => {
    const world = await makeRecordingWorld();
    const id = await world.begun();
    expect((await world.show(id)).body).toMatchObject({
      recordingId: id,
      orderId,
      fileName,
      state: 'uploading',
      problems: [],
      durationSeconds: null,
      customerLink: null,
      link: null,
    });
    const etag = await world.put(id, 1, video);
    await world.finish(id, { parts: [{ number: 1, etag }] });
    expect((await world.show(id)).body.state).toBe('checking');
    await world.runWork();
    expect((await world.show(id)).body).toMatchObject({
      state: 'ready',
      durationSeconds: 5400,
      playsInBrowser: true,
      problems: [],
      accepted: false,
      retention: {
        until: '2025-04-09T00:00:00.000Z',
        reason: 'one-month',
        text: '录屏保留一个月，4月9日 08:00（还剩 31 天）到期删除。',
      },
      link: { state: 'active', sentAt: null, openedAt: null, watchedShare: 0 },
    });
    const notVideo = await world.finished(Buffer.from('这不是视频，只是文字'));
    await world.runWork();
    expect((await world.show(notVideo)).body).toMatchObject({
      state: 'rejected',
      problems: [{ code: 'not-a-video', text: '这个文件不是视频，请上传录屏软件生成的 MP4 文件。' }],
    });
    const { body } = await world.list();
    expect(body).toMatchObject({
      orderId,
      now: world.now(),
      training: { minutes: 90, finishedAt: '2025-03-09T07:30:00.000Z' },
      limits: { maxBytes: 20 * GiB },
      recordings: [{ recordingId: id }, { recordingId: notVideo }],
      holds: [],
    });
    expect(body.limits.accepted).toContain('video/mp4');
  });

  const people = ['trainer', 'assistant', 'sales', 'manager', 'service', 'support'] as const;
  it.each(people)('R2.3 the %s sees the customer’s address where it may be handed on', async (who) => {
    const world = await makeRecordingWorld();
    const id = await world.ready();
    const given = { token: world.tokens[who] };
    const { customerLink, link } = (await world.show(id, undefined, given)).body;
    const listed = (await world.list(given)).body.recordings[0];
    expect([link.url, listed.customerLink, listed.link.url]).toEqual([
      customerLink,
      customerLink,
      customerLink,
    ]);
    const mayShare = ['trainer', 'assistant', 'sales', 'manager'].includes(who);
    if (mayShare)
      expect(customerLink).toMatch(/^https:\/\/a1b2c3d4e5\.[a-z0-9.-]+\/r\/[\w-]+\.[\w-]+\.[\w-]+$/);
    else expect(customerLink).toBeNull();
  });

  it('R2.3 neither auditors nor trainers and sales of elsewhere see the customer’s address; any assistant does', async () => {
    const world = await makeRecordingWorld();
    const id = await world.ready();
    const seen = async (role: Role) => {
      const token = await world.mint('somebody', role);
      return (await world.show(id, undefined, { token })).body.customerLink !== null;
    };
    const may = [];
    for (const role of roleSchema.options) if (await seen(role)) may.push(role);
    expect(may.toSorted()).toEqual(['assistant', 'manager']);
  });

  it('R2.3 the address is hidden once nobody can watch by it', async () => {
    const world = await makeRecordingWorld();
    const id = await world.ready();
    await world.act('revoke-recording-link', { recordingId: id, reason: '发错了群' });
    expect((await world.show(id)).body).toMatchObject({
      customerLink: null,
      link: { url: null, state: 'revoked' },
    });
  });

  it('asks for a session, and for a recording that there is', async () => {
    const world = await makeRecordingWorld();
    const id = await world.begun();
    expect((await world.show(id, undefined, { token: null })).status).toBe(401);
    expect((await world.list({ token: null })).status).toBe(401);
    expect((await world.list({ order: 'R404' })).status).toBe(404);
    for (const unknown of [
      '',
      `${id}0`,
      id.replace('R', 'r'),
      '__proto__',
      '王小明',
      `${'x'.repeat(3000)}.${'0'.repeat(32)}`,
    ])
      expect(await world.show(unknown)).toMatchObject({ status: 404, body: { error: 'unknown-recording' } });
  });
});

describe('staff who watch a recording', () => {
  it('R5.1 are led to the video, or to a download under its name, and stand in the history once a sitting', async () => {
    const world = await makeRecordingWorld();
    const id = await world.ready();
    const token = await world.mint('auditor-1', 'auditor');
    const { status, headers, body } = await world.watch(id, undefined, { token });
    const address = new URL(String(headers['location']));
    expect([status, body.location]).toEqual([302, headers['location']]);
    expect(address.pathname).toBe(`/${recordingKey(id)}`);
    expect(Object.fromEntries(address.searchParams)).toEqual({
      contentType: 'video/mp4',
      until: '2025-03-09T08:00:00.000Z',
    });
    const download = await world.watch(id, undefined, { token, query: { download: '1' } });
    expect(new URL(download.body.location).searchParams.get('fileName')).toBe(fileName);
    const viewed = async () =>
      (await world.orders.history(orderId))
        .filter(({ event }) => event === 'recording-viewed')
        .map(({ actor }) => actor);
    expect(await viewed()).toMatchObject([{ id: 'auditor-1' }]);
    await world.watch(id, undefined, { token: world.tokens.manager });
    world.turn('2025-03-09T16:10:00+08:00');
    await world.watch(id, undefined, { token });
    expect(await viewed()).toMatchObject([{ id: 'auditor-1' }, { id: 'manager-1' }, { id: 'auditor-1' }]);
  });

  it('R5.1 are refused while there is nothing to watch, without a session, and for what there is not', async () => {
    const world = await makeRecordingWorld();
    const id = await world.begun();
    expect(await world.watch(id)).toMatchObject({ status: 409, body: { error: 'not-ready' } });
    expect((await world.watch(id, undefined, { token: null })).status).toBe(401);
    expect((await world.watch('x')).status).toBe(404);
  });
});
