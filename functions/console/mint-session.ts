import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { roleSchema } from '../../shared/domain/actions/action.ts';
import type { Instant } from '../../shared/domain/instant.ts';
import { plusMinutes } from '../../shared/domain/instant.ts';
import { secrets, sessions } from '../../shared/runtime/deps.ts';
import { operatorEntry } from '../../shared/runtime/operator-entry.ts';
import type { SessionCheck } from '../../shared/runtime/session.ts';
import { signSession } from '../../shared/runtime/session.ts';

/** Whose session, with which roles, for how many hours (12 unless told, a year at most). */
export const mintRequestSchema = z.strictObject({
  staffId: z.string().check(z.minLength(1), z.maxLength(64)),
  roles: z.array(roleSchema).check(z.minLength(1)),
  hours: z._default(z.int().check(z.minimum(1), z.maximum(24 * 365)), 12),
});

/** The operator's command that gives a staff member a session. The token is shown once and kept nowhere. */
export const mintSession =
  ({ sessions, secrets }: SessionCheck) =>
  async ({ staffId, roles, hours }: z.infer<typeof mintRequestSchema>, now: Instant) => {
    const session = { sessionId: randomUUID(), staffId, roles, expiresAt: plusMinutes(now, hours * 60) };
    const [key = ''] = await secrets.values('session-key');
    await sessions.add(session);
    return { token: await signSession(session, key, now), ...session };
  };

export const handler = operatorEntry(mintRequestSchema, () =>
  mintSession({ sessions: sessions(), secrets: secrets() }),
);
