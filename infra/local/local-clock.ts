import * as z from 'zod/mini';
import type { Clock } from '../../shared/ports/clock.ts';
import type { KeptText } from './kept-text.ts';

/** `running`: real time, moved ahead by `offset`. `standing`: still at `at` until it is turned. */
const stateSchema = z.discriminatedUnion('mode', [
  z.object({ mode: z.literal('running'), offset: z.number() }),
  z.object({ mode: z.literal('standing'), at: z.number() }),
]);
type State = z.infer<typeof stateSchema>;

/** The clock of the local runtime. It goes on from where it stood after a restart, and never goes back. */
export type LocalClock = Clock & {
  readonly mode: State['mode'];
  /** Turns the clock ahead to this time (epoch ms); an earlier one changes nothing. */
  turnTo(time: number): void;
};

/** Opens the clock that was kept; a fresh one stands still at `start` (epoch ms) when that is given, and else runs with real time. */
export const openLocalClock = (kept: KeptText, start: number | null): LocalClock => {
  let state =
    readState(kept) ?? (start === null ? { mode: 'running', offset: 0 } : { mode: 'standing', at: start });
  let latest = 0;
  const now = (): number => {
    latest = Math.max(latest, state.mode === 'standing' ? state.at : Date.now() + state.offset);
    return latest;
  };
  const turnTo = (time: number): void => {
    if (time <= now()) return;
    state =
      state.mode === 'standing'
        ? { mode: 'standing', at: time }
        : { mode: 'running', offset: time - Date.now() };
    kept.save(JSON.stringify(state));
  };
  kept.save(JSON.stringify(state));
  return { now, turnTo, mode: state.mode };
};

const readState = (kept: KeptText): State | null => {
  const text = kept.load();
  return text === null ? null : stateSchema.parse(JSON.parse(text));
};
