import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../../../shared/domain/ledger.ts';
import type { Ledger } from '../../../shared/ports/ledger.ts';
import type { OrderStore } from '../../../shared/ports/order-store.ts';
import { buildOrder } from '../build-order.ts';
import { buildCommit, buildLedgerEntry, minute } from './build-commit.ts';

/** A ledger, and the order store whose commits book into it, both empty. */
export type LedgerStores = { orders: OrderStore; ledger: Ledger };
export type LedgerRig = { fresh(): Promise<LedgerStores>; close(): Promise<void> };

/** What every ledger must do, whatever is behind it. */
export const describeLedger = (name: string, open: () => Promise<LedgerRig>): void => {
  describe(`the ledger: ${name}`, () => {
    let rig: LedgerRig;
    let orders: OrderStore;
    let ledger: Ledger;
    beforeAll(async () => {
      rig = await open();
    });
    beforeEach(async () => {
      ({ orders, ledger } = await rig.fresh());
    });
    afterAll(async () => {
      await rig.close();
    });

    /** Entries come into being with a decision only: here one for each version of an order. */
    const book = async (orderId: string, ...changes: readonly (readonly LedgerEntry[])[]): Promise<void> => {
      for (const [index, entries] of changes.entries()) {
        const order = { ...buildOrder(), orderId, version: index + 1 };
        const before = index === 0 ? null : { version: index, stage: order.stage };
        const outcome = await orders.commit({ ...buildCommit(null, order, { ledger: entries }), before });
        expect(outcome).toBe('committed');
      }
    };
    /** The entry `<order>.<version>.L<number>`. */
    const entry = (orderId: string, which: string, overrides: Partial<LedgerEntry> = {}): LedgerEntry =>
      buildLedgerEntry(`${orderId}.${which}`, { orderId, ...overrides });
    const idsOf = (entries: readonly LedgerEntry[]) => entries.map(({ entryId }) => entryId);

    it('is empty for orders and months in which nothing was booked', async () => {
      await book('A-1', []);
      await expect(ledger.ofOrder('A-1')).resolves.toStrictEqual([]);
      await expect(ledger.ofOrder('A-404')).resolves.toStrictEqual([]);
      await expect(ledger.ofMonth('2025-03', null)).resolves.toStrictEqual([]);
      await expect(ledger.ofMonth('2025-03', 'T1')).resolves.toStrictEqual([]);
    });

    it('R3.4 gives every entry as it was booked, of the order and of the month', async () => {
      const booked = [
        entry('A-1', '1.L1', { at: minute(0.001), days: [1], evidence: [1, 7, 12] }),
        entry('A-1', '1.L2', { kind: 'maintenance', amount: -4_004, days: [2, 3], reverses: 'A-1.0.L1' }),
      ];
      await book('A-1', booked);
      await expect(ledger.ofOrder('A-1')).resolves.toStrictEqual(booked);
      await expect(ledger.ofMonth('2025-03', null)).resolves.toStrictEqual(booked);
    });

    it('gives the entries of an order in the order of their booking, the tenth change after the ninth', async () => {
      const versions = Array.from({ length: 12 }, (_, index) => index + 1);
      const changes = versions.map((version) => [
        entry('A-1', `${version}.L1`),
        entry('A-1', `${version}.L2`),
      ]);
      await book('A-1', ...changes);
      await book('A-10', [entry('A-10', '1.L1')]);
      expect(idsOf(await ledger.ofOrder('A-1'))).toStrictEqual(idsOf(changes.flat()));
      expect(idsOf(await ledger.ofMonth('2025-03', 'T1'))).toStrictEqual([
        ...idsOf(changes.flat()),
        'A-10.1.L1',
      ]);
    });

    it('gives a month by trainer, order and booking, and the entries of no other month', async () => {
      const of = (trainerId: string, month = '2025-03') => ({ trainerId, month });
      await book('B', [entry('B', '1.L1', of('T2'))], [entry('B', '2.L1', of('T1'))]);
      await book('A', [entry('A', '1.L1', of('T1'))], [entry('A', '2.L1', of('T2', '2025-04'))]);
      expect(idsOf(await ledger.ofMonth('2025-03', null))).toStrictEqual(['A.1.L1', 'B.2.L1', 'B.1.L1']);
      expect(idsOf(await ledger.ofMonth('2025-04', null))).toStrictEqual(['A.2.L1']);
      expect(idsOf(await ledger.ofMonth('2025-02', null))).toStrictEqual([]);
    });

    it('gives one trainer’s entries only, also where the id of another one begins alike', async () => {
      const trainers = ['T1', 'T10', 'T', 't1', 'T1!', 'T1.', 'T_', 'T%', '张三', '张三丰'];
      for (const [index, trainerId] of trainers.entries())
        await book(`A-${index}`, [entry(`A-${index}`, '1.L1', { trainerId })]);
      for (const [index, trainerId] of trainers.entries())
        expect(idsOf(await ledger.ofMonth('2025-03', trainerId))).toStrictEqual([`A-${index}.1.L1`]);
      await expect(ledger.ofMonth('2025-03', 'T2')).resolves.toStrictEqual([]);
    });

    it('gives a month of more than a megabyte whole', async () => {
      const why = '说'.repeat(60_000);
      const changes = Array.from({ length: 12 }, (_, index) => [entry('A-1', `${index + 1}.L1`, { why })]);
      await book('A-1', ...changes);
      await expect(ledger.ofMonth('2025-03', null)).resolves.toHaveLength(12);
      await expect(ledger.ofOrder('A-1')).resolves.toStrictEqual(changes.flat());
    });
  });
};
