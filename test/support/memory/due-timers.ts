import type { DueTimer } from '../../../shared/ports/order-store.ts';
import type { DueTimers } from '../../../shared/ports/timers.ts';

/** The queue of due timers in memory: `sent` is what was put on it, in order. */
export const memoryDueTimers = (): DueTimers & { readonly sent: readonly DueTimer[] } => {
  const sent: DueTimer[] = [];
  return { sent, send: async (timers) => void sent.push(...structuredClone(timers)) };
};
