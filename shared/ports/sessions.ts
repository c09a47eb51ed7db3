import type { Role } from '../domain/actions/action.ts';
import type { Instant } from '../domain/instant.ts';

/** A staff member's session: signed for the bearer, and valid only while this record stands. */
export type Session = { sessionId: string; staffId: string; roles: readonly Role[]; expiresAt: Instant };

export type Sessions = {
  add(session: Session): Promise<void>;
  find(sessionId: string): Promise<Session | null>;
  /** Ends one session; it is fine if there is none. */
  revoke(sessionId: string): Promise<void>;
};
