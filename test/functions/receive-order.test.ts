import { afterEach, describe, expect, it, vi } from 'vitest';
import { maxBodyBytes } from '../../shared/runtime/http-entry.ts';
import { makeAmended, makeCancelled, makeCreated, makeOrderData } from '../support/crm-message.ts';
import { watchOutput } from './output.ts';
import { makeWorld, orderId } from './world.ts';

const output = watchOutput();
afterEach(() => void vi.useRealTimers());

const summary = { orderId, stage: 'preparation', deadline: '2025-03-17', remark: '截止3/17 张三' };

describe('a created order', () => {
  it('R1.2 is answered with 201, its deadline and its remark', async () => {
    const world = await makeWorld();
    expect(await world.crm(makeCreated())).toMatchObject({ status: 201, body: summary });
    expect(output.counted('OrderCreated')).toBe(1);
  });

  it('R1.2 has its deadline counted from acceptance while no training time is agreed', async () => {
    const world = await makeWorld();
    const answer = await world.crm(makeCreated({ training: { startsAt: null, minutes: 90 } }));
    expect(answer).toMatchObject({ status: 201, body: summary });
  });

  it('is written in one commit, with its history, its effects and the mark of the message', async () => {
    const world = await makeWorld();
    await world.crm(makeCreated(), { id: 'msg_1' });
    expect(world.orders.committed).toHaveLength(1);
    const { before, entry, outbox, mark } = world.orders.committed[0]!;
    expect(before).toBeNull();
    expect(entry).toMatchObject({ seq: 1, actor: { type: 'crm' }, cause: 'msg_1', prevHash: '' });
    expect(new Set(outbox.map(({ kind }) => kind))).toEqual(new Set(['timers', 'notice']));
    expect(mark).toMatchObject({ id: 'crm.msg_1', orderId });
  });

  it('ignores members that the contract does not name', async () => {
    const world = await makeWorld();
    expect((await world.crm({ ...makeCreated({ extra: { a: 1 } }), trace: 'x' })).status).toBe(201);
  });
});

describe('a message that comes again', () => {
  it('is answered with 200 and changes nothing', async () => {
    const world = await makeWorld();
    await world.crm(makeCreated(), { id: 'msg_1' });
    world.turn('2025-03-08T11:00:00+08:00');
    expect(await world.crm(makeCreated(), { id: 'msg_1' })).toMatchObject({ status: 200, body: summary });
    expect(world.orders.committed).toHaveLength(1);
  });

  it('is the same with its members in another order and other white space', async () => {
    const world = await makeWorld();
    await world.crm(makeCreated(), { id: 'msg_1' });
    const turned = Object.fromEntries(Object.entries(makeOrderData()).toReversed());
    const text = JSON.stringify({ data: turned, type: 'order.created' }, null, 2);
    expect((await world.crm(text, { id: 'msg_1' })).status).toBe(200);
  });

  it('is the same with a time written in another zone', async () => {
    const world = await makeWorld();
    await world.crm(makeCreated());
    expect((await world.crm(makeCreated({ acceptedAt: '2025-03-08T02:00:00Z' }))).status).toBe(200);
  });

  it('is answered with the stage that the order has reached', async () => {
    const world = await makeWorld();
    await world.crm(makeCreated(), { id: 'msg_1' });
    await world.crm(makeCancelled());
    expect(await world.crm(makeCreated(), { id: 'msg_1' })).toMatchObject({
      status: 200,
      body: { stage: 'cancelled' },
    });
  });

  it('under a new message id with the same content is answered with 200', async () => {
    const world = await makeWorld();
    await world.crm(makeCreated(), { id: 'msg_1' });
    expect(await world.crm(makeCreated(), { id: 'msg_2' })).toMatchObject({ status: 200, body: summary });
    expect(world.orders.committed).toHaveLength(1);
  });

  it('under a new message id with other content is answered with 409', async () => {
    const world = await makeWorld();
    await world.crm(makeCreated());
    const answer = await world.crm(makeCreated({ fees: { training: 1, maintenance: 2 } }));
    expect(answer).toMatchObject({ status: 409, body: { error: 'different-content', orderId } });
    expect(world.orders.committed).toHaveLength(1);
  });

  it('under the same id with other content is answered with 409', async () => {
    const world = await makeWorld();
    await world.crm(makeCreated(), { id: 'msg_1' });
    const other = makeCreated({ fees: { training: 1, maintenance: 2 } });
    const cancelled = makeCancelled();
    for (const message of [other, cancelled])
      expect(await world.crm(message, { id: 'msg_1' })).toMatchObject({
        status: 409,
        body: { error: 'different-content', orderId },
      });
    expect(world.orders.committed).toHaveLength(1);
  });

  it('under the same id for another order is answered with 409 that names the order given', async () => {
    const world = await makeWorld();
    await world.crm(makeCreated(), { id: 'msg_1' });
    const answer = await world.crm(makeCreated({ orderId: 'R2' }), { id: 'msg_1' });
    expect(answer).toMatchObject({ status: 409, body: { error: 'different-content', orderId: 'R2' } });
    expect(await world.orders.load('R2')).toBeNull();
  });

  it('of an amendment changes nothing more', async () => {
    const world = await (await makeWorld()).created();
    const amended = makeAmended({ training: { startsAt: '2025-03-10T10:00:00+08:00' } });
    await world.crm(amended, { id: 'msg_a' });
    expect((await world.crm(amended, { id: 'msg_a' })).status).toBe(200);
    expect(world.orders.committed).toHaveLength(2);
  });

  it('five times at once makes one order: one 201, four 200', async () => {
    const world = await makeWorld();
    const answers = await Promise.all(
      Array.from({ length: 5 }, async () => await world.crm(makeCreated(), { id: 'msg_1' })),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 200, 200, 200, 201]);
    expect(world.orders.committed).toHaveLength(1);
  });

  it('with two contents at once makes one order: one 201, one 409', async () => {
    const world = await makeWorld();
    const other = makeCreated({ fees: { training: 1, maintenance: 2 } });
    const answers = await Promise.all([world.crm(makeCreated()), world.crm(other)]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409]);
  });
});

