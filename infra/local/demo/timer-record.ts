import type { HistoryEntry } from '../../../shared/domain/history.ts';
import type { Instant } from '../../../shared/domain/instant.ts';
import { later } from '../../../shared/domain/instant.ts';

type FiredTimer = { step: string; plannedAt: Instant | null; firedAt: Instant };

/** What became of an order's timers: those that fired, how many were dropped unfired, those still to come. */
export type TimerRecord = {
  fired: readonly FiredTimer[];
  dropped: number;
  waiting: readonly { step: string; at: Instant }[];
};

/** Plays the history's timers through: set, dropped, fired. One that was set for a time already past is planned for the moment it was set. */
export const timerRecordOf = (history: readonly HistoryEntry[]): TimerRecord => {
  const waiting = new Map<string, Instant>();
  const fired: FiredTimer[] = [];
  let dropped = 0;
  for (const { at, actor, effects } of history) {
    if (actor.type === 'timer') {
      fired.push({ step: actor.step, plannedAt: waiting.get(actor.step) ?? null, firedAt: at });
      waiting.delete(actor.step);
    }
    for (const step of effects.timersDropped) dropped += Number(waiting.delete(step));
    for (const timer of effects.timersSet) waiting.set(timer.step, later(timer.at, at));
  }
  return { fired, dropped, waiting: [...waiting].map(([step, at]) => ({ step, at })) };
};
