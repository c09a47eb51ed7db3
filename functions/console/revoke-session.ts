import * as z from 'zod/mini';
import type { Sessions } from '../../shared/ports/sessions.ts';
import { sessions } from '../../shared/runtime/deps.ts';
import { operatorEntry } from '../../shared/runtime/operator-entry.ts';

const revocationSchema = z.strictObject({ sessionId: z.uuid() });

/** The operator's command that ends a session before its time. */
export const revokeSession =
  (sessions: Sessions) =>
  async ({ sessionId }: z.infer<typeof revocationSchema>) => {
    await sessions.revoke(sessionId);
    return { revoked: sessionId };
  };

export const handler = operatorEntry(revocationSchema, () => revokeSession(sessions()));
