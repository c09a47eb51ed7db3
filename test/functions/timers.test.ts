import { describe, expect, it } from 'vitest';
import { auditTimers } from '../../functions/schedules/audit-timers.ts';
import { setTimers } from '../../functions/schedules/set-timers.ts';
import { sweepMissedTimers } from '../../functions/schedules/sweep-missed-timers.ts';
import { toInstant } from '../../shared/domain/instant.ts';
import type { Timers } from '../../shared/ports/timers.ts';
import { outboxEntry } from '../../shared/runtime/outbox-entry.ts';
import { scheduledEntry } from '../../shared/runtime/scheduled-entry.ts';
import { makeAmended, makeCancelled } from '../support/crm-message.ts';
import { makeContext, makeStreamEvent } from '../support/http-event.ts';
import { memoryDueTimers } from '../support/memory/due-timers.ts';
import { memoryEffectQueue } from '../support/memory/effect-queue.ts';
import { memoryTimers } from '../support/memory/timers.ts';
import { buildCommit, buildWork, nextVersion } from '../support/suites/build-commit.ts';
import { watchOutput } from './output.ts';
import { makeWorld, orderId } from './world.ts';

const output = watchOutput();
const fine = { batchItemFailures: [] };

/** An order, the timer service and the queues, and the three functions that keep them in step. */
const makeClockwork = async (wrap: (timers: Timers) => Timers = (timers) => timers) => {
  const world = await (await makeWorld()).created();
  const dueTimers = memoryDueTimers();
  const noticeQueue = memoryEffectQueue();
  const recordingQueue = memoryEffectQueue();
  const timers = memoryTimers(dueTimers);
  const { orders, outbox } = world;
  const effects = { timers: wrap(timers), outbox };
  const context = makeContext(world.now);
  const stream = outboxEntry(() => setTimers(effects));
  const sweep = scheduledEntry(() =>
    sweepMissedTimers({ ...effects, orders, dueTimers, noticeQueue, recordingQueue }),
  );
  const audit = scheduledEntry(() => auditTimers({ orders }));
  let seen = 0;
  return {
    world,
    timers,
    dueTimers,
    noticeQueue,
    recordingQueue,
    items: () => outbox.all().map(({ item }) => item),
    results: () =>
      outbox
        .all()
        .filter(({ item }) => item.kind === 'timers')
        .map(({ result }) => result?.state ?? null),
    /** What has come to the outbox since the last call. */
    feed: async () => {
      const items = outbox.all().map(({ item }) => item);
      const fresh = items.slice(seen);
      seen = items.length;
      return await stream(makeStreamEvent(fresh), context);
    },
    feedAgain: async (...[items, eventName]: Parameters<typeof makeStreamEvent>) =>
      await stream(makeStreamEvent(items, eventName), context),
    sweep: async () => await sweep({}, context),
    audit: async () => await audit({}, context),
  };
};

const wanted = async ({ world }: Awaited<ReturnType<typeof makeClockwork>>) =>
  (await world.orders.load(orderId))!.timers.map(({ step, at, version }) => ({ orderId, step, at, version }));

describe('set-timers', () => {
  it('R0.2 sets every timer that the order wants, and records it', async () => {
    const clockwork = await makeClockwork();
    expect(await clockwork.feed()).toEqual(fine);
    expect(clockwork.timers.waiting()).toHaveLength((await wanted(clockwork)).length);
    expect(clockwork.timers.waiting()).toEqual(expect.arrayContaining(await wanted(clockwork)));
    expect(clockwork.results()).toEqual(['done']);
  });

  it('R1.3 drops the timers of the old time and sets those of the new', async () => {
    const clockwork = await makeClockwork();
    await clockwork.feed();
    await clockwork.world.crm(makeAmended({ training: { startsAt: '2025-03-10T10:00:00+08:00' } }));
    await clockwork.feed();
    expect(clockwork.timers.waiting()).toHaveLength((await wanted(clockwork)).length);
    expect(clockwork.timers.waiting()).toEqual(expect.arrayContaining(await wanted(clockwork)));
  });

  it('R0.2 drops every timer of a cancelled order', async () => {
    const clockwork = await makeClockwork();
    await clockwork.feed();
    await clockwork.world.crm(makeCancelled());
    await clockwork.feed();
    expect(clockwork.timers.waiting()).toEqual([]);
  });

  it('changes nothing when a record comes twice', async () => {
    const clockwork = await makeClockwork();
    await clockwork.feed();
    const before = clockwork.timers.waiting();
    expect(await clockwork.feedAgain(clockwork.items())).toEqual(fine);
    expect(clockwork.timers.waiting()).toEqual(before);
  });

  it('sends on at once what is due already', async () => {
    const clockwork = await makeClockwork();
    clockwork.world.turn('2025-03-08T10:31:00+08:00');
    await clockwork.feed();
    expect(clockwork.dueTimers.sent.map(({ step }) => step)).toContain('join-group-1.rung');
    expect(clockwork.timers.waiting().every(({ at }) => at > clockwork.world.now())).toBe(true);
  });

  it.each(['MODIFY', 'REMOVE'] as const)('passes over what is no new effect: %s', async (eventName) => {
    const clockwork = await makeClockwork();
    expect(await clockwork.feedAgain(clockwork.items(), eventName)).toEqual(fine);
    expect(clockwork.timers.waiting()).toEqual([]);
  });

  it('comes again from the first record when the timer service fails, and then sets all', async () => {
    let throttled = true;
    const clockwork = await makeClockwork((timers) => ({
      ...timers,
      set: async (timer, now) => {
        if (throttled) throw new Error('ThrottlingException');
        await timers.set(timer, now);
      },
    }));
    expect(await clockwork.feed()).toEqual({ batchItemFailures: [{ itemIdentifier: '1000' }] });
    expect(clockwork.results()).toEqual([null]);
    throttled = false;
    expect(await clockwork.feedAgain(clockwork.items())).toEqual(fine);
    expect(clockwork.results()).toEqual(['done']);
    expect(clockwork.timers.waiting()).toHaveLength((await wanted(clockwork)).length);
  });

  it('refuses a record that it can not read, without quoting it', async () => {
    const clockwork = await makeClockwork();
    const result = await clockwork.feedAgain([{ id: 'x', kind: 'timers', customer: '王小明' }]);
    expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: '1000' }] });
    expect(output.logged('message-failed')).toHaveLength(1);
  });
});

