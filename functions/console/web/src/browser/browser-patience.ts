import type { Patience } from '../upload/persist.ts';
import type { SessionStore } from '../session/session-store.ts';

/** Waits as a page can: until a time has passed or the browser is online again, and until somebody has signed in. */
export const browserPatience = (session: SessionStore): Patience => ({
  rest: async (ms, signal) =>
    await new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        window.removeEventListener('online', end);
        signal.removeEventListener('abort', end);
        if (signal.aborted) reject(abortReason(signal));
        else resolve();
      };
      const timer = window.setTimeout(end, ms);
      window.addEventListener('online', end);
      signal.addEventListener('abort', end);
    }),
  signedIn: async (signal) =>
    await new Promise((resolve, reject) => {
      const end = (): void => {
        if (!signal.aborted && session.state().type !== 'signed-in') return;
        unsubscribe();
        signal.removeEventListener('abort', end);
        if (signal.aborted) reject(abortReason(signal));
        else resolve();
      };
      const unsubscribe = session.subscribe(end);
      signal.addEventListener('abort', end);
      end();
    }),
});

const abortReason = (signal: AbortSignal): Error =>
  signal.reason instanceof Error ? signal.reason : new DOMException('aborted', 'AbortError');
