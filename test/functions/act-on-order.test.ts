import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ActionName } from '../../shared/domain/actions/actions.ts';
import { actions, isActionName } from '../../shared/domain/actions/actions.ts';
import { recordingActions } from '../../shared/domain/actions/recordings.ts';
import { actionExamples } from '../../shared/contracts/openapi-examples.ts';
import { maxBodyBytes } from '../../shared/runtime/http-entry.ts';
import { makeCancelled } from '../support/crm-message.ts';
import { makeReceived } from './message-world.ts';
import { watchOutput } from './output.ts';
import type { World } from './world.ts';
import { makeWorld, orderId } from './world.ts';

const output = watchOutput();
afterEach(() => void vi.useRealTimers());

const actionNames = Object.keys(actions).filter(isActionName);
const understood = { extraNeeds: [], understood: true };
const noneOpen = { answered: [], open: [] };

/** What people do in nine days, with the Shanghai time; timers due by then have fired. */
const nineDays: readonly (readonly [string, ActionName | 'ask', object, keyof World['tokens']])[] = [
  ['2025-03-08T10:10', 'join-group', {}, 'assistant'],
  ['2025-03-08T10:20', 'set-remark', {}, 'trainer'],
  ['2025-03-08T20:10', 'confirm-tools', { recorder: true, remoteControl: true, wecom: true }, 'trainer'],
  ['2025-03-09T13:05', 'confirm-time', { outcome: 'confirmed', note: '客户在店' }, 'trainer'],
  ['2025-03-09T13:40', 'send-notice', {}, 'trainer'],
  ['2025-03-09T13:50', 'confirm-needs', understood, 'trainer'],
  ['2025-03-09T14:03', 'start-training', { at: '2025-03-09T14:01:00+08:00' }, 'trainer'],
  ['2025-03-09T15:40', 'finish-training', {}, 'trainer'],
  ['2025-03-10T09:00', 'ask', { messageId: 'm1' }, 'stranger'],
  ['2025-03-10T09:05', 'dismiss-message', { messageId: 'm1', reason: '只是道谢' }, 'trainer'],
  ['2025-03-10T10:00', 'ask', { messageId: 'm2' }, 'stranger'],
  ['2025-03-10T10:05', 'pause-clocks', { condition: 'system-outage', note: '平台升级' }, 'assistant'],
  ['2025-03-10T10:30', 'resume-clocks', {}, 'assistant'],
  ['2025-03-10T11:30', 'record-call', { outcome: 'resolved', note: '已处理' }, 'trainer'],
  ...[1, 2, 3].flatMap(
    (number) =>
      [
        [`2025-03-10T12:0${number}`, 'request-support', { reason: '正在直播' }, 'trainer'],
        [`2025-03-10T12:0${number}`, 'take-over', {}, 'support'],
      ] as const,
  ),
  ['2025-03-10T13:00', 'override-support-limit', { reason: '客户开业' }, 'manager'],
  ['2025-03-10T14:00', 'report-unavailable', { reason: '出差' }, 'trainer'],
  ['2025-03-10T14:10', 'emergency-plan', { on: true, reason: '人手不够' }, 'assistant'],
  ['2025-03-10T14:20', 'open-qa-group', {}, 'assistant'],
  ['2025-03-11T14:00', 'emergency-plan', { on: false, reason: '恢复' }, 'assistant'],
  ['2025-03-12T10:00', 'reassign', { trainer: { id: 'sunqi', name: '孙七' }, reason: '出差' }, 'assistant'],
  [
    '2025-03-12T11:00',
    'reassign',
    { trainer: { id: 'zhangsan', name: '张三' }, reason: '回来了' },
    'manager',
  ],
  ['2025-03-17T10:00', 'record-summary', noneOpen, 'trainer'],
  ['2025-03-17T11:00', 'record-signature', { where: 'wecom' }, 'trainer'],
  ['2025-03-17T15:00', 'return-visit', { ok: false, reason: '报表还不会看' }, 'sales'],
  ['2025-03-17T16:00', 'record-summary', { answered: ['报表'], open: [] }, 'trainer'],
  ['2025-03-18T10:00', 'return-visit', { ok: true }, 'sales'],
  ['2025-03-18T11:00', 'hand-over', {}, 'trainer'],
  ['2025-03-18T12:00', 'return-hand-over', { reason: '缺资料' }, 'service'],
  ['2025-03-18T13:00', 'hand-over', {}, 'trainer'],
  ['2025-03-18T14:00', 'accept-hand-over', {}, 'service'],
  ['2025-03-18T15:00', 'leave-group', {}, 'trainer'],
];