describe('sweep-missed-timers', () => {
  it('sends on a timer that never fired, five minutes after its time, and counts it', async () => {
    const clockwork = await makeClockwork();
    await clockwork.feed();
    for (const { item } of clockwork.world.outbox.all())
      await clockwork.world.outbox.settle(item.id, {
        state: 'done',
        at: clockwork.world.now(),
        detail: null,
      });
    clockwork.world.turn('2025-03-08T10:34:59+08:00');
    await clockwork.sweep();
    expect(clockwork.dueTimers.sent).toEqual([]);
    clockwork.world.turn('2025-03-08T10:35:00+08:00');
    await clockwork.sweep();
    expect(clockwork.dueTimers.sent.map(({ step }) => step).toSorted()).toEqual([
      'join-group-1.rung',
      'set-remark-1.rung',
    ]);
    expect(output.metrics()).toEqual([{ name: 'MissedTimer', value: 2 }]);
    expect(output.logged('timer-missed')).toMatchObject([{ orderId }]);
  });

  it('starts effects again that the stream never did: timers are set, notices queued', async () => {
    const clockwork = await makeClockwork();
    clockwork.world.turn('2025-03-08T10:05:00+08:00');
    await clockwork.sweep();
    const notices = clockwork.items().filter(({ kind }) => kind === 'notice');
    expect(clockwork.noticeQueue.sent.toSorted()).toEqual(notices.map(({ id }) => id).toSorted());
    expect(clockwork.timers.waiting()).toHaveLength((await wanted(clockwork)).length);
    expect(clockwork.results()).toEqual(['done']);
    expect(output.counted('MissedEffect')).toBe(notices.length + 1);
  });

  it('starts work on a recording again that no message has done', async () => {
    const clockwork = await makeClockwork();
    const { world } = clockwork;
    const order = (await world.orders.load(orderId))!;
    const work = buildWork('work-1', { orderId, createdAt: world.now() });
    await world.orders.commit(buildCommit(order, nextVersion(order), { outbox: [work] }));
    world.turn('2025-03-08T10:05:00+08:00');
    await clockwork.sweep();
    expect(clockwork.recordingQueue.sent).toEqual(['work-1']);
    expect(clockwork.noticeQueue.sent).not.toContain('work-1');
  });

  it('leaves a notice to the message that holds and retries it, and starts it again once that is gone', async () => {
    const clockwork = await makeClockwork();
    const notice = clockwork.items().find(({ kind }) => kind === 'notice')!;
    for (const retry of ['10:00', '10:09', '10:18']) {
      clockwork.world.turn(`2025-03-08T${retry}:00+08:00`);
      await clockwork.world.outbox.claim(notice.id, 'message-1', clockwork.world.now());
    }
    clockwork.world.turn('2025-03-08T10:30:00+08:00');
    await clockwork.sweep();
    expect(clockwork.noticeQueue.sent).not.toContain(notice.id);
    clockwork.world.turn('2025-03-08T11:00:00+08:00');
    await clockwork.sweep();
    expect(clockwork.noticeQueue.sent).toContain(notice.id);
  });

  it('leaves alone what is younger than five minutes, and what has its result', async () => {
    const clockwork = await makeClockwork();
    clockwork.world.turn('2025-03-08T10:04:59+08:00');
    await clockwork.sweep();
    for (const { id } of clockwork.items())
      await clockwork.world.outbox.settle(id, { state: 'void', at: clockwork.world.now(), detail: null });
    clockwork.world.turn('2025-03-08T10:20:00+08:00');
    await clockwork.sweep();
    expect([clockwork.noticeQueue.sent, clockwork.timers.waiting(), output.metrics()]).toEqual([[], [], []]);
  });

  it('starts what it can though some of it fails, and fails at its end', async () => {
    const clockwork = await makeClockwork((timers) => ({
      ...timers,
      set: async () => await Promise.reject(new Error('ThrottlingException')),
    }));
    clockwork.world.turn('2025-03-08T10:35:00+08:00');
    await expect(clockwork.sweep()).rejects.toThrow('1 could not be started again');
    expect(clockwork.dueTimers.sent.length).toBeGreaterThan(0);
    expect(clockwork.noticeQueue.sent.length).toBeGreaterThan(0);
    expect(clockwork.results()).toEqual([null]);
  });

  it('starts effects again though no order can be read', async () => {
    const load = async () => await Promise.reject(new Error('unreadable'));
    const { world, ...clockwork } = await makeClockwork();
    const sweep = scheduledEntry(() =>
      sweepMissedTimers({ ...clockwork, orders: { ...world.orders, load }, outbox: world.outbox }),
    );
    world.turn('2025-03-08T10:35:00+08:00');
    await expect(sweep({}, makeContext(world.now))).rejects.toThrow('1 could not be started again');
    expect(clockwork.noticeQueue.sent.length).toBeGreaterThan(0);
  });

  it('does no harm when it runs twice', async () => {
    const clockwork = await makeClockwork();
    clockwork.world.turn('2025-03-08T10:05:00+08:00');
    await clockwork.sweep();
    const before = clockwork.timers.waiting();
    await clockwork.sweep();
    expect(clockwork.timers.waiting()).toEqual(before);
  });

  it('finds nothing on a cancelled order', async () => {
    const clockwork = await makeClockwork();
    await clockwork.world.crm(makeCancelled());
    clockwork.world.turn('2025-03-20T10:00:00+08:00');
    await clockwork.sweep();
    expect(output.counted('MissedTimer')).toBe(0);
  });

  it('passes over an order that has no timer at all, which the audit reports', async () => {
    const clockwork = await makeClockwork();
    const order = (await clockwork.world.orders.load(orderId))!;
    clockwork.world.orders.seed({ ...order, timers: [] });
    await clockwork.sweep();
    expect(clockwork.dueTimers.sent).toEqual([]);
  });
});

