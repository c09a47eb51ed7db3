import type { EffectQueue } from '../../../shared/ports/timers.ts';

/** A queue of effects in memory: `sent` is the ids that were put on it, in order. */
export const memoryEffectQueue = (): EffectQueue & { readonly sent: readonly string[] } => {
  const sent: string[] = [];
  return { sent, send: async (ids) => void sent.push(...ids) };
};