const live = async (world: World, until: ActionName | null = null): Promise<number[]> => {
  const statuses: number[] = [];
  for (const [time, action, body, who] of nineDays) {
    world.turn(`${time}:00+08:00`);
    await world.runTimers();
    if (action === until) return statuses;
    const { status } =
      action === 'ask'
        ? await world.say(makeReceived({ at: `${time}:00+08:00`, ...body }))
        : await world.act(action, body, { token: world.tokens[who] });
    statuses.push(status);
  }
  return statuses;
};

describe('the nine days of an order', () => {
  it('R0.2 are gone through by its people’s actions, each answered with 200 and the order', async () => {
    const world = await (await makeWorld()).created();
    const statuses = await live(world);
    expect(statuses).toEqual(nineDays.map(() => 200));
    const elsewhere = new Set(Object.keys(recordingActions));
    expect(new Set(nineDays.map(([, action]) => action))).toEqual(
      new Set(['ask', ...actionNames.filter((name) => !elsewhere.has(name))]),
    );
    expect((await world.order()).body).toMatchObject({ stage: 'closed', nextTimerAt: null });
    expect((await world.history()).body).toMatchObject({ brokenAt: null });
  });

  it('can be explained at the end: each task, notice and the deadline has a rule and evidence', async () => {
    const world = await (await makeWorld()).created();
    await live(world);
    const { explanations } = (await world.why()).body;
    const { entries } = (await world.history()).body;
    expect(explanations.length).toBeGreaterThan(30);
    for (const { rule, evidence } of explanations) {
      expect(rule).toMatch(/^R\d\.\d$/);
      expect(evidence.length).toBeGreaterThan(0);
      expect(Math.max(...evidence)).toBeLessThanOrEqual(entries.length);
    }
  });
});

describe('every action', () => {
  it.each(actionNames)('%s: nobody without a session', async (action) => {
    const world = await (await makeWorld()).created();
    const answer = await world.act(action, actionExamples[action], { token: null });
    expect(answer).toMatchObject({ status: 401, body: { reason: 'no-session' } });
  });

  it.each(actionNames)('%s: nobody in another role', async (action) => {
    const world = await (await makeWorld()).created();
    const answer = await world.act(action, actionExamples[action], { token: world.tokens.stranger });
    expect(answer).toMatchObject({
      status: 403,
      body: { error: 'wrong-role', action, accepted: actions[action].roles },
    });
  });

  it.each(actionNames)('%s: not on an unknown order', async (action) => {
    const world = await (await makeWorld()).created();
    const token = await world.mint('all', ...actions[action].roles);
    const answer = await world.act(action, actionExamples[action], { order: 'R404', token });
    expect(answer).toMatchObject({ status: 404, body: { error: 'unknown-order', orderId: 'R404' } });
  });

  it.each(actionNames)('%s: not with a member that it does not know', async (action) => {
    const world = await (await makeWorld()).created();
    const token = await world.mint('all', ...actions[action].roles);
    const answer = await world.act(action, { ...actionExamples[action], surprise: 1 }, { token });
    expect(answer).toMatchObject({
      status: 400,
      body: { issues: [{ message: 'Unrecognized key: "surprise"' }] },
    });
  });

  const endedToo = (action: ActionName): boolean => actions[action].stages.includes('cancelled');

  it('R0.2 of an order that has ended concern nothing but its recordings', () => {
    expect(actionNames.filter(endedToo)).toEqual([
      'revoke-recording-link',
      'renew-recording-link',
      'hold-recordings',
      'lift-hold',
    ]);
  });

  it.each(actionNames.filter((action) => !endedToo(action)))(
    'R0.2 %s: not on a cancelled order',
    async (action) => {
      const world = await (await makeWorld()).created();
      await world.crm(makeCancelled());
      const token = await world.mint('all', ...actions[action].roles);
      const answer = await world.act(action, actionExamples[action], { token });
      expect(answer).toMatchObject({
        status: 409,
        body: { error: 'wrong-stage', action, stage: 'cancelled', accepted: actions[action].stages },
      });
    },
  );
});