describe('an amendment', () => {
  it('R1.3 of the time moves deadline, remark and call', async () => {
    const world = await (await makeWorld()).created();
    const answer = await world.crm(makeAmended({ training: { startsAt: '2025-03-10T10:00:00+08:00' } }));
    expect(answer).toMatchObject({ status: 200, body: { deadline: '2025-03-18', remark: '截止3/18 张三' } });
    const { body } = await world.order();
    expect(body['training']).toMatchObject({ startsAt: '2025-03-10T02:00:00.000Z', minutes: 90 });
  });

  it('R1.3 to no time at all falls back to the assumed one', async () => {
    const world = await (await makeWorld()).created();
    const answer = await world.crm(makeAmended({ training: { startsAt: null } }));
    expect(answer).toMatchObject({ status: 200, body: summary });
  });

  it('R1.2 of the trainer asks for the new remark', async () => {
    const world = await (await makeWorld()).created();
    const answer = await world.crm(makeAmended({ trainer: { id: 'sunqi', name: '孙七' } }));
    expect(answer).toMatchObject({ status: 200, body: { remark: '截止3/17 孙七' } });
  });

  it('leaves alone what it does not name', async () => {
    const world = await (await makeWorld()).created();
    const before = (await world.order()).body;
    await world.crm(makeAmended({ fees: { training: 50_000, maintenance: 10_000 } }));
    const { version, fees, ...after } = (await world.order()).body;
    expect(fees).toEqual({ training: 50_000, maintenance: 10_000 });
    expect(version).toBe(2);
    expect({ ...before, ...after }).toEqual(before);
  });

  it('before the order is known is answered with 404, so that the CRM sends it again', async () => {
    const world = await makeWorld();
    const amended = makeAmended({ training: { minutes: 60 } });
    expect(await world.crm(amended, { id: 'msg_a' })).toMatchObject({
      status: 404,
      body: { error: 'unknown-order', orderId },
    });
    await world.created();
    expect((await world.crm(amended, { id: 'msg_a' })).status).toBe(200);
  });

  it('R1.3 of the time of a training that has started is answered with 409', async () => {
    const world = await (await makeWorld()).created();
    await world.act('confirm-needs', { extraNeeds: [], understood: true });
    await world.act('start-training');
    const answer = await world.crm(makeAmended({ training: { startsAt: '2025-03-10T10:00:00+08:00' } }));
    expect(answer).toMatchObject({ status: 409, body: { error: 'wrong-stage', stage: 'training' } });
  });
});

