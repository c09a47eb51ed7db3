import { parseJson } from '../../shared/contracts/parse-json.ts';
import { sessionRequestSchema } from '../../shared/contracts/session-view.ts';
import { badRequest, noContent, unauthorized } from '../../shared/runtime/answer.ts';
import { secrets, sessions } from '../../shared/runtime/deps.ts';
import type { HttpFunction } from '../../shared/runtime/http-entry.ts';
import { httpEntry } from '../../shared/runtime/http-entry.ts';
import type { SessionCheck } from '../../shared/runtime/session.ts';
import { cookieOf, isOwnPage, sessionOfToken } from '../../shared/runtime/session.ts';

/** `POST /api/session`: signs a browser in, by a cookie that holds the token and that no script can read. */
export const startSession =
  (check: SessionCheck): HttpFunction =>
  async ({ headers, body }, now) => {
    // Else another site could sign somebody in under a name that is not theirs.
    if (!isOwnPage(headers)) return unauthorized('no-session');
    const request = parseJson(sessionRequestSchema, body);
    if ('issues' in request) return badRequest(request.issues);
    const { token } = request.data;
    const found = await sessionOfToken(token, check, now);
    if ('answer' in found) return found.answer;
    const isSecure = headers['x-forwarded-proto'] === 'https';
    return noContent([cookieOf(token, found.session.expiresAt, now, isSecure)]);
  };

export const handler = httpEntry(() => startSession({ sessions: sessions(), secrets: secrets() }));
