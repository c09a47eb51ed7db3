import * as fc from 'fast-check';
import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { plusMinutes } from '../../shared/domain/instant.ts';
import { recordingKey } from '../../shared/domain/recordings/recording-id.ts';
import { readLink, signLink } from '../../shared/runtime/customer-link.ts';
import { watchOutput } from './output.ts';
import type { RecordingWorld } from './recording-world.ts';
import { fileName, linkKey, makeRecordingWorld, video } from './recording-world.ts';
import { orderId, sessionKey } from './world.ts';

const output = watchOutput();

const makeShared = async () => {
  const world = await makeRecordingWorld();
  const id = await world.ready();
  return { world, id, token: await world.tokenOf(id) };
};

/** All that a customer's link can be asked. */
const askAll = async (world: RecordingWorld, token: string) => [
  await world.page(token),
  await world.play(token),
  await world.play(token, { query: { download: '1' } }),
  await world.progress(token, { share: 0 }),
  await world.progress(token, { share: 0.5 }),
];

/** Nothing of the order is told, and nothing is recorded. */
const expectRefused = async (world: RecordingWorld, token: string, status: number, told: string) => {
  const before = await world.orders.history(orderId);
  for (const answer of await askAll(world, token)) {
    expect([answer.status, answer.headers['content-type']]).toEqual([status, 'text/html; charset=utf-8']);
    expect(answer.text).toContain(told);
    expect(answer.text).not.toMatch(/星星乐园|张三|王小明|R20250308|store\.example|<video|<script/);
    expect(answer.headers).not.toHaveProperty('location');
    expect(answer.headers['cache-control']).toBe('no-store');
  }
  expect(await world.orders.history(orderId)).toEqual(before);
};

const accessed = async (world: RecordingWorld) =>
  (await world.orders.history(orderId))
    .filter(({ event }) => /^recording-(opened|downloaded|watched)$/.test(event))
    .map(({ event, actor, facts }) => [event, actor.type, ...('share' in facts ? [facts['share']] : [])]);

