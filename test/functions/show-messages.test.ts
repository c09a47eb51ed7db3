import { describe, expect, it } from 'vitest';
import { messagesViewSchema } from '../../shared/contracts/messages-view.ts';
import type { Role } from '../../shared/domain/actions/action.ts';
import { toInstant } from '../../shared/domain/instant.ts';
import { makeMessageWorld, makeReceived, makeSent, question } from './message-world.ts';
import { watchOutput } from './output.ts';
import { orderId } from './world.ts';

watchOutput();

const asked = {
  messageId: 'said-1',
  at: toInstant('2025-03-09T16:10:00+08:00'),
  role: 'customer',
  author: 'wm-1',
  text: question,
  masked: false,
  dismissed: null,
};
const answered = {
  messageId: 'said-2',
  at: toInstant('2025-03-09T16:15:00+08:00'),
  role: 'trainer',
  author: 'zhangsan',
  text: '王小明您好，在会员页面点延期。',
  masked: false,
  dismissed: null,
};

/** The answer reached us before its question. */
const makeTalk = async () => {
  const world = await makeMessageWorld();
  await world.say(makeSent());
  await world.say(makeReceived());
  return world;
};

describe('the messages of a group', () => {
  it.each(['trainer', 'assistant', 'sales'] as const)(
    'R3.1 are shown to the order’s %s by their own time, with what was said and by whom',
    async (who) => {
      const world = await makeTalk();
      const { status, body } = await world.messagesFor(world.tokens[who]);
      expect(status).toBe(200);
      expect(body).toEqual({ orderId, messages: [asked, answered] });
      expect(messagesViewSchema.parse(body)).toEqual(body);
    },
  );

  it.each(['support', 'manager', 'auditor'] as const)('are shown to any %s', async (role) => {
    const world = await makeTalk();
    const { body } = await world.messagesFor(await world.mint('somebody', 'service', role));
    expect(body).toEqual({ orderId, messages: [asked, answered] });
  });

  it.each<Role>(['trainer', 'assistant', 'sales', 'service', 'operator'])(
    'are masked for a %s of elsewhere: when and which side, but neither texts nor the customer’s id',
    async (role) => {
      const world = await makeTalk();
      const { status, body } = await world.messagesFor(await world.mint('somebody', role));
      expect(status).toBe(200);
      expect(body['messages']).toEqual([
        { ...asked, author: null, text: null, masked: true },
        { ...answered, text: null, masked: true },
      ]);
    },
  );

  it('R3.1 say why a message needs no answer', async () => {
    const world = await makeTalk();
    await world.say(makeReceived({ messageId: 'said-3', at: world.now(), text: '谢谢' }));
    await world.act('dismiss-message', { messageId: 'said-3', reason: '客户致谢' });
    const { body } = await world.messagesFor(world.tokens.trainer);
    expect(body['messages'][2]).toMatchObject({
      messageId: 'said-3',
      dismissed: { at: world.now(), by: 'zhangsan', reason: '客户致谢' },
    });
  });

  it('are shown without their texts once these have been kept for 400 days', async () => {
    const world = await makeTalk();
    world.turn('2026-04-13T16:29:59.999+08:00');
    const before = await world.messagesFor(await world.mint('m', 'manager'));
    expect(before.body['messages']).toEqual([asked, answered]);
    world.turn('2026-04-13T16:30:00+08:00');
    const after = await world.messagesFor(await world.mint('m', 'manager'));
    expect(after.body['messages']).toEqual([
      { ...asked, author: null, text: null },
      { ...answered, text: null },
    ]);
  });

  it('are none while nothing was said', async () => {
    const world = await makeMessageWorld();
    expect((await world.messagesFor(world.tokens.trainer)).body).toEqual({ orderId, messages: [] });
  });

  it('are answered with 401 without a session, and with 404 of an unknown order', async () => {
    const world = await makeTalk();
    expect(await world.messagesFor(null)).toMatchObject({ status: 401, body: { reason: 'no-session' } });
    expect(await world.messagesFor(world.tokens.trainer, 'R404')).toMatchObject({
      status: 404,
      body: { error: 'unknown-order', orderId: 'R404' },
    });
  });
});
