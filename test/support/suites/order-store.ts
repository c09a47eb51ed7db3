import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findBrokenLink } from '../../../shared/domain/history.ts';
import { toInstant } from '../../../shared/domain/instant.ts';
import type { Order } from '../../../shared/domain/order.ts';
import type { GroupMessages } from '../../../shared/ports/group-messages.ts';
import type { Commit, OrderStore } from '../../../shared/ports/order-store.ts';
import type { Outbox } from '../../../shared/ports/outbox.ts';
import { commit, untilCommitted } from '../../../shared/runtime/commit.ts';
import { TryLater } from '../../../shared/runtime/try-later.ts';
import { buildOrder } from '../build-order.ts';
import {
  buildCommit,
  buildLedgerEntry,
  buildMark,
  buildMessage,
  buildNotice,
  collect,
  minute,
  nextVersion,
  start,
} from './build-commit.ts';

/** An order store, and the outbox and the messages that its commits write to, all empty. */
export type Stores = { orders: OrderStore; outbox: Outbox; messages: GroupMessages };

/** What opens the stores of a suite: `fresh` gives empty ones. */
export type StoreRig = { fresh(): Promise<Stores>; close(): Promise<void> };

const timer = (minutes: number) => ({
  step: 'briefing',
  at: minute(minutes),
  version: 1,
  rule: 'R1.5' as const,
});