describe('an action that the state forbids', () => {
  it('R1.1 says when it was done already', async () => {
    const world = await (await makeWorld()).created();
    const token = world.tokens.assistant;
    await world.act('join-group', {}, { token });
    expect(await world.act('join-group', {}, { token })).toMatchObject({
      status: 409,
      body: { error: 'already-done', action: 'join-group', at: '2025-03-08T02:00:00.000Z' },
    });
  });

  it('R1.4 says what has to come first', async () => {
    const world = await (await makeWorld()).created();
    expect(await world.act('start-training')).toMatchObject({
      status: 409,
      body: { error: 'not-yet', action: 'start-training', missing: ['confirm-needs'] },
    });
  });

  it.each([
    ['confirm-time', { outcome: 'moved', startsAt: '2025-03-08T09:00:00+08:00' }, 'startsAt', 'in-the-past'],
    ['confirm-time', { outcome: 'moved', startsAt: '2025-03-09T14:00:00+08:00' }, 'startsAt', 'unchanged'],
    ['start-training', { at: '2025-03-08T10:00:01+08:00' }, 'at', 'in-the-future'],
    [
      'start-training',
      { customerJoinedAt: '2025-03-08T10:01:00+08:00' },
      'customerJoinedAt',
      'in-the-future',
    ],
  ])('R2.1 names the time that can not be: %s %j', async (action, body, field, why) => {
    const world = await (await makeWorld()).created();
    await world.act('confirm-needs', understood);
    expect(await world.act(action, body)).toMatchObject({
      status: 409,
      body: { error: 'impossible-time', field, why },
    });
  });

  it('R2.1 a training can not end before its start', async () => {
    const world = await (await makeWorld()).created();
    await live(world, 'finish-training');
    const answer = await world.act('finish-training', { at: '2025-03-09T14:00:59+08:00' });
    expect(answer).toMatchObject({ status: 409, body: { error: 'impossible-time', why: 'before-start' } });
  });

  it('changes nothing', async () => {
    const world = await (await makeWorld()).created();
    const before = world.orders.committed.length;
    await world.act('start-training');
    expect(world.orders.committed).toHaveLength(before);
  });
});

