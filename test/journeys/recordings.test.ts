import {
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  NotFound,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localCredentials, localRegion, recordingsBucket as Bucket } from '../../infra/local/local-env.ts';
import type { LocalProduct } from '../support/local-product.ts';
import { startProduct } from '../support/local-product.ts';
import { bytesOf, makeMp4 } from '../support/make-video.ts';

/** `2025-05-27 14:00`, as a Shanghai clock shows it. */
const shanghai = (text: string): string => new Date(`${text.replace(' ', 'T')}:00+08:00`).toISOString();

const orderOf = (orderId: string, accepted: string, training: string) => ({
  orderId,
  kind: 'remote-7day',
  system: '娱乐管家系统',
  acceptedAt: shanghai(accepted),
  shop: { name: '海底世界乐园', package: '标准版', businessType: '室内乐园', needs: ['会员'] },
  customer: { name: '孙小雨', phone: '13712345678' },
  training: { startsAt: shanghai(training), minutes: 90 },
  trainer: { id: 'T-1', name: '张三' },
  assistant: { id: 'A-1', name: '李四' },
  sales: { id: 'S-1', name: '王五' },
  group: { robotKey: `key-${orderId}` },
  fees: { training: 30_000, maintenance: 7_000 },
});

const video = bytesOf(makeMp4({ seconds: 85 * 60, header: 'end' })) as Uint8Array<ArrayBuffer>;
const trainer = ['T-1', 'trainer'] as const;

const put = async (url: string, body: Uint8Array<ArrayBuffer>): Promise<Response> =>
  await fetch(url, { method: 'PUT', body });

/** The product, and the store behind it as its operators see it. */
const open = async (clockStart: string) => {
  const product = await startProduct({ clockStart });
  let origin = '';

  const act = async (orderId: string, action: string, body: unknown, staffId: string, role: string) => {
    const { status, body: answer } = await product.act(orderId, action, body, staffId, role);
    expect([action, status, answer.error]).toEqual([action, 200, undefined]);
    return answer;
  };
  /** The store takes requests of its own time only. */
  const inStore = async <Result>(ask: (client: S3Client) => Promise<Result>): Promise<Result> => {
    const client = new S3Client({
      endpoint: origin,
      region: localRegion,
      credentials: localCredentials,
      forcePathStyle: true,
      systemClockOffset: Date.parse(await product.now()) - Date.now(),
    });
    return await ask(client).finally(() => client.destroy());
  };
  const keyOf = (id: string): string => `recordings/${id.replace('.', '/')}`;

  const opened = {
    product,
    act,
    turnTo: async (time: string): Promise<void> => {
      expect((await product.turnTo(shanghai(time))).status).toBe(200);
    },
    /** Taken, and trained on time from 14:00 to 15:30; it is 15:40 then. */
    train: async (accepted: string, training: string, ...orderIds: string[]): Promise<void> => {
      for (const id of orderIds)
        expect((await product.crm('order.created', orderOf(id, accepted, training))).status).toBe(201);
      await opened.turnTo(training);
      for (const id of orderIds) {
        await act(id, 'confirm-time', { outcome: 'confirmed' }, ...trainer);
        await act(id, 'confirm-needs', { extraNeeds: [], understood: true }, ...trainer);
        await act(id, 'start-training', {}, ...trainer);
      }
      const day = training.slice(0, 10);
      await opened.turnTo(`${day} 15:30`);
      for (const id of orderIds) await act(id, 'finish-training', {}, ...trainer);
      await opened.turnTo(`${day} 15:40`);
    },
    begin: async (orderId: string, training: string, size: number): Promise<string> => {
      const file = {
        fileName: '培训录屏 孙小雨.mp4',
        size,
        contentType: 'video/mp4',
        customerJoinedAt: shanghai(training),
        recordingStartedAt: shanghai(training),
      };
      const begun = await product.ask(`/api/orders/${orderId}/recordings`, file, ...trainer);
      expect(begun.status).toBe(201);
      return begun.body.recordingId;
    },
    sign: async (id: string, ...numbers: number[]): Promise<Record<number, string>> => {
      const signed = await product.ask(`/api/recordings/${id}/parts`, { numbers }, ...trainer);
      expect(signed.status).toBe(200);
      origin = new URL(signed.body.urls[numbers[0]!]).origin;
      return signed.body.urls;
    },
    finish: async (id: string, parts: readonly { number: number; etag: string }[]) =>
      await product.ask(`/api/recordings/${id}/finish`, { parts }, ...trainer),
    /** The small video goes up as a page sends it; without the last call where `reported` is false. */
    upload: async (orderId: string, training: string, reported = true): Promise<string> => {
      const id = await opened.begin(orderId, training, video.length);
      const answer = await put((await opened.sign(id, 1))[1]!, video);
      expect(answer.status).toBe(200);
      const parts = [{ number: 1, etag: answer.headers.get('etag')! }];
      if (reported) expect((await opened.finish(id, parts)).status).toBe(202);
      return id;
    },
    show: async (id: string) => (await product.read(`/api/recordings/${id}`, 'A-1', 'assistant')).body,
    /** The history's entries of these events. */
    events: async (orderId: string, ...names: string[]) => {
      const { brokenAt, entries } = (await product.read(`/api/orders/${orderId}/history`)).body;
      expect(brokenAt).toBeNull();
      return entries.filter(({ event }: any) => names.includes(event));
    },
    tasks: async (orderId: string): Promise<string[]> =>
      (await product.read(`/api/orders/${orderId}`)).body.tasks
        .filter(({ kind, state }: any) => kind.endsWith('-recording') && state !== 'dropped')
        .map(({ kind, state }: any) => `${kind} ${state}`),

    /** The tag by which the store keeps a recording; null when there is none (any more). */
    kept: async (id: string): Promise<string | null> =>
      await inStore(async (client) => {
        const Key = keyOf(id);
        try {
          await client.send(new HeadObjectCommand({ Bucket, Key }));
        } catch (error) {
          if (error instanceof NotFound) return null;
          throw error;
        }
        const { TagSet = [] } = await client.send(new GetObjectTaggingCommand({ Bucket, Key }));
        return TagSet.map(({ Value }) => Value).join();
      }),
    /** Ids of all versions whose bytes the store still has. */
    versions: async (id: string): Promise<(string | undefined)[]> =>
      await inStore(async (client) => {
        const { Versions = [] } = await client.send(
          new ListObjectVersionsCommand({ Bucket, Prefix: keyOf(id) }),
        );
        return Versions.map(({ VersionId }) => VersionId);
      }),
    unfinished: async (): Promise<(string | undefined)[]> =>
      await inStore(async (client) => {
        const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }));
        return Uploads.map(({ Key }) => Key);
      }),
    keyOf,
  };
  return opened;
};

