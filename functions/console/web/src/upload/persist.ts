import { CallFailed, isPassing } from './call-failed.ts';

/** Why an upload stands still though nobody paused it. */
export type Trouble = 'unreachable' | 'signed-out';

/** How the world lets an upload wait. Both reject when the signal is aborted. */
export type Patience = {
  /** Resolves after so many milliseconds, or as soon as the network has come back. */
  rest(ms: number, signal: AbortSignal): Promise<void>;
  /** Resolves when somebody is signed in again. */
  signedIn(signal: AbortSignal): Promise<void>;
};

export type Persistence = {
  patience: Patience;
  signal: AbortSignal;
  onTrouble: (trouble: Trouble | null) => void;
};

/** 1, 2, 4 … 30 seconds: soon for a hiccup, seldom for a night without network. */
export const restMs = (attempt: number): number => Math.min(30_000, 1000 * 2 ** Math.min(attempt, 10));

/**
 * Makes a call again and again until it is answered: past a lost network and a busy server, and past the end of a session once somebody has
 * signed in. Rejects with what no repetition mends, and when the signal is aborted.
 */
export const persist = async <Result>(
  call: () => Promise<Result>,
  { patience, signal, onTrouble }: Persistence,
): Promise<Result> => {
  for (let attempt = 0; ; attempt += 1) {
    signal.throwIfAborted();
    try {
      const result = await call();
      onTrouble(null);
      return result;
    } catch (failure) {
      signal.throwIfAborted();
      if (!(failure instanceof CallFailed)) throw failure;
      if (failure.status === 401) {
        onTrouble('signed-out');
        await patience.signedIn(signal);
      } else if (isPassing(failure)) {
        onTrouble('unreachable');
        await patience.rest(restMs(attempt), signal);
      } else throw failure;
    }
  }
};
