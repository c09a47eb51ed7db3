import { describe, expect, it } from 'vitest';
import { deliverNotice } from '../../functions/notifications/deliver-notice.ts';
import { queueNotices } from '../../functions/notifications/queue-notices.ts';
import { effectMessageSchema } from '../../shared/contracts/queue-messages.ts';
import type { Outbox } from '../../shared/ports/outbox.ts';
import { outboxEntry } from '../../shared/runtime/outbox-entry.ts';
import { queueEntry } from '../../shared/runtime/queue-entry.ts';
import { makeAmended } from '../support/crm-message.ts';
import { makeContext, makeSqsEvent, makeSqsRecord, makeStreamEvent } from '../support/http-event.ts';
import { memoryNoticeChannel } from '../support/memory/notice-channel.ts';
import { memoryEffectQueue } from '../support/memory/effect-queue.ts';
import { memoryRateLimit } from '../support/memory/rate-limit.ts';
import { watchOutput } from './output.ts';
import type { World } from './world.ts';
import { makeWorld } from './world.ts';

const output = watchOutput();

/** An order with its first notices still to be delivered. */
const makePost = async (wrap: (outbox: Outbox) => Outbox = (outbox) => outbox) => {
  const world = await (await makeWorld()).created();
  const channel = memoryNoticeChannel();
  const delivery = {
    outbox: wrap(world.outbox),
    orders: world.orders,
    rateLimit: memoryRateLimit(),
    channel,
  };
  const handler = queueEntry(effectMessageSchema, () => deliverNotice(delivery));
  const deliver = async (id: string, messageId = `of-${id}`): Promise<'done' | 'again'> => {
    const event = { Records: [makeSqsRecord(JSON.stringify({ id }), messageId)] };
    const { batchItemFailures } = await handler(event, makeContext(world.now));
    return batchItemFailures.length === 0 ? 'done' : 'again';
  };
  return { world, channel, handler, deliver, ...noticesOf(world) };
};

const noticesOf = (world: World) => {
  const idOf = (kind: string): string =>
    world.outbox.all().findLast(({ item }) => item.kind === 'notice' && item.notice.kind === kind)!.item.id;
  const resultOf = (id: string) => world.outbox.all().find(({ item }) => item.id === id)?.result;
  return { idOf, resultOf };
};

