import { jwtVerify, SignJWT } from 'jose';
import * as z from 'zod/mini';
import type { StaffActor } from '../domain/actions/action.ts';
import type { Instant } from '../domain/instant.ts';
import { epochMs } from '../domain/instant.ts';
import type { Secrets } from '../ports/secrets.ts';
import type { Session, Sessions } from '../ports/sessions.ts';
import type { Answer } from './answer.ts';
import { unauthorized } from './answer.ts';
import type { HttpRequest } from './http-entry.ts';

export type SessionCheck = { sessions: Sessions; secrets: Secrets };

/** The cookie that carries a session in a browser; programs send it as `Authorization: Bearer`. */
export const sessionCookie = 'ninedays-session';

const audience = 'ninedays-staff';
const claimsSchema = z.object({ jti: z.string() });

/** The bearer's token of a session: an HS256 JWT that names the session. Who it is and what they may is looked up, so both can be revoked. */
export const signSession = async (session: Session, key: string, now: Instant): Promise<string> =>
  await new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setJti(session.sessionId)
    .setAudience(audience)
    .setIssuedAt(new Date(now))
    .setExpirationTime(new Date(session.expiresAt))
    .sign(bytes(key));

/** Who calls, or the 401 that says why not. */
export const authenticate = async (
  request: HttpRequest,
  check: SessionCheck,
  now: Instant,
): Promise<{ actor: StaffActor } | { answer: Answer }> => {
  const found = await findSession(request, check, now);
  if ('answer' in found) return found;
  const { staffId, roles } = found.session;
  return { actor: { type: 'staff', id: staffId, roles } };
};

type Found = { session: Session } | { answer: Answer };

/** The session that a request carries, or the 401 that says why there is none. */
export const findSession = async (
  request: HttpRequest,
  check: SessionCheck,
  now: Instant,
): Promise<Found> => {
  const token = readToken(request);
  if (token === null) return { answer: unauthorized('no-session') };
  return await sessionOfToken(token, check, now);
};

/** The session that a token names, or the 401 that says why it names none. */
export const sessionOfToken = async (
  token: string,
  { sessions, secrets }: SessionCheck,
  now: Instant,
): Promise<Found> => {
  const sessionId = await verifyToken(token, await secrets.values('session-key'), now);
  if (sessionId === null) return { answer: unauthorized('invalid-session') };
  const session = await sessions.find(sessionId);
  if (session === null || session.expiresAt <= now) return { answer: unauthorized('session-ended') };
  return { session };
};

const cookieAttributes = 'Path=/; HttpOnly; SameSite=Strict';

/** The `Set-Cookie` of a session. It names a length of time: the browser's clock may be another than the product's. */
export const cookieOf = (token: string, expiresAt: Instant, now: Instant, isSecure: boolean): string => {
  const seconds = Math.floor((epochMs(expiresAt) - epochMs(now)) / 1000);
  return `${sessionCookie}=${token}; Max-Age=${seconds}; ${cookieAttributes}${isSecure ? '; Secure' : ''}`;
};

/** The `Set-Cookie` that takes a session from the browser. */
export const clearedCookie = `${sessionCookie}=; Max-Age=0; ${cookieAttributes}`;

/** Whether a browser says that a page of the product asks, or a person; programs say nothing. */
export const isOwnPage = (headers: HttpRequest['headers']): boolean =>
  ['same-origin', 'none', undefined].includes(headers['sec-fetch-site']);

/** A cookie counts only for the product's own pages: browsers send it along with what other sites ask for, too. */
const readToken = ({ headers, cookies }: HttpRequest): string | null => {
  const bearer = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(headers['authorization'] ?? '')?.[1];
  const cookie = isOwnPage(headers)
    ? cookies.find((item) => item.startsWith(`${sessionCookie}=`))
    : undefined;
  return bearer ?? cookie?.slice(sessionCookie.length + 1) ?? null;
};

const verifyToken = async (token: string, keys: readonly string[], now: Instant): Promise<string | null> => {
  const options = { algorithms: ['HS256'], audience, currentDate: new Date(epochMs(now)) };
  for (const key of keys) {
    const verified = await jwtVerify(token, bytes(key), options).catch(() => null);
    if (verified !== null) return claimsSchema.safeParse(verified.payload).data?.jti ?? null;
  }
  return null;
};

const bytes = (key: string): Uint8Array => new TextEncoder().encode(key);
