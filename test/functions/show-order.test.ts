import { describe, expect, it } from 'vitest';
import { historyViewSchema } from '../../shared/contracts/history-view.ts';
import { orderViewSchema } from '../../shared/contracts/order-view.ts';
import { planViewSchema } from '../../shared/contracts/plan-view.ts';
import { reasonsViewSchema } from '../../shared/contracts/reasons-view.ts';
import { makeAmended } from '../support/crm-message.ts';
import { watchOutput } from './output.ts';
import type { World } from './world.ts';
import { makeWorld, orderId } from './world.ts';

watchOutput();

const views = ['order', 'plan', 'history', 'why'] as const;

describe('every view of an order', () => {
  it.each([
    ['order', orderViewSchema],
    ['plan', planViewSchema],
    ['history', historyViewSchema],
    ['why', reasonsViewSchema],
  ] as const)('%s is all that its schema names, and no more', async (view, schema) => {
    const world = await (await makeWorld()).created();
    world.turn('2025-03-09T13:05:00+08:00');
    await world.runTimers();
    const { status, body } = await world[view]();
    expect(status).toBe(200);
    expect(schema.parse(body)).toEqual(body);
  });

  it.each(views)('%s asks for a session', async (view) => {
    const world = await (await makeWorld()).created();
    expect((await world[view]({ token: null })).status).toBe(401);
  });

  it.each(views)('%s of an unknown or impossible order is 404', async (view) => {
    const world = await (await makeWorld()).created();
    for (const order of ['R404', '', '__proto__', 'x'.repeat(3000), '订单'])
      expect(await world[view]({ order })).toMatchObject({ status: 404, body: { error: 'unknown-order' } });
  });

  it.each(views)('%s is never kept by a cache', async (view) => {
    const world = await (await makeWorld()).created();
    expect((await world[view]()).headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-type': 'application/json; charset=utf-8',
    });
  });

  it.each(views)('%s shows nobody the robot’s key', async (view) => {
    const world = await (await makeWorld()).created();
    expect(JSON.stringify((await world[view]()).body)).not.toContain('693a91f6');
  });

  it.each(['history', 'why'] as const)('%s shows nobody the customer', async (view) => {
    const world = await (await makeWorld()).created();
    expect(JSON.stringify((await world[view]()).body)).not.toMatch(/王小明|13800005678/);
  });
});

describe('customer data', () => {
  it.each(['trainer', 'assistant', 'sales'] as const)('are plain for the order’s %s', async (who) => {
    const world = await (await makeWorld()).created();
    const { body } = await world.order({ token: world.tokens[who] });
    expect(body['customer']).toEqual({ name: '王小明', phone: '13800005678', masked: false });
  });

  it.each(['service', 'stranger'] as const)('are masked for %s', async (who) => {
    const world = await (await makeWorld()).created();
    const { body } = await world.order({ token: world.tokens[who] });
    expect(body['customer']).toEqual({ name: '王**', phone: '138****5678', masked: true });
  });

  it('are masked for a trainer of another order, whatever their roles', async () => {
    const world = await (await makeWorld()).created();
    const token = await world.mint('sunqi', 'trainer', 'manager', 'operator');
    expect((await world.order({ token })).body['customer']).toMatchObject({ masked: true });
  });

  it('are masked in what an action answers, too', async () => {
    const world = await (await makeWorld()).created();
    const token = await world.mint('sunqi', 'trainer');
    expect((await world.act('set-remark', {}, { token })).body['customer']).toMatchObject({ masked: true });
  });
});

describe('the plan', () => {
  const timers = async (world: World, until?: string): Promise<{ at: string; step: string }[]> =>
    (await world.plan(until === undefined ? {} : { query: { until } })).body['timers'];

  it('R0.2 names every timer to come until the end of the last day, in order of time', async () => {
    const world = await (await makeWorld()).created();
    const { body } = await world.plan();
    expect(body['until']).toBe('2025-03-17T16:00:00.000Z');
    const times = (await timers(world)).map(({ at }) => at);
    expect(times).toEqual(times.toSorted());
    expect(body['timers'].map(({ step }: { step: string }) => step)).toContain('call-customer-1.tell');
  });

  it('R1.3 follows a moved time', async () => {
    const world = await (await makeWorld()).created();
    await world.crm(makeAmended({ training: { startsAt: '2025-03-10T10:00:00+08:00' } }));
    const call = (await timers(world)).find(({ step }) => /^call-customer-\d\.tell$/.test(step));
    expect(call?.at).toBe('2025-03-10T01:00:00.000Z');
  });

  it('ends where it is asked to', async () => {
    const world = await (await makeWorld()).created();
    const short = await timers(world, '2025-03-08T20:00:00+08:00');
    expect(short.every(({ at }) => at <= '2025-03-08T12:00:00.000Z')).toBe(true);
    expect(short.length).toBeGreaterThan(0);
    expect(await timers(world, '2020-01-01T00:00:00Z')).toEqual([]);
  });

  it('reaches a year ahead and no further, as a forgotten order is listed every day for ever', async () => {
    const world = await (await makeWorld()).created();
    const { body } = await world.plan({ query: { until: '2099-12-31T23:59:59Z' } });
    expect(body['until']).toBe('2026-03-09T02:00:00.000Z');
    expect(body['timers'].length).toBeLessThan(450);
  });

  it('reaches a year ahead also for a training that is agreed for later', async () => {
    const world = await makeWorld();
    await world.created({ training: { startsAt: '2099-12-31T14:00:00+08:00', minutes: 90 } });
    expect((await world.plan()).body['until']).toBe('2026-03-09T02:00:00.000Z');
  });

  it.each([
    'tomorrow',
    '2025-03-10',
    '2025-03-10T10:00:00',
    '',
    '0000-01-01T00:00:00+08:00',
    '9999-12-31T23:59:59-12:00',
  ])('is refused until %j, with what is accepted', async (until) => {
    const world = await (await makeWorld()).created();
    const { status, body } = await world.plan({ query: { until } });
    expect(status).toBe(400);
    expect(body['issues'][0]).toMatchObject({
      path: 'until',
      message: expect.stringMatching(/ISO 8601|years/),
    });
  });
});

describe('the history', () => {
  it('shows where somebody has changed the past', async () => {
    let forge = false;
    const world = await makeWorld({
      orders: (store) => ({
        ...store,
        history: async (id) =>
          (await store.history(id)).map((entry) =>
            forge && entry.seq === 2 ? { ...entry, event: 'another' } : entry,
          ),
      }),
    });
    await world.created();
    await world.act('set-remark');
    await world.act('send-notice');
    expect((await world.history()).body).toMatchObject({ orderId, brokenAt: null });
    forge = true;
    expect((await world.history()).body).toMatchObject({ brokenAt: 2 });
  });
});

describe('the reasons', () => {
  it('say what became of each notice', async () => {
    const world = await (await makeWorld()).created();
    const first = world.outbox.all().find(({ item }) => item.kind === 'notice');
    await world.outbox.settle(first!.item.id, { state: 'done', at: world.now(), detail: null });
    const notices = (await world.why()).body['explanations'].filter(
      ({ what }: { what: string }) => what === 'notice',
    );
    expect(notices.length).toBeGreaterThan(1);
    expect(notices[0]).toMatchObject({ id: first!.item.id, result: { state: 'done' }, evidence: [1] });
    expect(notices[1]).toMatchObject({ result: null });
  });
});
