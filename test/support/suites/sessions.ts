import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Session, Sessions } from '../../../shared/ports/sessions.ts';
import { minute } from './build-commit.ts';

export type SessionsRig = { fresh(): Promise<Sessions>; close(): Promise<void> };

const session = (overrides: Partial<Session> = {}): Session => ({
  sessionId: 'session-1',
  staffId: 'T1',
  roles: ['trainer', 'support'],
  expiresAt: minute(0.01),
  ...overrides,
});

/** What every keeper of sessions must do, whatever is behind it. */
export const describeSessions = (name: string, open: () => Promise<SessionsRig>): void => {
  describe(`the sessions: ${name}`, () => {
    let rig: SessionsRig;
    let sessions: Sessions;
    beforeAll(async () => {
      rig = await open();
    });
    beforeEach(async () => {
      sessions = await rig.fresh();
    });
    afterAll(async () => {
      await rig.close();
    });

    it('knows no session that was never added', async () => {
      await expect(sessions.find('session-1')).resolves.toBeNull();
    });

    it('gives a session as it was added, to the millisecond of its end', async () => {
      await sessions.add(session());
      await expect(sessions.find('session-1')).resolves.toStrictEqual(session());
    });

    it('ends the session that is named, and no other', async () => {
      await sessions.add(session());
      await sessions.add(session({ sessionId: 'session-2' }));
      await sessions.revoke('session-1');
      await expect(sessions.find('session-1')).resolves.toBeNull();
      await expect(sessions.find('session-2')).resolves.toMatchObject({ sessionId: 'session-2' });
    });

    it('ends a session that is not there', async () => {
      await expect(sessions.revoke('session-1')).resolves.toBeUndefined();
    });
  });
};