describe('a cancellation', () => {
  it('R0.2 ends the order', async () => {
    const world = await (await makeWorld()).created();
    expect(await world.crm(makeCancelled())).toMatchObject({ status: 200, body: { stage: 'cancelled' } });
    expect((await world.plan()).body['timers']).toEqual([]);
  });

  it.each([makeCancelled('又一次'), makeAmended({ training: { minutes: 60 } })])(
    'R0.2 is final: $type is answered with 409',
    async (message) => {
      const world = await (await makeWorld()).created();
      await world.crm(makeCancelled());
      expect(await world.crm(message)).toMatchObject({ status: 409, body: { error: 'wrong-stage' } });
    },
  );

  it('of an unknown order is answered with 404', async () => {
    const world = await makeWorld();
    expect((await world.crm(makeCancelled())).status).toBe(404);
  });
});

describe('an order out of scope', () => {
  it.each([
    ['kind', 'on-site', ['remote-7day']],
    ['system', '别家系统', ['芸苔系统', '游乐宝系统', '娱乐管家系统']],
  ])('R0.1 is answered with 422: %s %s', async (field, value, accepted) => {
    const world = await makeWorld();
    expect(await world.crm(makeCreated({ [field]: value }))).toMatchObject({
      status: 422,
      body: { error: 'out-of-scope', rule: 'R0.1', field, value, accepted },
    });
    expect(world.orders.committed).toHaveLength(0);
  });

  it.each(['芸苔系统', '游乐宝系统', '娱乐管家系统'])('R0.1 is none of %s', async (system) => {
    const world = await makeWorld();
    expect((await world.crm(makeCreated({ system }))).status).toBe(201);
  });
});

const deep = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const withText = (text: string): string => JSON.stringify(makeCreated()).replace('"星星乐园"', `"${text}"`);

describe('a malformed message', () => {
  it('is answered with 400 and everything that is wrong with it', async () => {
    const world = await makeWorld();
    const { customer: _customer, ...rest } = makeOrderData({
      orderId: 'no spaces',
      acceptedAt: '2025-03-08 10:00',
      training: { startsAt: '2025-03-09T14:00:00', minutes: 0 },
      fees: { training: '300', maintenance: -1 },
    });
    const { status, body } = await world.crm({ type: 'order.created', data: rest });
    expect(status).toBe(400);
    expect(body['issues'].map(({ path }: { path: string }) => path).toSorted()).toEqual([
      'data.acceptedAt',
      'data.customer',
      'data.fees.maintenance',
      'data.fees.training',
      'data.orderId',
      'data.training.minutes',
      'data.training.startsAt',
    ]);
    for (const { message } of body['issues']) expect(message).toMatch(/expected|characters|ISO 8601/);
  });

  it('is told which types there are', async () => {
    const world = await makeWorld();
    const { body } = await world.crm({ type: 'order.lost', data: {} });
    expect(body['issues']).toEqual([
      {
        path: 'type',
        message: expect.stringMatching(/order\.created.*order\.amended.*order\.cancelled/),
      },
    ]);
  });

  it.each([
    ['no body', ''],
    ['no JSON', 'order.created'],
    ['half JSON', '{"type":"order.created","data":{'],
    ['an array', '[]'],
    ['null', 'null'],
    ['a number', '1e400'],
    ['a text', '"order.created"'],
    ['data that are an array', '{"type":"order.created","data":[]}'],
    ['data that are null', '{"type":"order.created","data":null}'],
    ['__proto__ for a type', '{"type":"__proto__","data":{}}'],
    ['a prototype', '{"__proto__":{"type":"order.created","data":{}}}'],
    ['a constructor', '{"constructor":{"prototype":{"type":"order.created"}}}'],
    ['deep nesting', deep(30_000)],
    ['deep nesting inside', `{"type":"order.created","data":${deep(30_000)}}`],
    ['a huge fee', JSON.stringify(makeCreated({ fees: { training: 1e20, maintenance: 1 } }))],
    ['an endless fee', JSON.stringify(makeCreated()).replace('30000', '1e999')],
    ['a fraction of a fen', JSON.stringify(makeCreated({ fees: { training: 0.5, maintenance: 1 } }))],
    ['half a character', withText(String.raw`\ud83d`)],
    ['half a character in a name', JSON.stringify(makeCreated()).replace('"shop"', String.raw`"\udc00"`)],
    ['an empty name', withText('')],
    ['a name of spaces', withText('   ')],
    ['a name without end', withText('长'.repeat(201))],
    [
      'a time before the years of the product',
      JSON.stringify(makeCreated({ acceptedAt: '0000-01-01T00:00:00+08:00' })),
    ],
    ['a time after them', JSON.stringify(makeCreated({ acceptedAt: '9999-12-31T23:59:59-12:00' }))],
    ['a day that is not', JSON.stringify(makeCreated({ acceptedAt: '2025-02-30T10:00:00+08:00' }))],
    ['a phone that is none', JSON.stringify(makeCreated({ customer: { name: '王', phone: 'call me' } }))],
    ['an order id that is too long', JSON.stringify(makeCreated({ orderId: 'x'.repeat(65) }))],
    ['an order id with a dot', JSON.stringify(makeCreated({ orderId: 'a.b' }))],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00]).toString('latin1')],
  ])('is answered with 400 and not written: %s', async (_, text) => {
    const world = await makeWorld();
    const { status, body } = await world.crm(text);
    expect(status).toBe(400);
    expect(body['issues'].length).toBeGreaterThan(0);
    expect(world.orders.committed).toHaveLength(0);
  });

  it('can carry prototype keys as unknown members without effect', async () => {
    const world = await makeWorld();
    const text = JSON.stringify(makeCreated()).replace(
      '"shop":{',
      '"__proto__":{"stage":"closed"},"shop":{"__proto__":{"x":1},',
    );
    expect(await world.crm(text)).toMatchObject({ status: 201, body: { stage: 'preparation' } });
    expect(({} as { stage?: string }).stage).toBeUndefined();
  });

  it('takes names with rare characters whole', async () => {
    const world = await makeWorld();
    await world.crm(makeCreated({ customer: { name: '𠮷野家', phone: '13800005678' } }));
    expect((await world.order()).body['customer']).toMatchObject({ name: '𠮷野家' });
    const masked = await world.order({ token: world.tokens.stranger });
    expect(masked.body['customer']).toMatchObject({ name: '𠮷**' });
  });
});

