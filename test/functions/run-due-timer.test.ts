import { describe, expect, it, vi } from 'vitest';
import { runDueTimer } from '../../functions/stages/run-due-timer.ts';
import { dueTimerSchema } from '../../shared/contracts/queue-messages.ts';
import { queueEntry } from '../../shared/runtime/queue-entry.ts';
import { makeCancelled } from '../support/crm-message.ts';
import { makeContext, makeSqsEvent } from '../support/http-event.ts';
import { watchOutput } from './output.ts';
import type { World } from './world.ts';
import { desks, makeWorld, orderId } from './world.ts';

const output = watchOutput();

const deliver = async (world: World, ...timers: readonly unknown[]): Promise<string[]> => {
  const handler = queueEntry(dueTimerSchema, () => runDueTimer({ orders: world.orders, desks }));
  const bodies = timers.map((timer) => (typeof timer === 'string' ? timer : JSON.stringify(timer)));
  const { batchItemFailures } = await handler(makeSqsEvent(...bodies), makeContext(world.now));
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
};

/** An order whose call to the customer is due now (R1.3), and the timer that says so. */
const callIsDue = async () => {
  const world = await (await makeWorld()).created();
  world.turn('2025-03-09T12:59:59+08:00');
  await world.runTimers();
  world.turn('2025-03-09T13:00:00+08:00');
  const order = (await world.orders.load(orderId))!;
  const { step, version } = order.timers.find((timer) => timer.step === 'call-customer-1.tell')!;
  return { world, timer: { orderId, step, version }, before: world.orders.committed.length };
};

describe('a timer that is due', () => {
  it('R1.3 tells the trainer to call, an hour before the training', async () => {
    const { world, timer, before } = await callIsDue();
    expect(await deliver(world, timer)).toEqual([]);
    const [commit] = world.orders.committed.slice(before);
    expect(commit?.entry).toMatchObject({
      event: 'timer-fired',
      cause: 'message-1',
      actor: { type: 'timer', step: timer.step, version: timer.version },
    });
    expect(commit?.outbox.filter(({ kind }) => kind === 'notice')).toMatchObject([
      { notice: { rule: 'R1.3', tell: 'trainer', mention: ['zhangsan'] } },
    ]);
  });

  it('R0.2 acts once, though it comes twice in a batch and once more later', async () => {
    const { world, timer, before } = await callIsDue();
    expect(await deliver(world, timer, timer)).toEqual([]);
    expect(await deliver(world, timer)).toEqual([]);
    expect(world.orders.committed).toHaveLength(before + 1);
    expect(output.metrics()).toEqual([
      { name: 'StaleTimer', value: 1 },
      { name: 'StaleTimer', value: 1 },
    ]);
  });

  it('R0.2 is stale and counted when the time has moved', async () => {
    const { world, timer, before } = await callIsDue();
    await world.act('confirm-time', { outcome: 'moved', startsAt: '2025-03-10T10:00:00+08:00' });
    expect(await deliver(world, timer)).toEqual([]);
    expect(world.orders.committed).toHaveLength(before + 1);
    expect(output.metrics()).toEqual([{ name: 'StaleTimer', value: 1 }]);
  });

  it('R0.2 is stale when the order is cancelled, when the task is done, and under another version', async () => {
    const { world, timer } = await callIsDue();
    await deliver(world, { ...timer, version: timer.version + 1 });
    await world.act('confirm-time', { outcome: 'confirmed' });
    await deliver(world, timer);
    await world.crm(makeCancelled());
    const before = world.orders.committed.length;
    await deliver(world, timer);
    expect(output.metrics()).toHaveLength(3);
    expect(world.orders.committed).toHaveLength(before);
  });

  it('comes again when it comes before its time', async () => {
    const { world, timer, before } = await callIsDue();
    world.turn('2025-03-09T12:59:59.999+08:00');
    expect(await deliver(world, timer)).toEqual(['message-1']);
    expect(output.logged('message-later')).toMatchObject([{ messageId: 'message-1' }]);
    expect(world.orders.committed).toHaveLength(before);
  });

  it('acts beside another timer of the same order that is due at once', async () => {
    const { world, timer, before } = await callIsDue();
    world.turn('2025-03-09T14:20:00+08:00');
    const order = (await world.orders.load(orderId))!;
    const due = order.timers.filter(({ at }) => at <= world.now());
    expect(due.length).toBeGreaterThan(2);
    const timers = due.map(({ step, version }) => ({ ...timer, step, version }));
    expect(await deliver(world, ...timers)).toEqual([]);
    expect(world.orders.committed.length).toBeGreaterThan(before + 1);
    expect((await world.history()).body).toMatchObject({ brokenAt: null });
  });
});

describe('a batch of timers', () => {
  it('fails only for the messages that failed', async () => {
    const { world, timer, before } = await callIsDue();
    const failed = await deliver(
      world,
      { orderId: 'R404', step: 'digest', version: 1 },
      timer,
      'no JSON about 王小明',
      { orderId: '王小明', step: 'digest', version: 1 },
      { orderId },
      '',
      'null',
    );
    expect(failed).toEqual(['message-1', 'message-3', 'message-4', 'message-5', 'message-6', 'message-7']);
    expect(world.orders.committed).toHaveLength(before + 1);
    expect(output.logged('message-failed')).toHaveLength(6);
  });

  it('comes again when the order is changed all the time', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const { world, timer } = await callIsDue();
    const busy = { ...world, orders: { ...world.orders, commit: async () => 'stale' as const } };
    expect(await deliver(busy as World, timer)).toEqual(['message-1']);
    expect(output.logged('message-later')).toHaveLength(1);
  });
});
