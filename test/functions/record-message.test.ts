import { describe, expect, it, vi } from 'vitest';
import { sha256Hex } from '../../shared/domain/history.ts';
import { plusMinutes, toInstant } from '../../shared/domain/instant.ts';
import { clocksOf } from '../../shared/domain/questions.ts';
import { policyOf } from '../../shared/domain/policies/policies.ts';
import { makeCancelled, makeCreated } from '../support/crm-message.ts';
import type { MessageWorld } from './message-world.ts';
import { makeMessageWorld, makeReceived, makeSent, question } from './message-world.ts';
import { watchOutput } from './output.ts';
import { orderId } from './world.ts';

// The texts of the messages hold the customer's name and number, which no log line of any test may show.
const output = watchOutput();

const askedAt = toInstant('2025-03-09T16:10:00+08:00');
const recorded = { orderId, messageId: 'said-1', state: 'recorded' };
const repeated = { orderId, messageId: 'said-1', state: 'repeated' };

const loaded = async ({ orders }: MessageWorld) => (await orders.load(orderId))!;
const statusesOf = (answers: readonly { status: number }[]) =>
  answers.map(({ status }) => status).toSorted((a, b) => a - b);

describe('a message of a group', () => {
  it('R3.1 of the customer is answered with 200, and starts a clock with its own time', async () => {
    const world = await makeMessageWorld();
    expect(await world.say(makeReceived())).toMatchObject({ status: 200, body: recorded });
    expect((await loaded(world)).openQuestions).toEqual({ since: askedAt, count: 1 });
  });

  it('R3.1 of the trainer or of support stops it', async () => {
    for (const author of [
      { role: 'trainer', id: 'zhangsan' },
      { role: 'support', id: 'support-1' },
    ]) {
      const world = await makeMessageWorld();
      await world.say(makeReceived());
      expect((await world.say(makeSent({ author }))).body['state']).toBe('recorded');
      expect((await loaded(world)).openQuestions).toBeNull();
    }
  });

  it('is written in one commit with its history entry, and its text beside the order', async () => {
    const world = await makeMessageWorld();
    await world.say(makeReceived(), { id: 'msg_1' });
    expect(world.recorded()).toHaveLength(1);
    const { entry, mark, message } = world.recorded()[0]!;
    expect(entry).toMatchObject({ actor: { type: 'chat' }, cause: 'msg_1', facts: { messageId: 'said-1' } });
    expect(mark).toBeNull();
    expect(message).toEqual({
      orderId,
      messageId: 'said-1',
      at: askedAt,
      role: 'customer',
      author: 'wm-1',
      text: question,
      contentHash: sha256Hex({ ...makeReceived().data, at: askedAt }),
      receivedAt: world.now(),
      expiresAt: plusMinutes(world.now(), 400 * 24 * 60),
    });
    expect(await world.messages.find(orderId, 'said-1')).toEqual(message);
  });

  it('leaves neither its text nor the customer’s id in the record, the history and the effects', async () => {
    const world = await makeMessageWorld();
    await world.say(makeReceived());
    await world.say(makeSent());
    const order = await loaded(world);
    const kept = JSON.stringify([order, await world.orders.history(orderId), world.outbox.all()]);
    expect(['延期', 'wm-1'].filter((text) => kept.includes(text))).toEqual([]);
    expect(order.facts.messages.map(({ author }) => author)).toEqual(['', 'zhangsan']);
  });

  it('may have no text, as a picture has none, and 4,000 characters at most', async () => {
    const world = await makeMessageWorld();
    for (const [messageId, text] of [
      ['picture', ''],
      ['novel', '长'.repeat(4000)],
    ] as const) {
      expect((await world.say(makeReceived({ messageId, text }))).status).toBe(200);
      expect(await world.messages.find(orderId, messageId)).toMatchObject({ text });
    }
  });

  it('ignores members that the contract does not name', async () => {
    const world = await makeMessageWorld();
    const message = makeReceived();
    const more = { ...message, trace: 'x', data: { ...message.data, attachment: { name: '王小明.png' } } };
    expect(await world.say(more)).toMatchObject({ status: 200, body: recorded });
    expect(await world.say(message)).toMatchObject({ status: 200, body: repeated });
  });
});

