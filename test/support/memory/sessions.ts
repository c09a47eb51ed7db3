import type { Session, Sessions } from '../../../shared/ports/sessions.ts';

/** Staff sessions in memory. */
export const memorySessions = (): Sessions => {
  const stored = new Map<string, Session>();
  return {
    add: async (session) => void stored.set(session.sessionId, structuredClone(session)),
    find: async (sessionId) => structuredClone(stored.get(sessionId)) ?? null,
    revoke: async (sessionId) => void stored.delete(sessionId),
  };
};
