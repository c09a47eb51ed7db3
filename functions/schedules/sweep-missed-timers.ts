import { plusMinutes } from '../../shared/domain/instant.ts';
import type { Instant } from '../../shared/domain/instant.ts';
import {
  dueTimers,
  noticeQueue,
  orderStore,
  outbox,
  recordingQueue,
  timers,
} from '../../shared/runtime/deps.ts';
import { scheduledEntry } from '../../shared/runtime/scheduled-entry.ts';
import type { Sweep } from './sweep.ts';
import { sweepEffects, sweepTimers } from './sweep.ts';

/** So long after its time a timer counts as missed: the scheduler's minute, the queue, and some retries. */
const graceMinutes = 5;

/** Every half hour: sends on timers that never fired, and starts effects again that the stream never did. */
export const sweepMissedTimers =
  (sweep: Sweep) =>
  async (now: Instant): Promise<void> => {
    const until = plusMinutes(now, -graceMinutes);
    try {
      await sweepTimers(sweep, until);
    } finally {
      await sweepEffects(sweep, until, now);
    }
  };

export const handler = scheduledEntry(() =>
  sweepMissedTimers({
    orders: orderStore(),
    outbox: outbox(),
    timers: timers(),
    dueTimers: dueTimers(),
    noticeQueue: noticeQueue(),
    recordingQueue: recordingQueue(),
  }),
);