describe('a message whose sender is not proven', () => {
  it.each([
    ['headers', { without: ['webhook-id'] }],
    ['headers', { without: ['webhook-timestamp'] }],
    ['headers', { without: ['webhook-signature'] }],
    ['timestamp', { at: toInstant('2025-03-09T16:24:59+08:00') }],
    ['timestamp', { at: toInstant('2025-03-09T16:35:01+08:00') }],
    ['signature', { secrets: ['whsec_YW5vdGhlcg=='] }],
    ['signature', { tampered: JSON.stringify(makeReceived({ text: '别的' })) }],
  ])('is answered with 401 (%s) and counted, and nothing is written: %j', async (reason, given) => {
    const world = await makeMessageWorld();
    expect(await world.say(makeReceived(), given)).toMatchObject({
      status: 401,
      body: { error: 'unauthorized', reason },
      headers: { 'www-authenticate': 'Bearer' },
    });
    expect(output.counted('WebhookRejected')).toBe(1);
    expect(output.logged('webhook-rejected')).toMatchObject([{ reason }]);
    expect(world.recorded()).toEqual([]);
  });
});

describe('a malformed message', () => {
  it('is answered with 400 and everything that is wrong with it', async () => {
    const world = await makeMessageWorld();
    const message = makeReceived({
      orderId: 'no spaces',
      messageId: 'x'.repeat(65),
      at: '2025-03-09 16:10',
      author: { role: 'customer', id: '' },
      text: '长'.repeat(4001),
    });
    const { status, body } = await world.say(message);
    expect(status).toBe(400);
    expect(body['issues'].map(({ path }: { path: string }) => path).toSorted()).toEqual([
      'data.at',
      'data.author.id',
      'data.messageId',
      'data.orderId',
      'data.text',
    ]);
    for (const { message } of body['issues']) expect(message).toMatch(/expected|characters|ISO 8601/);
    expect(world.recorded()).toEqual([]);
  });

  it('is told which types there are', async () => {
    const world = await makeMessageWorld();
    const { status, body } = await world.say({ type: 'message.lost', data: {} });
    expect(status).toBe(400);
    expect(body['issues']).toEqual([
      { path: 'type', message: expect.stringMatching(/message\.received.*message\.sent/) },
    ]);
  });

  it.each([
    ['message.received', 'trainer', '"customer"'],
    ['message.received', 'support', '"customer"'],
    ['message.received', 'robot', '"customer"'],
    ['message.sent', 'customer', '"trainer" or "support"'],
    ['message.sent', undefined, '"trainer" or "support"'],
  ])('%s of %s is told which roles write such a message', async (type, role, accepted) => {
    const world = await makeMessageWorld();
    const { status, body } = await world.say({ ...makeReceived({ author: { role, id: 'x' } }), type });
    expect(status).toBe(400);
    expect(body['issues']).toEqual([
      { path: 'data.author.role', message: `the role of who writes a ${type} is ${accepted}` },
    ]);
  });

  it.each([
    ['no body', ''],
    ['no JSON', 'message.received'],
    ['an array', '[]'],
    ['null', 'null'],
    ['data that are null', '{"type":"message.received","data":null}'],
    ['a prototype', '{"__proto__":{"type":"message.received","data":{}}}'],
    ['half a character', JSON.stringify(makeReceived()).replace('我是', String.raw`\ud83d`)],
    ['a message id with a blank', JSON.stringify(makeReceived({ messageId: 'a b' }))],
    ['a message id that is no ASCII', JSON.stringify(makeReceived({ messageId: '消息' }))],
    ['no message id', JSON.stringify(makeReceived({ messageId: '' }))],
    [
      'an author with a line break',
      JSON.stringify(makeReceived({ author: { role: 'customer', id: 'a\nb' } })),
    ],
    ['a time without an offset', JSON.stringify(makeReceived({ at: '2025-03-09T16:10:00' }))],
    ['a day that is not', JSON.stringify(makeReceived({ at: '2025-02-30T16:10:00+08:00' }))],
    ['no text', JSON.stringify(makeReceived()).replace('"text"', '"words"')],
  ])('is answered with 400 and not written: %s', async (_, text) => {
    const world = await makeMessageWorld();
    const { status, body } = await world.say(text);
    expect(status).toBe(400);
    expect(body['issues'].length).toBeGreaterThan(0);
    expect(world.recorded()).toEqual([]);
  });
});