describe('a notice', () => {
  it('R1.1 is shown in the order’s group, and recorded as done', async () => {
    const { world, channel, deliver, idOf, resultOf } = await makePost();
    const id = idOf('join-group');
    expect(await deliver(id)).toBe('done');
    expect(channel.shown).toMatchObject([{ noticeId: id, mention: ['lisi'] }]);
    expect(channel.shown[0]?.text).toMatch(/规则 R1\.1$/);
    expect(resultOf(id)).toEqual({ state: 'done', at: world.now(), detail: null });
    expect(output.metrics()).toEqual([{ name: 'NoticeSent', value: 1 }]);
  });

  it('R1.1 is void once its task is done', async () => {
    const { world, channel, deliver, idOf, resultOf } = await makePost();
    await world.act('join-group', {}, { token: world.tokens.assistant });
    expect(await deliver(idOf('join-group'))).toBe('done');
    expect(channel.shown).toEqual([]);
    expect(resultOf(idOf('join-group'))).toMatchObject({ state: 'void' });
    expect(output.metrics()).toEqual([{ name: 'NoticeVoid', value: 1 }]);
  });

  it('R1.3 of a time that has moved on is void; nobody hears of the old time', async () => {
    const { world, channel, deliver, idOf, resultOf } = await makePost();
    await world.crm(makeAmended({ training: { startsAt: '2025-03-10T10:00:00+08:00' } }));
    const old = idOf('training-moved');
    await world.crm(makeAmended({ training: { startsAt: '2025-03-11T10:00:00+08:00' } }));
    const current = idOf('training-moved');
    await deliver(old);
    await deliver(current);
    expect(resultOf(old)).toMatchObject({ state: 'void' });
    expect(channel.shown.map(({ noticeId }) => noticeId)).toEqual([current]);
    expect(channel.shown[0]?.text).toContain('3月11日 10:00');
  });

  it('is shown once though its message comes again', async () => {
    const { channel, deliver, idOf } = await makePost();
    await deliver(idOf('join-group'));
    expect(await deliver(idOf('join-group'))).toBe('done');
    expect(await deliver(idOf('join-group'), 'another')).toBe('done');
    expect(channel.shown).toHaveLength(1);
    expect(output.metrics()).toHaveLength(1);
  });

  it('is shown once though two messages bring it at the same time; the second leaves it to the first', async () => {
    const { channel, handler, world, idOf } = await makePost();
    const body = JSON.stringify({ id: idOf('join-group') });
    const event = { Records: [makeSqsRecord(body, 'first'), makeSqsRecord(body, 'second')] };
    const { batchItemFailures } = await handler(event, makeContext(world.now));
    expect(batchItemFailures).toEqual([]);
    expect(channel.shown).toHaveLength(1);
  });

  it('is shown once though we crash between sending and recording it', async () => {
    let crashes = 1;
    const { channel, deliver, idOf, resultOf } = await makePost((outbox) => ({
      ...outbox,
      settle: async (id, result) => {
        if (crashes-- > 0) throw new Error('killed');
        await outbox.settle(id, result);
      },
    }));
    const id = idOf('join-group');
    expect(await deliver(id)).toBe('again');
    expect(await deliver(id, 'of-somebody-else')).toBe('done');
    expect(resultOf(id)).toBeNull();
    expect(await deliver(id)).toBe('done');
    expect(channel.shown).toHaveLength(1);
    expect(resultOf(id)).toMatchObject({ state: 'done' });
  });

  it('is free for another message when its holder has been silent for ten minutes', async () => {
    const { world, channel, deliver, idOf } = await makePost();
    channel.answer({ type: 'try-later', reason: 'unreachable', afterSeconds: 30, detail: 'ECONNREFUSED' });
    expect(await deliver(idOf('join-group'), 'lost')).toBe('again');
    channel.answer(null);
    expect(await deliver(idOf('join-group'), 'of-the-sweep')).toBe('done');
    expect(channel.shown).toHaveLength(0);
    world.turn('2025-03-08T10:10:00.001+08:00');
    expect(await deliver(idOf('join-group'), 'of-the-sweep')).toBe('done');
    expect(channel.shown).toHaveLength(1);
  });
});