describe('what an action is called with', () => {
  it.each([
    ['no JSON', 'done'],
    ['an array', '[]'],
    ['null', 'null'],
    ['half a character', String.raw`{"outcome":"confirmed","note":"\ud83d"}`],
    ['a prototype', '{"__proto__":{"outcome":"confirmed"}}'],
    ['deep nesting', `{"outcome":${'['.repeat(30_000)}${']'.repeat(30_000)}}`],
    ['an outcome that is none', '{"outcome":"maybe"}'],
    ['no time to move to', '{"outcome":"moved"}'],
    ['a time without an offset', '{"outcome":"moved","startsAt":"2025-03-10T10:00:00"}'],
    ['a time beyond the years', '{"outcome":"moved","startsAt":"9999-12-31T23:59:59Z"}'],
    ['a note of nothing', '{"outcome":"confirmed","note":"  "}'],
    ['an endless note', JSON.stringify({ outcome: 'confirmed', note: '长'.repeat(1001) })],
  ])('is refused with what would be accepted: %s', async (_, body) => {
    const world = await (await makeWorld()).created();
    const answer = await world.act('confirm-time', body);
    expect(answer.status).toBe(400);
    expect(answer.body['issues'].length).toBeGreaterThan(0);
    expect(world.orders.committed).toHaveLength(1);
  });

  it('may be no body at all where nothing is asked', async () => {
    const world = await (await makeWorld()).created();
    expect((await world.act('set-remark', '')).status).toBe(200);
  });

  it('is limited in size', async () => {
    const world = await (await makeWorld()).created();
    expect((await world.act('confirm-time', ' '.repeat(maxBodyBytes + 1))).status).toBe(413);
  });

  it.each(['', 'nope', 'Join-Group', '__proto__', 'constructor', 'toString', '../join-group'])(
    'must be an action that there is, not %j',
    async (action) => {
      const world = await (await makeWorld()).created();
      expect(await world.act(action)).toMatchObject({ status: 404, body: { error: 'not-found' } });
    },
  );

  it.each(['', ' ', '__proto__', 'a.b', 'x'.repeat(3000), '订单'])(
    'must be an order that there can be, not %j',
    async (order) => {
      const world = await (await makeWorld()).created();
      expect(await world.act('set-remark', {}, { order })).toMatchObject({
        status: 404,
        body: { error: 'unknown-order', orderId: order },
      });
    },
  );

  it('R4.1 may be all that a body can hold, and the record is still one that the table takes', async () => {
    const world = await (await makeWorld()).created();
    await live(world, 'record-summary');
    const answered = Array.from({ length: 20 }, () => '答'.repeat(200));
    expect((await world.act('record-summary', { answered, open: [] })).status).toBe(200);
    const bytes = Buffer.byteLength(JSON.stringify(await world.orders.load(orderId)));
    expect(bytes).toBeLessThan(300_000);
  });
});

describe('a dry run', () => {
  const moved = { outcome: 'moved', startsAt: '2025-03-10T10:00:00+08:00', note: '店里临时盘点' };
  const query = { dryRun: 'true' };

  it('R1.3 shows what would change and what would be told, and changes nothing', async () => {
    const world = await (await makeWorld()).created();
    const { status, body } = await world.act('confirm-time', moved, { query });
    expect(status).toBe(200);
    expect(body).toMatchObject({ dryRun: true, effects: { deadline: '2025-03-18' } });
    expect(body['notices'].map(({ kind }: { kind: string }) => kind)).toContain('training-moved');
    expect(world.orders.committed).toHaveLength(1);
    expect((await world.order()).body).toMatchObject({ version: 1, deadline: '2025-03-17' });
  });

  it('shows just what the action then does', async () => {
    const world = await (await makeWorld()).created();
    const dry = await world.act('confirm-time', moved, { query });
    await world.act('confirm-time', moved);
    expect(world.orders.committed.at(-1)?.entry.effects).toEqual(dry.body['effects']);
  });

  it('keeps the robot’s key to itself', async () => {
    const world = await (await makeWorld()).created();
    expect(JSON.stringify(await world.act('confirm-time', moved, { query }))).not.toContain('693a91f6');
  });

  it('leaves its idempotency key free for the action itself', async () => {
    const world = await (await makeWorld()).created();
    const headers = { 'idempotency-key': 'key-1' };
    await world.act('confirm-time', moved, { query, headers });
    expect((await world.act('confirm-time', moved, { headers })).body).toMatchObject({ version: 2 });
  });

  it('shows what would change also under a key that is spent', async () => {
    const world = await (await makeWorld()).created();
    const headers = { 'idempotency-key': 'key-1' };
    await world.act('confirm-needs', understood, { headers });
    const dry = await world.act('confirm-needs', understood, { query, headers });
    expect(dry).toMatchObject({ status: 200, body: { dryRun: true } });
  });

  it('is refused as the action would be', async () => {
    const world = await (await makeWorld()).created();
    expect(await world.act('start-training', {}, { query })).toMatchObject({
      status: 409,
      body: { error: 'not-yet' },
    });
  });

  it.each(['1', 'TRUE', 'yes', ''])(
    'asked for as %j does nothing, rather than the action',
    async (dryRun) => {
      const world = await (await makeWorld()).created();
      expect(await world.act('confirm-time', moved, { query: { dryRun } })).toMatchObject({
        status: 400,
        body: { issues: [{ path: 'dryRun' }] },
      });
      expect(world.orders.committed).toHaveLength(1);
    },
  );
});

