import type { Instant } from '../domain/instant.ts';
import type { Secrets } from '../ports/secrets.ts';
import type { Answer } from './answer.ts';
import { unauthorized } from './answer.ts';
import type { HttpRequest } from './http-entry.ts';
import { count, log } from './log.ts';
import { metricNames } from './metric-names.ts';
import { verifyWebhook } from './webhook.ts';

/** The id of a signed message whose sender is proven; or the 401 that says why not, which is counted and logged. */
export const authenticateSender = async (
  { headers, body }: Pick<HttpRequest, 'headers' | 'body'>,
  { secrets }: { secrets: Secrets },
  now: Instant,
): Promise<{ messageId: string } | { answer: Answer }> => {
  const verdict = verifyWebhook(headers, body, await secrets.values('crm-webhook'), now);
  if (verdict.ok) return { messageId: verdict.messageId };
  count(metricNames.webhookRejected);
  log('warn', 'webhook-rejected', { reason: verdict.reason });
  return { answer: unauthorized(verdict.reason) };
};