describe('WeCom', () => {
  it.each(['unreachable', 'server-error', 'rate-limited'] as const)(
    'being %s makes the notice come again until it is shown',
    async (reason) => {
      const { channel, deliver, idOf, resultOf } = await makePost();
      channel.answer({ type: 'try-later', reason, afterSeconds: 30, detail: 'HTTP 500' });
      expect(await deliver(idOf('join-group'))).toBe('again');
      expect(resultOf(idOf('join-group'))).toBeNull();
      expect(output.logged('message-later')).toMatchObject([{ why: `WeCom: ${reason}` }]);
      channel.answer(null);
      expect(await deliver(idOf('join-group'))).toBe('done');
      expect(channel.shown).toHaveLength(1);
    },
  );

  it('refusing for good is recorded, counted and logged without the robot’s key', async () => {
    const { channel, deliver, idOf, resultOf } = await makePost();
    channel.answer({ type: 'refused', reason: 'bad-message', code: 40_058, detail: 'errcode 40058' });
    expect(await deliver(idOf('join-group'))).toBe('done');
    expect(resultOf(idOf('join-group'))).toMatchObject({ state: 'refused', detail: 'bad-message (40058)' });
    expect(output.metrics()).toEqual([{ name: 'NoticeRefused', value: 1 }]);
    expect(output.logged('notice-refused')).toMatchObject([{ code: 40_058, reason: 'bad-message' }]);
  });

  it('refusing the robot’s key is counted, and the notice waits for the order to name another one', async () => {
    const { world, channel, deliver, idOf, resultOf } = await makePost();
    channel.answer({ type: 'refused', reason: 'bad-key', code: 93_000, detail: 'errcode 93000' });
    expect(await deliver(idOf('join-group'))).toBe('again');
    expect(resultOf(idOf('join-group'))).toBeNull();
    expect(output.metrics()).toEqual([{ name: 'NoticeRefused', value: 1 }]);
    channel.answer(null);
    await world.crm(makeAmended({ group: { robotKey: 'the-new-key' } }));
    expect(await deliver(idOf('join-group'))).toBe('done');
    expect(channel.shown).toMatchObject([{ robotKey: 'the-new-key' }]);
  });

  it('is sent at most 20 messages a minute for one robot; the 21st waits for the next minute', async () => {
    const { world, channel, deliver, idOf } = await makePost();
    const item = world.outbox.all().find(({ item: { id } }) => id === idOf('join-group'))!.item;
    const ids = Array.from({ length: 21 }, (_, index) => `extra.${index}`);
    world.outbox.add(...ids.map((id) => ({ ...item, id })));
    const outcomes = [];
    for (const id of ids) outcomes.push(await deliver(id));
    expect(outcomes).toEqual([...Array.from({ length: 20 }, () => 'done'), 'again']);
    world.turn('2025-03-08T10:01:00+08:00');
    expect(await deliver(ids.at(-1)!)).toBe('done');
    expect(channel.shown).toHaveLength(21);
  });

  it('is not asked for a place by a notice that is void', async () => {
    const { world, deliver, idOf } = await makePost();
    await world.act('join-group', {}, { token: world.tokens.assistant });
    for (let count = 0; count < 25; count += 1)
      expect(await deliver(idOf('join-group'), `m${count}`)).toBe('done');
  });
});

describe('a message that names no notice', () => {
  it('fails alone, and ends in the dead-letter queue', async () => {
    const { world, channel, handler, idOf } = await makePost();
    const timers = world.outbox.all().find(({ item }) => item.kind === 'timers')!.item.id;
    const bodies = [{ id: 'unknown' }, { id: timers }, { id: idOf('join-group') }, { name: '王小明' }];
    const event = makeSqsEvent(...bodies.map((body) => JSON.stringify(body)), '{"id":"王小明');
    const { batchItemFailures } = await handler(event, makeContext(world.now));
    expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual([
      'message-1',
      'message-2',
      'message-4',
      'message-5',
    ]);
    expect(channel.shown).toHaveLength(1);
    expect(output.logged('message-failed')).toHaveLength(4);
  });
});

describe('the stream of new notices', () => {
  const itemsOf = (world: World) => world.outbox.all().map(({ item }) => item);

  it('hands their ids to the queue, and those of no other effects', async () => {
    const { world } = await makePost();
    const queue = memoryEffectQueue();
    const result = await outboxEntry(() => queueNotices(queue))(
      makeStreamEvent(itemsOf(world)),
      makeContext(world.now),
    );
    expect(result).toEqual({ batchItemFailures: [] });
    const notices = itemsOf(world).filter(({ kind }) => kind === 'notice');
    expect(notices.length).toBeGreaterThan(0);
    expect(queue.sent).toEqual(notices.map(({ id }) => id));
  });

  it('comes again from its beginning when the queue takes nothing', async () => {
    const { world } = await makePost();
    const queue = { send: async () => await Promise.reject(new Error('throttled')) };
    const result = await outboxEntry(() => queueNotices(queue))(
      makeStreamEvent(itemsOf(world)),
      makeContext(world.now),
    );
    expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: '1000' }] });
  });
});