describe('the size of a message', () => {
  it.each([false, true])('above the limit is answered with 413 (base64: %s)', async (base64) => {
    const world = await makeWorld();
    const answer = await world.crm(' '.repeat(maxBodyBytes + 1), { base64 });
    expect(answer).toMatchObject({ status: 413, body: { error: 'too-large', maxBytes: maxBodyBytes } });
  });

  it('is counted in bytes, and the limit itself is within', async () => {
    const world = await makeWorld();
    const text = JSON.stringify(makeCreated());
    const room = maxBodyBytes - Buffer.byteLength(text);
    expect((await world.crm(text + ' '.repeat(room + 1))).status).toBe(413);
    expect((await world.crm(text + ' '.repeat(room))).status).toBe(201);
  });
});

describe('a busy order', () => {
  it('is answered with 503 and when to come again; nothing is written', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const world = await makeWorld({ orders: (store) => ({ ...store, commit: async () => 'stale' }) });
    const answer = await world.crm(makeCreated());
    expect(answer).toMatchObject({
      status: 503,
      headers: { 'retry-after': '2' },
      body: { error: 'try-later' },
    });
    expect(world.orders.committed).toHaveLength(0);
  });

  it.each(['ThrottlingException', 'ProvisionedThroughputExceededException', 'RequestLimitExceeded'])(
    'is answered with 503 when AWS is busy: %s',
    async (name) => {
      const error = Object.assign(new Error('slow down'), { name });
      const world = await makeWorld({
        orders: (store) => ({ ...store, load: async () => await Promise.reject(error) }),
      });
      expect((await world.crm(makeCreated())).status).toBe(503);
      expect((await world.order()).status).toBe(503);
      expect((await world.act('set-remark')).status).toBe(503);
    },
  );

  it('is decided again when others were faster, and comes through', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    let losses = 7;
    const world = await makeWorld({
      orders: (store) => ({
        ...store,
        commit: async (commit) => (losses-- > 0 ? 'stale' : await store.commit(commit)),
      }),
    });
    expect((await world.crm(makeCreated())).status).toBe(201);
  });
});

describe('a fault behind the door', () => {
  it('is answered with 500 that gives nothing away, and logged without the body', async () => {
    const world = await makeWorld({
      orders: (store) => ({
        ...store,
        load: async () => {
          throw new Error('table is gone');
        },
      }),
    });
    const { status, body } = await world.crm(makeCreated());
    expect({ status, error: body['error'] }).toEqual({ status: 500, error: 'fault' });
    expect(JSON.stringify(body)).not.toContain('table');
    expect(output.logged('request-failed')).toMatchObject([{ route: 'POST /webhooks/crm' }]);
  });
});
