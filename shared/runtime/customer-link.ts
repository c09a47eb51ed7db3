import { jwtVerify, SignJWT } from 'jose';
import * as z from 'zod/mini';

/** What a customer's link is for, and nothing else. */
type Purpose = 'recording';
/** What the link leads to; whether it still does is on the order's record. */
export type LinkClaims = { recordingId: string; linkId: string };

const claimsSchema = z.object({ sub: z.string(), jti: z.string() });
const audienceOf = (purpose: Purpose): string => `ninedays-customer-${purpose}`;
const bytes = (key: string): Uint8Array => new TextEncoder().encode(key);

/** The token of a customer's link: an HS256 JWT for one purpose. It carries no end: that, and whether it was revoked, is looked up. */
export const signLink = async (
  purpose: Purpose,
  { recordingId, linkId }: LinkClaims,
  key: string,
): Promise<string> =>
  await new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setAudience(audienceOf(purpose))
    .setSubject(recordingId)
    .setJti(linkId)
    .sign(bytes(key));

/** Three parts of base64url. The last character of a signature has two bits that no decoder reads: of its four spellings, one is ours. */
const tokenForm = /^[\w-]+\.[\w-]+\.[\w-]{42}[AEIMQUYcgkosw048]$/;

/** What a token leads to, by any of the keys in force; null when it is none of ours, or for another purpose. */
export const readLink = async (
  purpose: Purpose,
  token: string,
  keys: readonly string[],
): Promise<LinkClaims | null> => {
  if (!tokenForm.test(token)) return null;
  const options = { algorithms: ['HS256'], audience: audienceOf(purpose) };
  for (const key of keys) {
    const verified = await jwtVerify(token, bytes(key), options).catch(() => null);
    const claims = claimsSchema.safeParse(verified?.payload).data;
    if (claims !== undefined) return { recordingId: claims.sub, linkId: claims.jti };
  }
  return null;
};