describe('a message that can not be recorded', () => {
  it('is answered with 404 for an unknown order, so that it is sent again, and taken once there is one', async () => {
    const world = await makeMessageWorld();
    const message = makeReceived({ orderId: 'R2', at: world.now() });
    expect(await world.say(message, { id: 'msg_1' })).toMatchObject({
      status: 404,
      body: { error: 'unknown-order', orderId: 'R2' },
    });
    await world.crm(makeCreated({ orderId: 'R2' }));
    expect((await world.say(message, { id: 'msg_1' })).body['state']).toBe('recorded');
  });

  it('R3.1 is refused with a time more than five minutes ahead', async () => {
    const world = await makeMessageWorld();
    const ahead = await world.say(makeReceived({ at: '2025-03-09T16:35:00.001+08:00' }));
    expect(ahead).toMatchObject({ status: 409, body: { error: 'impossible-time', field: 'at' } });
    expect(world.recorded()).toEqual([]);
    expect((await world.say(makeReceived({ at: '2025-03-09T16:35:00+08:00' }))).status).toBe(200);
  });

  it('R0.2 is refused for an order that has ended', async () => {
    const world = await makeMessageWorld();
    await world.crm(makeCancelled());
    world.turn('2025-03-09T16:40:00+08:00');
    const answer = await world.say(makeReceived({ at: '2025-03-09T16:39:00+08:00' }));
    expect(answer).toMatchObject({ status: 409, body: { error: 'wrong-stage', stage: 'cancelled' } });
    expect(world.recorded()).toEqual([]);
  });

  it('is answered with 503 while others are always faster, and nothing is written', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const world = await makeMessageWorld((store) => ({ ...store, commit: async () => 'stale' }));
    expect(await world.say(makeReceived())).toMatchObject({ status: 503, body: { error: 'try-later' } });
    expect(world.recorded()).toEqual([]);
  });

  it('is answered with 500 after a fault, which is logged without what was said', async () => {
    const world = await makeMessageWorld((store) => ({
      ...store,
      commit: async () => {
        throw new Error('table is gone');
      },
    }));
    const { status, body } = await world.say(makeReceived());
    expect({ status, error: body['error'] }).toEqual({ status: 500, error: 'fault' });
    expect(output.logged('request-failed')).toMatchObject([{ route: 'POST /webhooks/messages' }]);
  });
});

describe('a message that comes again', () => {
  it.each([
    ['under the same webhook id', makeReceived(), 'msg_1'],
    ['under another webhook id', makeReceived(), 'msg_2'],
    ['with its time in another zone', makeReceived({ at: '2025-03-09T08:10:00.000Z' }), 'msg_3'],
  ])('is answered with 200 repeated and changes nothing: %s', async (_, again, id) => {
    const world = await makeMessageWorld();
    await world.say(makeReceived(), { id: 'msg_1' });
    world.turn('2025-03-12T09:00:00+08:00');
    expect(await world.say(again, { id })).toMatchObject({ status: 200, body: repeated });
    expect(world.recorded()).toHaveLength(1);
  });

  it('is known also after the order has ended', async () => {
    const world = await makeMessageWorld();
    await world.say(makeReceived());
    await world.crm(makeCancelled());
    world.turn('2025-03-20T09:00:00+08:00');
    expect(await world.say(makeReceived())).toMatchObject({ status: 200, body: repeated });
  });

  it.each([
    ['another text', makeReceived({ text: '' })],
    ['another time', makeReceived({ at: '2025-03-09T16:10:00.001+08:00' })],
    ['another customer', makeReceived({ author: { role: 'customer', id: 'wm-2' } })],
    ['another side', makeSent({ messageId: 'said-1' })],
  ])('with other content is answered with 409 and changes nothing: %s', async (_, other) => {
    const world = await makeMessageWorld();
    await world.say(makeReceived(), { id: 'msg_1' });
    expect(await world.say(other, { id: 'msg_1' })).toMatchObject({
      status: 409,
      body: { error: 'different-message', messageId: 'said-1' },
    });
    expect(world.recorded()).toHaveLength(1);
    expect(await world.messages.find(orderId, 'said-1')).toMatchObject({ text: question });
  });

  it('in the group of another order is another message', async () => {
    const world = await makeMessageWorld();
    await world.crm(makeCreated({ orderId: 'R2' }));
    await world.say(makeReceived());
    const other = await world.say(makeReceived({ orderId: 'R2', text: '别的' }));
    expect(other).toMatchObject({ status: 200, body: { orderId: 'R2', state: 'recorded' } });
  });
});

