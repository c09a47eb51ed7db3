import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Instant } from '../domain/instant.ts';
import { epochMs } from '../domain/instant.ts';

/** Whether a webhook's message is the sender's own, and fresh. */
export type Verdict =
  | { ok: true; messageId: string }
  | { ok: false; reason: 'headers' | 'timestamp' | 'signature' };

/** 32 bytes in base64, nothing around it: the decoder itself would pass over what is no base64. */
const signatureForm = /^v1,[A-Za-z0-9+/]{43}=$/;
const toleranceSeconds = 5 * 60;

/**
 * Standard Webhooks: `v1,<base64 HMAC-SHA256>` over `id.timestamp.body`, at most five minutes old or ahead in whole seconds, by any of the secrets in force.
 * The package `standardwebhooks` reads the system's clock, so it signs and cross-checks in the tests, and the check itself is here with the time handed in.
 */
export const verifyWebhook = (
  headers: Readonly<Record<string, string>>,
  body: string,
  secrets: readonly string[],
  now: Instant,
): Verdict => {
  const messageId = headers['webhook-id'] ?? '';
  const timestamp = headers['webhook-timestamp'] ?? '';
  const signatures = headers['webhook-signature'] ?? '';
  if (!/^[\x21-\x7e]{1,256}$/.test(messageId) || !/^\d{1,12}$/.test(timestamp) || signatures === '')
    return { ok: false, reason: 'headers' };
  if (Math.abs(Math.floor(epochMs(now) / 1000) - Number(timestamp)) > toleranceSeconds)
    return { ok: false, reason: 'timestamp' };
  const content = `${messageId}.${timestamp}.${body}`;
  const valid = secrets.some((secret) => hasSignature(signatures, sign(secret, content)));
  return valid ? { ok: true, messageId } : { ok: false, reason: 'signature' };
};

const sign = (secret: string, content: string): Buffer =>
  createHmac('sha256', Buffer.from(secret.replace(/^whsec_/, ''), 'base64'))
    .update(content)
    .digest();

const hasSignature = (signatures: string, expected: Buffer): boolean =>
  signatures
    .split(' ')
    .filter((signature) => signatureForm.test(signature))
    .map((signature) => Buffer.from(signature.slice(3), 'base64'))
    .some((given) => timingSafeEqual(given, expected));