/** Between the draws of 26 May and 30 June lie 35 days: a month after its training, a recording would be gone before its draw. */
describe('recordings over two months', { timeout: 120_000 }, () => {
  const training = '2025-05-27 14:00';
  const ids = { whole: '', held: '', unreported: '', broken: '', late: '' };
  let world: Awaited<ReturnType<typeof open>>;
  let product: LocalProduct;
  let link = '';
  let watched = '';
  let version: string | undefined = '';
  beforeAll(async () => {
    world = await open(shanghai('2025-05-27 10:00'));
    ({ product } = world);
    await world.train('2025-05-27 10:00', training, 'K-1', 'K-2', 'K-3', 'K-4');
  });
  afterAll(async () => {
    await product.stop();
    product.forget();
  });
  const ask = async (path = '', init: RequestInit = {}): Promise<Response> =>
    await fetch(`${link}${path}`, { redirect: 'manual', ...init });

  it('R2.3 one that is uploaded is checked, shared and its task done, within the minute', async () => {
    expect(await world.tasks('K-1')).toEqual(['upload-recording open']);
    ids.whole = await world.upload('K-1', training);
    ids.held = await world.upload('K-2', training);
    await world.turnTo('2025-05-27 15:41');
    const view = await world.show(ids.whole);
    expect(view).toMatchObject({
      state: 'ready',
      durationSeconds: 5100,
      problems: [],
      retention: { until: '2025-07-01T00:00:00.000Z', reason: 'before-draw' },
      link: { state: 'active', sentAt: null },
    });
    link = view.customerLink;
    expect(await world.tasks('K-1')).toEqual(['upload-recording done', 'send-recording open']);
    await world.act('K-1', 'send-recording', {}, ...trainer);
    expect(await world.tasks('K-1')).toEqual(['upload-recording done', 'send-recording done']);
    expect(await world.kept(ids.whole)).toBe('kept');
    expect(await world.versions(ids.whole)).toHaveLength(1);
    expect(await world.unfinished()).toEqual([]);
  });

  it('R2.3 the customer watches by the link in ranges; without it, or by a forged address, nobody does', async () => {
    expect((await ask()).status).toBe(200);
    watched = (await ask('/video')).headers.get('location')!;
    const part = await fetch(watched, { headers: { range: 'bytes=4-7' } });
    expect([part.status, await part.text()]).toEqual([206, 'ftyp']);
    expect((await ask('/progress', { method: 'POST', body: '{"share":0.5}' })).status).toBe(204);
    const [opened] = await world.events('K-1', 'recording-opened');
    expect(opened).toMatchObject({ actor: { type: 'customer' }, facts: { recordingId: ids.whole } });
    expect(await world.show(ids.whole)).toMatchObject({ link: { watchedShare: 0.5 } });
    const foreign = watched.replace(world.keyOf(ids.whole), world.keyOf(ids.held));
    expect((await fetch(foreign)).status).toBe(403);
    expect((await fetch(watched.split('?')[0]!)).status).toBe(403);
    expect((await fetch(`${link.slice(0, -4)}AAAA`)).status).toBe(404);
  });

  it('R2.2 the store takes of an address just its part, its length and its hour; nothing over what is there', async () => {
    const size = 16 * 1024 * 1024 + 100;
    ids.broken = await world.begin('K-4', training, size);
    const urls = await world.sign(ids.broken, 1, 2);
    const tail = new Uint8Array(100);
    expect((await put(urls[2]!, new Uint8Array(101))).status).toBe(403);
    expect((await put(urls[2]!.replace('partNumber=2', 'partNumber=1'), tail)).status).toBe(403);
    expect((await put(urls[2]!.replace(world.keyOf(ids.broken), world.keyOf(ids.whole)), tail)).status).toBe(
      403,
    );
    const last = await put(urls[2]!, tail);
    expect(last.status).toBe(200);
    const parts = [{ number: 2, etag: last.headers.get('etag')! }];
    expect(await world.finish(ids.broken, parts)).toMatchObject({
      status: 409,
      body: { error: 'parts-differ', parts: [1] },
    });
    ids.unreported = await world.begin('K-3', training, video.length);
    const [url] = Object.values(await world.sign(ids.unreported, 1));
    expect((await put(url!, video)).status).toBe(200);
    await world.turnTo('2025-05-27 16:42');
    expect((await put(urls[1]!, new Uint8Array(16 * 1024 * 1024))).status).toBe(403);
    expect((await fetch(watched)).status).toBe(403);
  });

  it('R2.2 an upload whose end nobody reported is found whole two hours after it began', async () => {
    await world.turnTo('2025-05-27 17:40');
    expect((await world.show(ids.unreported)).state).toBe('uploading');
    await world.turnTo('2025-05-27 17:42');
    expect(await world.show(ids.unreported)).toMatchObject({
      state: 'ready',
      customerLink: expect.any(String),
    });
    expect(await world.tasks('K-3')).toEqual(['upload-recording done', 'send-recording open']);
    expect((await world.show(ids.broken)).state).toBe('uploading');
  });

  it('R2.2 an upload that nobody goes on with is given up after six days, and the store has none of its parts', async () => {
    await world.turnTo('2025-06-02 15:40');
    expect((await world.show(ids.broken)).state).toBe('uploading');
    expect(await world.unfinished()).toEqual([world.keyOf(ids.broken)]);
    await world.turnTo('2025-06-02 15:43');
    expect((await world.show(ids.broken)).state).toBe('deleted');
    expect(await world.unfinished()).toEqual([]);
    expect(await world.kept(ids.broken)).toBeNull();
  });

  it('R5.3 at the draw every recording that it covers is there, also of a closed order', async () => {
    await world.turnTo('2025-06-05 10:00');
    await world.act('K-1', 'record-summary', { answered: [], open: [] }, ...trainer);
    await world.act('K-1', 'record-signature', { where: 'wecom' }, ...trainer);
    await world.act('K-1', 'return-visit', { ok: true }, 'S-1', 'sales');
    await world.act('K-1', 'hand-over', {}, ...trainer);
    await world.act('K-1', 'accept-hand-over', {}, 'C-1', 'service');
    expect((await world.act('K-1', 'leave-group', {}, ...trainer)).stage).toBe('closed');
    await world.turnTo('2025-06-24 10:00');
    await world.train('2025-06-24 10:00', '2025-06-25 14:00', 'K-5');
    ids.late = await world.upload('K-5', '2025-06-25 14:00');
    await world.act('K-2', 'hold-recordings', { because: 'drawn' }, 'U-1', 'auditor');
    await world.turnTo('2025-06-30 09:00');
    for (const id of [ids.whole, ids.held, ids.unreported, ids.late])
      expect(await world.kept(id)).toBe('kept');
  });

  it('R5.3 an hour later the store may delete what was not drawn; what is held stays', async () => {
    [version = ''] = await world.versions(ids.whole);
    await world.turnTo('2025-06-30 09:59');
    expect(await world.kept(ids.whole)).toBe('kept');
    await world.turnTo('2025-06-30 10:01');
    expect(await world.kept(ids.whole)).not.toBe('kept');
    expect(await world.kept(ids.unreported)).not.toBe('kept');
    expect(await world.kept(ids.late)).toBe('kept');
    expect(await world.kept(ids.held)).toBe('kept');
    expect((await world.show(ids.held)).retention).toMatchObject({ until: null, reason: 'held' });
    expect((await world.show(ids.late)).retention).toMatchObject({ until: '2025-07-26T00:00:00.000Z' });
  });

  it('R5.1 it is gone by the next midnight of UTC: hidden, a day later erased, each proved by S3’s own word', async () => {
    await world.turnTo('2025-07-01 08:00');
    expect(await world.kept(ids.whole)).toBeNull();
    expect(await world.versions(ids.whole)).toEqual([version]);
    expect(await world.show(ids.whole)).toMatchObject({
      state: 'expired',
      customerLink: null,
      retention: { reason: 'gone' },
    });
    expect((await ask()).status).toBe(410);
    expect((await ask('/video')).status).toBe(410);
    await world.turnTo('2025-07-02 08:00');
    expect(await world.versions(ids.whole)).toEqual([]);
    const events = ['recording-checked', 'recording-expired', 'recording-erased'];
    const [checked, hidden, erased] = await world.events('K-1', ...events);
    const proved = {
      recordingId: ids.whole,
      reason: 'expired',
      eventId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    };
    expect(checked.facts.versionId).toBe(version);
    expect(hidden).toMatchObject({ event: 'recording-expired', rules: ['R5.1'], facts: proved });
    expect(hidden.facts.versionId).not.toBe(version);
    expect(hidden.at >= shanghai('2025-06-30 10:00') && hidden.at <= shanghai('2025-07-01 08:00')).toBe(true);
    expect(erased).toMatchObject({ event: 'recording-erased', facts: { ...proved, versionId: version } });
    expect(erased.cause).toBe(erased.facts.eventId);
  });

  it('R5.1 one that was uploaded shortly before its draw is kept for its 30 days', async () => {
    await world.turnTo('2025-07-25 15:39');
    expect(await world.kept(ids.late)).toBe('kept');
    await world.turnTo('2025-07-26 07:59');
    expect(await world.kept(ids.late)).toBe('released');
    await world.turnTo('2025-07-26 08:00');
    expect(await world.kept(ids.late)).toBeNull();
    expect((await world.show(ids.late)).state).toBe('expired');
    expect(await world.events('K-5', 'recording-expired')).toMatchObject([
      { at: '2025-07-26T00:00:00.000Z' },
    ]);
  });

  it('R5.3 one that is held is still there after 60 days, and goes by the midnight after its hold is lifted', async () => {
    await world.turnTo('2025-07-26 16:00');
    expect(await world.kept(ids.held)).toBe('kept');
    expect((await world.show(ids.held)).state).toBe('ready');
    await world.act('K-2', 'lift-hold', { holdId: 'hold-1', reason: '检查与申诉均已结束' }, 'M-1', 'manager');
    await world.turnTo('2025-07-27 08:00');
    expect(await world.kept(ids.held)).toBeNull();
    expect((await world.show(ids.held)).state).toBe('expired');
  });

  it('nothing is left undone: no dead letters, no faults, and a history that names no person', async () => {
    const queues = (await product.call('GET', '/local/queues')).body;
    const dead = Object.entries<any>(queues).filter(
      ([name, counts]) => name.endsWith('-dlq') && counts.visible > 0,
    );
    expect(dead).toEqual([]);
    for (const id of ['K-1', 'K-2', 'K-3', 'K-4', 'K-5']) {
      const history = (await product.read(`/api/orders/${id}/history`)).body;
      expect(JSON.stringify(history)).not.toMatch(/孙小雨|13712345678|eyJ/);
    }
  });
});
