import { viewSession } from '../../shared/contracts/session-view.ts';
import { ok } from '../../shared/runtime/answer.ts';
import { secrets, sessions } from '../../shared/runtime/deps.ts';
import type { HttpFunction } from '../../shared/runtime/http-entry.ts';
import { httpEntry } from '../../shared/runtime/http-entry.ts';
import type { SessionCheck } from '../../shared/runtime/session.ts';
import { findSession } from '../../shared/runtime/session.ts';

/** `GET /api/session`: who is signed in, with which roles, until when. */
export const showSession =
  (check: SessionCheck): HttpFunction =>
  async (request, now) => {
    const found = await findSession(request, check, now);
    return 'answer' in found ? found.answer : ok(viewSession(found.session));
  };

export const handler = httpEntry(() => showSession({ sessions: sessions(), secrets: secrets() }));
