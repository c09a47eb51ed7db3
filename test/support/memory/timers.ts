import type { Instant } from '../../../shared/domain/instant.ts';
import type { DueTimer } from '../../../shared/ports/order-store.ts';
import type { DueTimers, Timers } from '../../../shared/ports/timers.ts';
import { memoryDueTimers } from './due-timers.ts';

type SetTimer = DueTimer & { at: Instant };

/** The timer service in memory. `waiting` shows what is set, the earliest first; `fire` sends on what is due by an instant. */
export const memoryTimers = (dueTimers: DueTimers = memoryDueTimers()) => {
  const set = new Map<string, SetTimer>();
  const waiting = (): readonly SetTimer[] => [...set.values()].toSorted((a, b) => (a.at < b.at ? -1 : 1));

  const timers: Timers = {
    set: async (timer, now) => {
      if (timer.at <= now) await dueTimers.send([withoutTime(timer)]);
      else if (!set.has(nameOf(timer))) set.set(nameOf(timer), { ...timer });
    },
    drop: async (timer) => void set.delete(nameOf(timer)),
  };

  return {
    ...timers,
    waiting,
    fire: async (until: Instant): Promise<void> => {
      for (const timer of waiting().filter(({ at }) => at <= until)) {
        set.delete(nameOf(timer));
        await dueTimers.send([withoutTime(timer)]);
      }
    },
  };
};

const nameOf = ({ orderId, step, version }: DueTimer): string => `${orderId}.${step}.${version}`;

const withoutTime = ({ orderId, step, version }: SetTimer): DueTimer => ({ orderId, step, version });