describe('messages out of order', () => {
  const said = [
    makeReceived(),
    makeReceived({ messageId: 'said-1b', at: '2025-03-09T16:11:00+08:00' }),
    makeSent(),
    makeReceived({ messageId: 'said-3', at: '2025-03-09T16:20:00+08:00' }),
  ];
  const orders = [
    [0, 1, 2, 3],
    [3, 2, 1, 0],
    [2, 0, 3, 1],
    [1, 3, 0, 2],
  ];

  it('R3.1 late and doubled, lead to the verdicts of the true order', async () => {
    const verdicts = [];
    for (const order of orders) {
      const world = await makeMessageWorld();
      for (const index of [...order, ...order]) await world.say(said[index]);
      expect(world.recorded()).toHaveLength(said.length);
      const { openQuestions, ...stored } = await loaded(world);
      expect(openQuestions).toEqual({ since: toInstant('2025-03-09T16:20:00+08:00'), count: 1 });
      const clocks = clocksOf({ openQuestions, ...stored }, policyOf(stored.policy), world.now());
      verdicts.push(clocks.map(({ evidence: _evidence, ...clock }) => clock));
    }
    expect(verdicts[0]).toMatchObject([
      { messageId: 'said-1', state: 'met', answeredBy: 'zhangsan' },
      { messageId: 'said-3', state: 'running' },
    ]);
    for (const verdict of verdicts) expect(verdict).toEqual(verdicts[0]);
  });
});

describe('deliveries at the same time', () => {
  it('of one message make exactly one entry: one recorded, four repeated', async () => {
    const world = await makeMessageWorld();
    const answers = await Promise.all(
      Array.from({ length: 5 }, async () => await world.say(makeReceived(), { id: 'msg_1' })),
    );
    const states = answers.map(({ body }): string => body['state']);
    expect(states.toSorted()).toEqual(['recorded', 'repeated', 'repeated', 'repeated', 'repeated']);
    expect(world.recorded()).toHaveLength(1);
    expect((await loaded(world)).facts.messages).toHaveLength(1);
  });

  it('of one message with two contents record one of them and refuse the other', async () => {
    const world = await makeMessageWorld();
    const answers = await Promise.all([world.say(makeReceived()), world.say(makeReceived({ text: '别的' }))]);
    expect(statusesOf(answers)).toEqual([200, 409]);
    expect(world.recorded()).toHaveLength(1);
  });

  it('of several messages record them all, each once', async () => {
    const world = await makeMessageWorld();
    const ids = Array.from({ length: 6 }, (_, index) => `said-${index}`);
    const answers = await Promise.all(
      ids.map(async (messageId) => await world.say(makeReceived({ messageId }))),
    );
    expect(statusesOf(answers)).toEqual(ids.map(() => 200));
    const { messages } = (await loaded(world)).facts;
    expect(messages.map(({ id }) => id).toSorted()).toEqual(ids);
    expect(await world.messages.ofOrder(orderId)).toHaveLength(ids.length);
  });

  it('see a message that was written between their two looks, and write no second one', async () => {
    let first = true;
    const world: MessageWorld = await makeMessageWorld((store) => ({
      ...store,
      load: async (id) => {
        if (first) {
          first = false;
          await world.say(makeReceived());
        }
        return await store.load(id);
      },
    }));
    expect(await world.say(makeReceived())).toMatchObject({ status: 200, body: repeated });
    expect(world.recorded()).toHaveLength(1);
  });
});