describe('a customer’s link', () => {
  it('R2.3 shows the page, and opening it records nothing, as robots do that, too', async () => {
    const { world, token } = await makeShared();
    const { status, text, headers } = await world.page(token);
    expect([status, headers['referrer-policy'], headers['x-robots-tag']]).toEqual([
      200,
      'no-referrer',
      'noindex, nofollow',
    ]);
    expect(text).toContain('星星乐园');
    expect(text).toContain(`/r/${token}/video`);
    expect(text).not.toContain('store.example/');
    expect(await accessed(world)).toEqual([]);
  });

  it('R2.3 R5.1 leads to the video for 20 minutes, and to a download under its name; each sitting is in the history', async () => {
    const { world, id, token } = await makeShared();
    const { status, headers } = await world.play(token);
    const address = new URL(String(headers['location']));
    expect([status, address.pathname]).toEqual([302, `/${recordingKey(id)}`]);
    expect(Object.fromEntries(address.searchParams)).toEqual({
      contentType: 'video/mp4',
      until: '2025-03-09T08:00:00.000Z',
    });
    await world.play(token, { query: { download: 'yes' } });
    const download = await world.play(token, { query: { download: '1' } });
    expect(new URL(String(download.headers['location'])).searchParams.get('fileName')).toBe(fileName);
    expect(await accessed(world)).toEqual([
      ['recording-opened', 'customer'],
      ['recording-downloaded', 'customer'],
    ]);
    world.turn('2025-03-09T16:10:00+08:00');
    await world.play(token);
    expect(await accessed(world)).toHaveLength(3);
    expect((await world.show(id)).body.link.openedAt).toBe('2025-03-09T07:40:00.000Z');
  });

  it('R2.3 notes that a person opened the page, and the share that was watched, in quarters that never fall', async () => {
    const { world, id, token } = await makeShared();
    for (const share of [0, 0.1, 0.26, 0.3, 0.1, 0.995, 1])
      expect(await world.progress(token, { share })).toMatchObject({ status: 204, text: '' });
    expect(await accessed(world)).toEqual([
      ['recording-opened', 'customer'],
      ['recording-watched', 'customer', 0.25],
      ['recording-watched', 'customer', 1],
    ]);
    expect((await world.show(id)).body.link.watchedShare).toBe(1);
  });

  it.each<[string, unknown]>([
    ['nothing', ''],
    ['no JSON', 'share=1'],
    ['no share', {}],
    ['less than nothing', { share: -0.01 }],
    ['more than all', { share: 1.01 }],
    ['a text', { share: '0.5' }],
    ['null', { share: null }],
    ['more than it asks for', { share: 0.5, id: 'x' }],
    ['a list', [0.5]],
  ])('with %s as progress is malformed', async (_, body) => {
    const { world, token } = await makeShared();
    expect(await world.progress(token, body)).toMatchObject({ status: 400, body: { error: 'malformed' } });
    expect(await accessed(world)).toEqual([]);
  });

  it('with any one character changed, left out or added leads nowhere', async () => {
    const { world, token } = await makeShared();
    const characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \n'.split('');
    const forged = fc
      .tuple(fc.nat(token.length - 1), fc.constantFrom(...characters, ''), fc.boolean())
      .map(([at, one, isAdded]) => token.slice(0, at) + one + token.slice(isAdded ? at : at + 1));
    const atTheEnd = characters.flatMap((one) => [token.slice(0, -1) + one, token + one]);
    await fc.assert(
      fc.asyncProperty(
        forged.filter((text) => text !== token),
        async (text) => {
          expect((await world.play(text)).status).toBe(404);
        },
      ),
      { numRuns: 150 },
    );
    for (const text of atTheEnd) if (text !== token) expect((await world.play(text)).status).toBe(404);
    await expectRefused(world, `${token}=`, 404, '没有找到录屏');
  });

  it('R2.3 is for this purpose alone: no session is a link, and no link a session', async () => {
    const { world, id, token } = await makeShared();
    await expectRefused(world, world.tokens.manager, 404, '没有找到录屏');
    expect(await world.show(id, undefined, { token })).toMatchObject({
      status: 401,
      body: { reason: 'invalid-session' },
    });
    const bytes = (text: string) => new TextEncoder().encode(text);
    const made = async (audience: string, key: string, alg = 'HS256') =>
      await new SignJWT({ sub: id, jti: (await world.recording(id)).link!.id })
        .setProtectedHeader({ alg })
        .setAudience(audience)
        .sign(bytes(key));
    expect((await world.play(await made('ninedays-customer-recording', linkKey))).status).toBe(302);
    const foreign = [
      await made('ninedays-customer-survey', linkKey),
      await made('ninedays-staff', linkKey),
      await made('ninedays-customer-recording', sessionKey),
      await made('ninedays-customer-recording', linkKey, 'HS512'),
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${token.split('.')[1]}.`,
    ];
    for (const one of foreign) expect((await world.play(one)).status).toBe(404);
  });

  it('R2.3 is good by any of the keys in force, and by no other', async () => {
    const claims = { recordingId: 'R-1.x', linkId: '7' };
    const token = await signLink('recording', claims, 'old');
    expect(await readLink('recording', token, ['new', 'old'])).toEqual(claims);
    expect(await readLink('recording', token, ['new'])).toBeNull();
    expect(await readLink('recording', token, [])).toBeNull();
  });

  it('R2.3 of a recording, a link or an order that there never was leads nowhere', async () => {
    const { world, id, token } = await makeShared();
    const { link } = await world.recording(id);
    const sign = async (recordingId: string, linkId = '1') =>
      await signLink('recording', { recordingId, linkId }, linkKey);
    await expect(sign(id, link!.id)).resolves.toBe(token);
    for (const unknown of [
      `R404.${'0'.repeat(32)}`,
      `${orderId}.${'0'.repeat(32)}`,
      '',
      '../..',
      'x'.repeat(3000),
    ])
      await expectRefused(world, await sign(unknown), 404, '没有找到录屏');
    await expectRefused(world, await sign(id, '0'), 403, '链接已停用');
  });

  it('R2.3 ends after 30 days', async () => {
    const { world, token } = await makeShared();
    world.turn('2025-04-08T15:39:59.999+08:00');
    expect((await world.page(token)).status).toBe(200);
    world.turn('2025-04-08T15:40:00+08:00');
    await expectRefused(world, token, 410, '链接已过期');
  });

  it('R2.3 is revoked at once; one made anew works, and the old one does not', async () => {
    const { world, id, token } = await makeShared();
    const revoked = await world.act('revoke-recording-link', { recordingId: id, reason: '发错了群' });
    expect(revoked.status).toBe(200);
    await expectRefused(world, token, 403, '链接已停用');
    expect((await world.act('renew-recording-link', { recordingId: id })).status).toBe(200);
    const renewed = await world.tokenOf(id);
    expect(renewed).not.toBe(token);
    expect((await world.play(renewed)).status).toBe(302);
    await expectRefused(world, token, 403, '链接已停用');
  });

  it('R5.1 ends with the recording', async () => {
    const { world, id, token } = await makeShared();
    const detail = {
      object: { key: recordingKey(id) },
      reason: 'Lifecycle Expiration',
      'deletion-type': 'Delete Marker Created',
    };
    expect(await world.tellDeletion({ id: 'e-1', 'detail-type': 'Object Deleted', detail })).toBe(true);
    await expectRefused(world, token, 410, '录屏已删除');
  });

  it('R2.2 goes on to lead to its recording, whatever another file states', async () => {
    const { world, token } = await makeShared();
    expect((await world.page(token)).status).toBe(200);
    // A later statement of when the customer joined makes the first file begin too late.
    await world.finished(video, { customerJoinedAt: '2025-03-09T13:50:00+08:00' });
    await world.runWork();
    expect((await world.page(token)).status).toBe(200);
  });

  it('R2.3 that is asked too often has to wait a minute; other links do not', async () => {
    const { world, id, token } = await makeShared();
    for (let count = 0; count < 120; count += 1) expect((await world.page(token)).status).toBe(200);
    await expectRefused(world, token, 429, '打开得太频繁了');
    expect((await world.page(token)).headers['retry-after']).toBe('60');
    const other = await world.ready();
    expect((await world.page(await world.tokenOf(other))).status).toBe(200);
    world.turn('2025-03-09T15:41:00+08:00');
    expect((await world.page(token)).status).toBe(200);
    expect(id).not.toBe(other);
  });

  it('whatever is sent as a token is answered, and never a fault', async () => {
    const { world, token } = await makeShared();
    const [header = '', payload = '', signature = ''] = token.split('.');
    const part = fc.oneof(
      fc.constantFrom(
        header,
        payload,
        signature,
        '',
        '..',
        '../',
        '%00',
        '\u0000',
        '王小明',
        '\u{1F600}',
        'x'.repeat(9000),
        '__proto__',
        'null',
        'e30',
      ),
      fc.string({ unit: 'binary', maxLength: 40 }),
    );
    const tokens = fc
      .array(part, { maxLength: 6 })
      .map((parts) => parts.join('.'))
      .filter((text) => text !== token);
    await fc.assert(
      fc.asyncProperty(tokens, fc.constantFrom('page' as const, 'play' as const), async (text, way) => {
        expect((await world[way](text)).status).toBe(404);
      }),
      { numRuns: 200 },
    );
    expect(await accessed(world)).toEqual([]);
  });

  it('R5.1 is logged with each access by ids alone: no token, no person, no address', async () => {
    const { world, id, token } = await makeShared();
    await askAll(world, token);
    await world.act('revoke-recording-link', { recordingId: id, reason: '发错了群' });
    await world.play(token);
    await world.play('forged');
    const linkId = (await world.recording(id)).link!.id;
    const logged = output.logged('recording-access');
    expect(logged.map(({ access, outcome }) => [access, outcome])).toEqual([
      ['page', 'given'],
      ['video', 'given'],
      ['download', 'given'],
      ['progress', 'given'],
      ['progress', 'given'],
      ['video', 'revoked'],
      ['video', 'unknown'],
    ]);
    for (const line of logged.slice(0, -1))
      expect(line).toMatchObject({ recordingId: id, by: `link ${linkId}` });
    expect(logged.at(-1)).toMatchObject({ recordingId: 'unknown', by: 'nobody' });
    const text = JSON.stringify(logged);
    expect(text).not.toContain(token.split('.')[2]);
    expect(text).not.toMatch(/培训|mp4|203\.0\.113|store\.example/);
  });
});

describe('whatever is sent to the routes of recordings', () => {
  const oddText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom(
      '__proto__',
      'constructor',
      '\u0000',
      '',
      '../..',
      '%00',
      '王小明',
      'x'.repeat(5000),
      `R.${'0'.repeat(32)}`,
    ),
  );
  const oddValue = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom(
      null,
      [],
      {},
      '',
      -1,
      0,
      1e308,
      2 ** 53,
      0.1,
      true,
      '9999-12-31T23:59:59Z',
      '0000-01-01T00:00:00Z',
      [1],
      [1e9],
    ),
    oddText,
  );
  const members = [
    'fileName',
    'size',
    'contentType',
    'customerJoinedAt',
    'recordingStartedAt',
    'numbers',
    'parts',
    'share',
    '__proto__',
  ];
  const sent = fc.oneof(
    oddValue.map((value) => JSON.stringify(value)),
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom('{', '[[[', '\u{feff}{}', String.raw`"\ud800"`),
    fc.dictionary(fc.constantFrom(...members), oddValue).map((value) => JSON.stringify(value)),
  );

  it('by staff is taken or refused, and never a fault', async () => {
    const world = await makeRecordingWorld();
    const known = await world.begun();
    const token = await world.mint('zhangsan', 'trainer', 'assistant', 'manager');
    const changed = fc
      .tuple(fc.constantFrom(...members), oddValue)
      .map(([name, value]) => JSON.stringify({ ...world.stated(), [name]: value }));
    const route = fc.constantFrom(
      'POST /api/orders/{orderId}/recordings' as const,
      'GET /api/orders/{orderId}/recordings' as const,
      'GET /api/recordings/{recordingId}' as const,
      'GET /api/recordings/{recordingId}/parts' as const,
      'POST /api/recordings/{recordingId}/parts' as const,
      'POST /api/recordings/{recordingId}/finish' as const,
      'GET /api/recordings/{recordingId}/video' as const,
      'DELETE /api/recordings/{recordingId}' as const,
    );
    const recordingId = fc.oneof({ weight: 3, arbitrary: fc.constant(known) }, oddText);
    const order = fc.oneof({ weight: 3, arbitrary: fc.constant(orderId) }, oddText);
    const headers = fc.option(fc.dictionary(fc.constant('idempotency-key'), oddText), { nil: {} });
    const query = fc.dictionary(fc.oneof(fc.constant('download'), oddText), oddText);
    await fc.assert(
      fc.asyncProperty(
        route,
        recordingId,
        order,
        headers,
        query,
        fc.oneof(sent, changed),
        async (key, id, orderNumber, given, asked, body) => {
          const before = (await world.orders.history(orderId)).length;
          const { status } = await world.call(key, {
            token,
            order: orderNumber,
            params: { recordingId: id },
            headers: given,
            query: asked,
            body,
          });
          expect(status).toBeGreaterThanOrEqual(200);
          expect(status).toBeLessThan(500);
          if (status >= 400) expect((await world.orders.history(orderId)).length).toBe(before);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('by a link is taken or refused, and never a fault', async () => {
    const { world, token } = await makeShared();
    const tokens = fc.oneof({ weight: 3, arbitrary: fc.constant(token) }, oddText);
    await fc.assert(
      fc.asyncProperty(tokens, sent, async (text, body) => {
        world.turn(plusMinutes(world.now(), 1));
        expect((await world.progress(text, body)).status).toBeLessThan(500);
      }),
      { numRuns: 200 },
    );
  });
});
