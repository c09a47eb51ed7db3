import { crmMessageSchema } from '../../shared/contracts/crm-message.ts';
import { parseJson } from '../../shared/contracts/parse-json.ts';
import { badRequest, unauthorized } from '../../shared/runtime/answer.ts';
import { count, log } from '../../shared/runtime/log.ts';
import { metricNames } from '../../shared/runtime/metric-names.ts';
import { orderStore, secrets } from '../../shared/runtime/deps.ts';
import { readDesks } from '../../shared/runtime/env.ts';
import type { HttpFunction } from '../../shared/runtime/http-entry.ts';
import { httpEntry } from '../../shared/runtime/http-entry.ts';
import { verifyWebhook } from '../../shared/runtime/webhook.ts';
import type { OrderIntake } from './take-crm-message.ts';
import { takeCrmMessage } from './take-crm-message.ts';

/** `POST /webhooks/crm`: orders, changes and cancellations from the CRM, by a signed message that may come more than once. */
export const receiveOrder =
  (intake: OrderIntake): HttpFunction =>
  async ({ headers, body }, now) => {
    const verdict = verifyWebhook(headers, body, await intake.secrets.values('crm-webhook'), now);
    if (!verdict.ok) {
      count(metricNames.webhookRejected);
      log('warn', 'webhook-rejected', { reason: verdict.reason });
      return unauthorized(verdict.reason);
    }
    const message = parseJson(crmMessageSchema, body);
    if ('issues' in message) return badRequest(message.issues);
    return await takeCrmMessage(intake, message.data, verdict.messageId, now);
  };

export const handler = httpEntry(() =>
  receiveOrder({ orders: orderStore(), secrets: secrets(), desks: readDesks() }),
);
