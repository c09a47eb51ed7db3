import * as z from 'zod/mini';
import type { Clock } from '../../shared/ports/clock.ts';
import type { KeptText } from './kept-text.ts';

/** `running`: real time, moved ahead by `offset`; `latest` is what it has shown last. `standing`: still at `at` until it is turned. */
const stateSchema = z.discriminatedUnion('mode', [
  z.object({ mode: z.literal('running'), offset: z.number(), latest: z._default(z.number(), 0) }),
  z.object({ mode: z.literal('standing'), at: z.number() }),
]);
type State = z.infer<typeof stateSchema>;

/** How far a running clock may go (ms) before it is kept again. */
const keepEveryMs = 1000;

/** The clock of the local runtime. It goes on from where it stood after a restart, and never goes back. */
export type LocalClock = Clock & {
  readonly mode: State['mode'];
  /** Turns the clock ahead to this time (epoch ms); an earlier one changes nothing. */
  turnTo(time: number): void;
  /** Keeps the time that it has shown last. */
  close(): void;
};

/** Opens the clock that was kept; a fresh one stands still at `start` (epoch ms) when that is given, and else runs with real time. */
export const openLocalClock = (kept: KeptText, start: number | null): LocalClock => {
  let state = readState(kept) ?? freshState(start);
  let keptTime = 0;
  const keep = (): void => {
    kept.save(JSON.stringify(state));
    keptTime = timeOf(state);
  };
  const now = (): number => {
    if (state.mode === 'running') state = goOn(state);
    const time = timeOf(state);
    if (time >= keptTime + keepEveryMs) keep();
    return time;
  };
  const turnTo = (time: number): void => {
    if (time <= now()) return;
    state =
      state.mode === 'standing'
        ? { mode: 'standing', at: time }
        : { mode: 'running', offset: time - Date.now(), latest: time };
    keep();
  };
  now();
  keep();
  return { now, turnTo, close: keep, mode: state.mode };
};

const readState = (kept: KeptText): State | null => {
  const text = kept.load();
  return text === null ? null : stateSchema.parse(JSON.parse(text));
};

const freshState = (start: number | null): State =>
  start === null ? { mode: 'running', offset: 0, latest: 0 } : { mode: 'standing', at: start };

const timeOf = (state: State): number => (state.mode === 'standing' ? state.at : state.latest);

/** Where the system's clock was set back, this one goes on from what it has shown. */
const goOn = ({ offset, latest }: Extract<State, { mode: 'running' }>): State => {
  const real = Date.now();
  const ahead = Math.max(offset, latest - real);
  return { mode: 'running', offset: ahead, latest: real + ahead };
};