describe('an idempotency key', () => {
  const headers = { 'idempotency-key': 'key-1' };

  it('makes the same call again answer with the order, and change nothing', async () => {
    const world = await (await makeWorld()).created();
    await world.act('confirm-needs', understood, { headers });
    const again = await world.act('confirm-needs', understood, { headers });
    expect(again).toMatchObject({ status: 200, body: { version: 2 } });
    expect(world.orders.committed).toHaveLength(2);
  });

  it('holds when both calls come at once', async () => {
    const world = await (await makeWorld()).created();
    const calls = [1, 2, 3].map(async () => await world.act('set-remark', {}, { headers }));
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(world.orders.committed).toHaveLength(2);
  });

  it.each([
    ['confirm-needs', { extraNeeds: [], understood: false }],
    ['send-notice', {}],
  ])('is not taken for another call: %s %j', async (action, body) => {
    const world = await (await makeWorld()).created();
    await world.act('confirm-needs', understood, { headers });
    expect(await world.act(action, body, { headers })).toMatchObject({
      status: 409,
      body: { error: 'key-reused' },
    });
    expect(world.orders.committed).toHaveLength(2);
  });

  it('is not taken for another action with the same body', async () => {
    const world = await (await makeWorld()).created();
    await world.act('set-remark', {}, { headers });
    expect((await world.act('send-notice', {}, { headers })).body).toMatchObject({ error: 'key-reused' });
  });

  it('is the caller’s own', async () => {
    const world = await (await makeWorld()).created();
    await world.act('set-remark', {}, { headers });
    const other = await world.act('join-group', {}, { headers, token: world.tokens.assistant });
    expect(other).toMatchObject({ status: 200, body: { version: 3 } });
  });

  it('counts for one order only', async () => {
    const world = await (await makeWorld()).created();
    await world.created({ orderId: 'R2' });
    await world.act('set-remark', {}, { headers });
    expect(await world.act('set-remark', {}, { headers, order: 'R2' })).toMatchObject({
      status: 200,
      body: { version: 2 },
    });
  });

  it('is not spent on a call that was refused', async () => {
    const world = await (await makeWorld()).created();
    await world.act('start-training', {}, { headers });
    await world.act('confirm-needs', understood);
    expect((await world.act('start-training', {}, { headers })).body).toMatchObject({ stage: 'training' });
  });

  it.each(['', 'two words', '钥匙', 'x'.repeat(257)])('has a form: not %j', async (key) => {
    const world = await (await makeWorld()).created();
    const answer = await world.act('set-remark', {}, { headers: { 'idempotency-key': key } });
    expect(answer).toMatchObject({ status: 400, body: { issues: [{ path: 'idempotency-key' }] } });
  });
});

describe('two people at once', () => {
  it('both get their actions recorded', async () => {
    const world = await (await makeWorld()).created();
    const answers = await Promise.all([
      world.act('set-remark'),
      world.act('join-group', {}, { token: world.tokens.assistant }),
      world.act('confirm-needs', understood),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await world.order()).body).toMatchObject({ version: 4 });
    expect((await world.history()).body).toMatchObject({ brokenAt: null });
  });

  it('are told to come again when the order is changed all the time', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    let stale = false;
    const world = await makeWorld({
      orders: (store) => ({
        ...store,
        commit: async (commit) => (stale ? 'stale' : await store.commit(commit)),
      }),
    });
    await world.created();
    stale = true;
    expect((await world.act('set-remark')).status).toBe(503);
    expect(output.logged('request-failed')).toEqual([]);
  });
});
