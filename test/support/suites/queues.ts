import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dueTimerSchema, effectMessageSchema } from '../../../shared/contracts/queue-messages.ts';
import type { DueTimers, EffectQueue } from '../../../shared/ports/timers.ts';

export type QueuesRig = {
  dueTimers: DueTimers;
  noticeQueue: EffectQueue;
  /** The messages' contents, in any order, since they were last asked for. */
  received(queue: 'due-timers' | 'notices'): Promise<unknown[]>;
  close(): Promise<void>;
};

/** What every queue must do, whatever is behind it. */
export const describeQueues = (name: string, open: () => Promise<QueuesRig>): void => {
  describe(`the queues: ${name}`, () => {
    let rig: QueuesRig;
    beforeEach(async () => {
      rig = await open();
    });
    afterEach(async () => {
      await rig.close();
    });

    const timers = Array.from({ length: 23 }, (_, version) => ({
      orderId: 'A-1',
      step: 'briefing',
      version,
    }));
    const noticeIds = Array.from({ length: 20 }, (_, index) => `A-1.${index}.0`);

    it('take any number of timers, each as a message that the functions can read', async () => {
      await rig.dueTimers.send(timers);
      const messages = (await rig.received('due-timers')).map((message) => dueTimerSchema.parse(message));
      expect(messages.toSorted((a, b) => a.version - b.version)).toStrictEqual(timers);
    });

    it('take any number of notices, each as a message that the functions can read', async () => {
      await rig.noticeQueue.send(noticeIds);
      const messages = (await rig.received('notices')).map((message) => effectMessageSchema.parse(message));
      expect(new Set(messages.map(({ id }) => id))).toStrictEqual(new Set(noticeIds));
      expect(messages).toHaveLength(noticeIds.length);
    });

    it('get nothing when there is nothing to send', async () => {
      await rig.dueTimers.send([]);
      await rig.noticeQueue.send([]);
      await expect(rig.received('due-timers')).resolves.toStrictEqual([]);
      await expect(rig.received('notices')).resolves.toStrictEqual([]);
    });

    it('take the same message twice as two', async () => {
      await rig.noticeQueue.send(['A-1.1.0', 'A-1.1.0']);
      await expect(rig.received('notices')).resolves.toStrictEqual([{ id: 'A-1.1.0' }, { id: 'A-1.1.0' }]);
    });
  });
};