/** What every order store must do, whatever is behind it. */
export const describeOrderStore = (name: string, open: () => Promise<StoreRig>): void => {
  describe(`the order store: ${name}`, () => {
    let rig: StoreRig;
    let orders: OrderStore;
    let outbox: Outbox;
    let messages: GroupMessages;
    beforeAll(async () => {
      rig = await open();
    });
    beforeEach(async () => {
      ({ orders, outbox, messages } = await rig.fresh());
    });
    afterAll(async () => {
      await rig.close();
    });

    const created = buildCommit(null, buildOrder());

    /** All that can be seen of an order, a mark, some effects and what was said. */
    const visible = async () => ({
      order: await orders.load('A-1001'),
      history: await orders.history('A-1001'),
      mark: await orders.findMark('crm.message-1'),
      effects: (await outbox.find(['A-1001.1.0', 'A-1001.2.0', 'A-1001.2.1'])).toSorted((a, b) =>
        a.item.id < b.item.id ? -1 : 1,
      ),
      said: await messages.ofOrder('A-1001'),
      due: await collect(orders.dueOrders(minute(60 * 24 * 365))),
    });

    it('has nothing of an order, a history and a mark that were never written', async () => {
      await expect(orders.load('A-1001')).resolves.toBeNull();
      await expect(orders.history('A-1001')).resolves.toStrictEqual([]);
      await expect(orders.findMark('crm.message-1')).resolves.toBeNull();
      await expect(collect(orders.dueOrders(start))).resolves.toStrictEqual([]);
      await expect(collect(orders.waitingOrders())).resolves.toStrictEqual([]);
      await expect(collect(orders.trainedIn('2025-03'))).resolves.toStrictEqual([]);
    });

    it('gives an order as it was written, with its history, its effects, the mark of its message and what was said', async () => {
      const mark = buildMark();
      const effects = [buildNotice('A-1001.1.0')];
      const message = buildMessage();
      const commit = { ...created, outbox: effects, mark, ledger: [buildLedgerEntry('A-1001.1.0')], message };
      await expect(orders.commit(commit)).resolves.toBe('committed');
      await expect(visible()).resolves.toStrictEqual({
        order: created.order,
        history: [created.entry],
        mark,
        effects: [{ item: effects[0], result: null }],
        said: [message],
        due: [{ orderId: 'A-1001', nextTimerAt: created.order.timers[0]!.at }],
      });
    });

    it('changes an order that is still as it was when it was read', async () => {
      await orders.commit(created);
      const changed = buildCommit(created.order, nextVersion(created.order, { cancelReason: '客户改期' }));
      await expect(orders.commit(changed)).resolves.toBe('committed');
      await expect(orders.load('A-1001')).resolves.toStrictEqual(changed.order);
      await expect(orders.history('A-1001')).resolves.toStrictEqual([created.entry, changed.entry]);
    });

    const stale: [string, (order: Order) => Commit][] = [
      ['an order that exists already', () => buildCommit(null, buildOrder())],
      ['another version', (order) => buildCommit({ ...order, version: 7 }, nextVersion(order))],
      ['another stage', (order) => buildCommit({ ...order, stage: 'training' }, nextVersion(order))],
      [
        'an order that is not there',
        (order) => {
          const other = { ...order, orderId: 'A-2' };
          return buildCommit(other, nextVersion(other));
        },
      ],
      [
        'a history number that is taken',
        (order) => ({ ...buildCommit(order, nextVersion(order)), entry: created.entry }),
      ],
      [
        'an effect that is there already',
        (order) => buildCommit(order, nextVersion(order), { outbox: [buildNotice('A-1001.1.0')] }),
      ],
      [
        'a mark that is there already',
        (order) => buildCommit(order, nextVersion(order), { mark: buildMark({ contentHash: 'other' }) }),
      ],
      [
        'a message that is there already',
        (order) => buildCommit(order, nextVersion(order), { message: buildMessage({ text: '别的' }) }),
      ],
      [
        'an entry of the ledger that is there already',
        (order) => buildCommit(order, nextVersion(order), { ledger: [buildLedgerEntry('A-1001.1.0')] }),
      ],
    ];

    const second = buildMessage({ messageId: 'said-2' });
    const booked = buildLedgerEntry('A-1001.2.0');

    it.each(stale)('writes nothing at all for %s, and says that the decision is stale', async (_, build) => {
      await orders.commit({
        ...created,
        outbox: [buildNotice('A-1001.1.0')],
        mark: buildMark(),
        ledger: [buildLedgerEntry('A-1001.1.0')],
        message: buildMessage(),
      });
      const before = await visible();
      const commit = build(created.order);
      const outcome = await orders.commit({
        ...commit,
        outbox: [buildNotice('A-1001.2.0'), buildNotice('A-1001.2.1'), ...commit.outbox],
        mark: commit.mark ?? buildMark({ id: 'crm.message-2' }),
        ledger: [booked, ...commit.ledger],
        message: commit.message ?? second,
      });
      expect(outcome).toBe('stale');
      await expect(visible()).resolves.toStrictEqual(before);
      await expect(orders.findMark('crm.message-2')).resolves.toBeNull();
      await expect(orders.load('A-2')).resolves.toBeNull();
      await expect(orders.history('A-2')).resolves.toStrictEqual([]);
      // What was not booked can still be.
      const next = buildCommit(created.order, nextVersion(created.order), { ledger: [booked] });
      await expect(orders.commit(next)).resolves.toBe('committed');
    });

    it('takes the same message and the same ledger number of two orders', async () => {
      for (const orderId of ['A-1', 'A-2']) {
        const message = buildMessage({ orderId });
        const ledger = [buildLedgerEntry('1', { orderId }), buildLedgerEntry('2', { orderId })];
        const commit = buildCommit(null, { ...buildOrder(), orderId }, { message, ledger });
        await expect(orders.commit(commit)).resolves.toBe('committed');
        await expect(messages.ofOrder(orderId)).resolves.toStrictEqual([message]);
      }
    });

    it('writes one of two orders that come with the same mark', async () => {
      const commits = ['A-1', 'A-2'].map((orderId) =>
        buildCommit(null, { ...buildOrder(), orderId }, { mark: buildMark({ orderId }) }),
      );
      const outcomes = await Promise.all(commits.map(async (each) => await orders.commit(each)));
      expect(outcomes.toSorted()).toStrictEqual(['committed', 'stale']);
      const mark = await orders.findMark('crm.message-1');
      const loaded = await Promise.all(['A-1', 'A-2'].map(async (id) => await orders.load(id)));
      expect(loaded.filter((order) => order !== null)).toMatchObject([{ orderId: mark!.orderId }]);
    });

    it('gives a history in the order of its numbers, also of more than a megabyte', async () => {
      const before = created.order;
      const note = '记'.repeat(40_000);
      for (let seq = 1; seq <= 12; seq += 1) {
        const order = { ...before, version: seq };
        const entry = { ...buildCommit(null, order).entry, facts: { note } };
        const from = seq === 1 ? null : { version: seq - 1, stage: before.stage };
        await orders.commit({ ...buildCommit(null, order), before: from, entry });
      }
      const history = await orders.history('A-1001');
      expect(history.map(({ seq }) => seq)).toStrictEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
      expect(history.every(({ facts }) => facts['note'] === note)).toBe(true);
      await expect(orders.history('A-100')).resolves.toStrictEqual([]);
    });

    it('lists live orders by their next timer, the one without any first, up to the time asked for', async () => {
      const timersOf = { 'A-3': [timer(30)], 'A-1': [timer(10), timer(90)], 'A-0': [], 'A-2': [timer(20)] };
      for (const [orderId, timers] of Object.entries(timersOf))
        await orders.commit(buildCommit(null, { ...buildOrder(), orderId, timers }));
      await expect(collect(orders.dueOrders(minute(20)))).resolves.toStrictEqual([
        { orderId: 'A-0', nextTimerAt: null },
        { orderId: 'A-1', nextTimerAt: minute(10) },
        { orderId: 'A-2', nextTimerAt: minute(20) },
      ]);
      await expect(collect(orders.dueOrders(minute(9.99)))).resolves.toHaveLength(1);
      await expect(collect(orders.dueOrders(minute(30)))).resolves.toHaveLength(4);
    });

    it('lists an order under its new next timer, after its end too, and no longer once none is to come', async () => {
      const live = buildCommit(null, { ...buildOrder(), timers: [timer(10)] });
      await orders.commit(live);
      const moved = buildCommit(live.order, nextVersion(live.order, { timers: [timer(40)] }));
      await orders.commit(moved);
      await expect(collect(orders.dueOrders(minute(39)))).resolves.toStrictEqual([]);
      await expect(collect(orders.dueOrders(minute(40)))).resolves.toHaveLength(1);
      for (const stage of ['closed', 'cancelled'] as const) {
        const now = (await orders.load('A-1001'))!;
        await orders.commit(buildCommit(now, nextVersion(now, { stage })));
        await expect(collect(orders.dueOrders(minute(999)))).resolves.toHaveLength(1);
      }
      const ended = (await orders.load('A-1001'))!;
      await orders.commit(buildCommit(ended, nextVersion(ended, { timers: [] })));
      await expect(collect(orders.dueOrders(minute(999)))).resolves.toStrictEqual([]);
      await expect(orders.load('A-1001')).resolves.toMatchObject({ stage: 'cancelled', version: 5 });
    });

    const waiting = (orderId: string, openQuestions: Order['openQuestions']) =>
      buildCommit(null, { ...buildOrder(), orderId, openQuestions });

    it('R3.1 lists orders with open questions, the one that has waited longest first', async () => {
      await orders.commit(waiting('A-1', { since: minute(20), count: 1 }));
      await orders.commit(waiting('A-2', null));
      await orders.commit(waiting('A-3', { since: minute(-5), count: 3 }));
      await orders.commit(waiting('A-4', { since: minute(19.99), count: 2 }));
      await expect(collect(orders.waitingOrders())).resolves.toStrictEqual([
        { orderId: 'A-3', since: minute(-5), count: 3 },
        { orderId: 'A-4', since: minute(19.99), count: 2 },
        { orderId: 'A-1', since: minute(20), count: 1 },
      ]);
    });

    it('R3.1 lists an order for as long as a question of it is open, and again with the next one', async () => {
      const asked = waiting('A-1001', { since: minute(1), count: 2 });
      await orders.commit(asked);
      const listed: unknown[] = [];
      let { order } = asked;
      for (const openQuestions of [{ since: minute(2), count: 1 }, null, { since: minute(9), count: 1 }]) {
        const commit = buildCommit(order, nextVersion(order, { openQuestions }));
        await orders.commit(commit);
        ({ order } = commit);
        listed.push(await collect(orders.waitingOrders()));
      }
      expect(listed).toStrictEqual([
        [{ orderId: 'A-1001', since: minute(2), count: 1 }],
        [],
        [{ orderId: 'A-1001', since: minute(9), count: 1 }],
      ]);
    });

    it('lists the orders whose training ended in a month of Shanghai, in order of time', async () => {
      const ends = {
        'A-1': '2025-03-31T15:59:59.999Z',
        'A-2': '2025-02-28T16:00:00.000Z',
        'A-3': '2025-03-31T16:00:00.000Z',
        'A-4': '2025-02-28T15:59:59.999Z',
        'A-5': null,
        'A-6': '2025-03-09T08:00:00.000Z',
      };
      for (const [orderId, end] of Object.entries(ends)) {
        const order = { ...buildOrder(), orderId };
        const finishedAt = end === null ? null : toInstant(end);
        await orders.commit(buildCommit(null, { ...order, training: { ...order.training, finishedAt } }));
      }
      await expect(collect(orders.trainedIn('2025-03'))).resolves.toStrictEqual(['A-2', 'A-6', 'A-1']);
      await expect(collect(orders.trainedIn('2025-02'))).resolves.toStrictEqual(['A-4']);
      await expect(collect(orders.trainedIn('2025-04'))).resolves.toStrictEqual(['A-3']);
      await expect(collect(orders.trainedIn('2025-05'))).resolves.toStrictEqual([]);
    });

    it('lists a trained order for good, also once it has ended', async () => {
      const order = buildOrder();
      const trained = { ...order, training: { ...order.training, finishedAt: minute(60) } };
      await orders.commit(buildCommit(null, trained));
      const ended = nextVersion(trained, { stage: 'closed', endedAt: minute(90) });
      await orders.commit(buildCommit(trained, ended));
      await expect(collect(orders.trainedIn('2025-03'))).resolves.toStrictEqual(['A-1001']);
    });

    it('loses no update of many who decide at once: versions rise one by one, the chain is whole', async () => {
      const deciders = Array.from({ length: 12 }, (_, index) => `decider-${index}`);
      await orders.commit(created);
      const versions: number[] = [];
      const decideOnce = async (decider: string): Promise<void> => {
        const written = await untilCommitted(async () => {
          const order = (await orders.load('A-1001'))!;
          const needs = [...order.shop.needs, decider];
          const change = {
            order: nextVersion(order, { shop: { ...order.shop, needs } }),
            event: 'need-added',
            rules: ['R1.6' as const],
            facts: { decider },
            notices: [{ ...buildNotice('').notice, text: decider }],
          };
          return await commit(orders, order, change, { actor: { type: 'crm' }, id: decider, now: start });
        });
        versions.push(written.version);
      };
      const untilDone = async (decider: string): Promise<void> => {
        try {
          await decideOnce(decider);
        } catch (error) {
          if (!(error instanceof TryLater)) throw error;
          await untilDone(decider);
        }
      };
      await Promise.all(deciders.map(untilDone));

      const order = (await orders.load('A-1001'))!;
      const history = await orders.history('A-1001');
      expect(versions.toSorted((a, b) => a - b)).toStrictEqual(deciders.map((_, index) => index + 2));
      expect(order.version).toBe(13);
      expect(new Set(order.shop.needs.slice(-12))).toStrictEqual(new Set(deciders));
      expect(findBrokenLink(history)).toBeNull();
      expect(order.head).toStrictEqual({ seq: 13, hash: history.at(-1)!.hash });
      expect(history.slice(1).map(({ cause }) => cause)).toStrictEqual(order.shop.needs.slice(-12));
      const effects = await outbox.find(versions.map((version) => `A-1001.${version}.0`));
      expect(effects).toHaveLength(12);
    });
  });
};