describe('audit-timers', () => {
  it('sends its heartbeat when every live order has a timer to come', async () => {
    const clockwork = await makeClockwork();
    await clockwork.audit();
    expect(output.metrics()).toEqual([
      { name: 'OrdersWithoutTimer', value: 0 },
      { name: 'AuditHeartbeat', value: 1 },
    ]);
  });

  it('bears with a timer for seventy minutes, in which two sweeps and their retries have run', async () => {
    const clockwork = await makeClockwork();
    clockwork.world.turn('2025-03-08T11:39:59+08:00');
    await clockwork.audit();
    expect(output.counted('AuditHeartbeat')).toBe(1);
  });

  it('is silent, and says how many and an example, when a timer is longer past', async () => {
    const clockwork = await makeClockwork();
    clockwork.world.turn('2025-03-08T11:40:00+08:00');
    await clockwork.audit();
    expect(output.metrics()).toEqual([{ name: 'OrdersWithoutTimer', value: 1 }]);
    expect(output.logged('audit-failed')).toMatchObject([{ orders: 1, example: orderId }]);
  });

  it('is silent when one of many live orders has no timer', async () => {
    const clockwork = await makeClockwork();
    const order = (await clockwork.world.orders.load(orderId))!;
    clockwork.world.orders.seed({ ...order, orderId: 'R2' }, { ...order, orderId: 'R3', timers: [] });
    await clockwork.audit();
    expect(output.metrics()).toEqual([{ name: 'OrdersWithoutTimer', value: 1 }]);
    expect(output.logged('audit-failed')).toMatchObject([{ example: 'R3' }]);
  });

  it('asks nothing of an order that has ended', async () => {
    const clockwork = await makeClockwork();
    await clockwork.world.crm(makeCancelled());
    clockwork.world.turn(toInstant('2026-03-08T10:00:00+08:00'));
    await clockwork.audit();
    expect(output.counted('AuditHeartbeat')).toBe(1);
  });

  it('fails loudly, without a heartbeat, when the orders can not be read', async () => {
    const world = await makeWorld();
    const dueOrders = async function* () {
      yield await Promise.reject(new Error('ProvisionedThroughputExceededException'));
    };
    const audit = scheduledEntry(() => auditTimers({ orders: { ...world.orders, dueOrders } }));
    await expect(audit({}, makeContext(world.now))).rejects.toThrow('Throughput');
    expect(output.metrics()).toEqual([]);
  });
});
