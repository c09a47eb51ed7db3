import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Instant } from '../../../shared/domain/instant.ts';
import type { DueTimer } from '../../../shared/ports/order-store.ts';
import type { Timers } from '../../../shared/ports/timers.ts';
import { minute, start } from './build-commit.ts';

export type TimersRig = {
  timers: Timers;
  /** Turns the clock, which begins at 2025-03-08T02:00:00Z, and lets fire what is due. */
  turnTo(now: Instant): Promise<void>;
  /** What the queue of due timers has got since it was last asked. */
  due(): Promise<DueTimer[]>;
  close(): Promise<void>;
};

const briefing: DueTimer = { orderId: 'A-1001', step: 'briefing', version: 3 };

/** What every timer service must do, whatever is behind it. */
export const describeTimers = (name: string, open: () => Promise<TimersRig>): void => {
  describe(`the timers: ${name}`, () => {
    let rig: TimersRig;
    beforeEach(async () => {
      rig = await open();
    });
    afterEach(async () => {
      await rig.close();
    });

    it('sends a timer to the queue at its time, not before, and once', async () => {
      await rig.timers.set({ ...briefing, at: minute(30) }, start);
      await rig.turnTo(minute(29.99));
      await expect(rig.due()).resolves.toStrictEqual([]);
      await rig.turnTo(minute(30));
      await expect(rig.due()).resolves.toStrictEqual([briefing]);
      await rig.turnTo(minute(9999));
      await expect(rig.due()).resolves.toStrictEqual([]);
    });

    it('takes a timer that is set twice for one, at the time at which it was set first', async () => {
      await rig.timers.set({ ...briefing, at: minute(30) }, start);
      await rig.timers.set({ ...briefing, at: minute(30) }, minute(1));
      await rig.timers.set({ ...briefing, at: minute(60) }, minute(1));
      await rig.turnTo(minute(30));
      await expect(rig.due()).resolves.toStrictEqual([briefing]);
      await rig.turnTo(minute(60));
      await expect(rig.due()).resolves.toStrictEqual([]);
    });

    it.each([
      ['now', 0],
      ['past', -60],
    ])('sends a timer whose time is %s to the queue at once', async (_, minutes) => {
      await rig.timers.set({ ...briefing, at: minute(minutes) }, start);
      await expect(rig.due()).resolves.toStrictEqual([briefing]);
      await rig.turnTo(minute(60));
      await expect(rig.due()).resolves.toStrictEqual([]);
    });

    it('sends nothing for a timer that was dropped', async () => {
      await rig.timers.set({ ...briefing, at: minute(30) }, start);
      await rig.timers.drop(briefing);
      await rig.turnTo(minute(60));
      await expect(rig.due()).resolves.toStrictEqual([]);
    });

    it('drops a timer that never was, that was dropped before, and that has fired', async () => {
      await expect(rig.timers.drop(briefing)).resolves.toBeUndefined();
      await rig.timers.set({ ...briefing, at: minute(30) }, start);
      await rig.timers.drop(briefing);
      await expect(rig.timers.drop(briefing)).resolves.toBeUndefined();
      const other = { ...briefing, version: 4 };
      await rig.timers.set({ ...other, at: minute(31) }, start);
      await rig.turnTo(minute(31));
      await expect(rig.timers.drop(other)).resolves.toBeUndefined();
      await expect(rig.due()).resolves.toStrictEqual([other]);
    });

    it('tells timers apart by order, step and version, and drops just the one that is named', async () => {
      const others = [
        { ...briefing, version: 4 },
        { ...briefing, step: 'digest' },
        { ...briefing, orderId: 'A-1002' },
      ];
      for (const timer of [briefing, ...others]) await rig.timers.set({ ...timer, at: minute(30) }, start);
      await rig.timers.drop(briefing);
      await rig.turnTo(minute(30));
      const due = await rig.due();
      expect(due).toHaveLength(others.length);
      expect(due).toStrictEqual(expect.arrayContaining(others));
    });

    it('takes the longest number of an order with the longest step', async () => {
      const longest = { orderId: 'A_'.repeat(16), step: 'collect-signature-99.rung', version: 99_999 };
      await rig.timers.set({ ...longest, at: minute(30) }, start);
      await rig.turnTo(minute(30));
      await expect(rig.due()).resolves.toStrictEqual([longest]);
    });
  });
};
