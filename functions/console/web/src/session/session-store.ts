import type { CallApi } from '../api/call-api.ts';
import { anyAnswer, apiCaller } from '../api/call-api.ts';
import type { Session } from '../api/recording-views.ts';
import { sessionSchema } from '../api/recording-views.ts';
import { CallFailed } from '../upload/call-failed.ts';

/** The token was not taken, or the product could not be asked. */
export type SignInFailure = 'refused' | 'unreachable';

export type SessionState =
  | { type: 'unknown' }
  | { type: 'unreachable' }
  /** `ended`: a session came to its end while the page was in use. */
  | { type: 'signed-out'; ended: boolean; failure: SignInFailure | null }
  | { type: 'signed-in'; session: Session };

export type SessionStore = {
  state(): SessionState;
  subscribe(onChange: () => void): () => void;
  /** Asks the product who is signed in. */
  look(): Promise<void>;
  signIn(token: string): Promise<void>;
  signOut(): Promise<void>;
  /** To be told of when any call is refused for want of a session. */
  end(): void;
};

/** Who is signed in. The session itself is a cookie that no script can read. */
export const sessionStore = (call: CallApi = apiCaller({})): SessionStore => {
  let state: SessionState = { type: 'unknown' };
  const listeners = new Set<() => void>();
  const become = (next: SessionState): void => {
    state = next;
    for (const listener of listeners) listener();
  };
  const signedOut = (ended: boolean, failure: SignInFailure | null = null): void =>
    become({ type: 'signed-out', ended, failure });
  const look = async (): Promise<void> => {
    try {
      become({ type: 'signed-in', session: await call('/api/session', sessionSchema) });
    } catch (failure) {
      if (isStatus(failure, 401)) signedOut(false);
      else become({ type: 'unreachable' });
    }
  };
  return {
    state: () => state,
    subscribe: (onChange) => {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
    look,
    signIn: async (token) => {
      try {
        await call('/api/session', anyAnswer, { method: 'POST', body: { token } });
        await look();
      } catch (failure) {
        const ended = state.type === 'signed-out' && state.ended;
        signedOut(ended, isStatus(failure, 400, 401) ? 'refused' : 'unreachable');
      }
    },
    signOut: async () => {
      try {
        await call('/api/session', anyAnswer, { method: 'DELETE' });
        signedOut(false);
      } catch (failure) {
        // Still signed in, as far as is known, unless the session had ended before.
        if (isStatus(failure, 401)) signedOut(false);
        else become({ type: 'unreachable' });
      }
    },
    end: () => {
      if (state.type === 'signed-in') signedOut(true);
    },
  };
};

const isStatus = (failure: unknown, ...statuses: readonly number[]): boolean =>
  failure instanceof CallFailed && statuses.includes(failure.status);
