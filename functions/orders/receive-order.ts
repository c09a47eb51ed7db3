import { crmMessageSchema } from '../../shared/contracts/crm-message.ts';
import { parseJson } from '../../shared/contracts/parse-json.ts';
import { badRequest } from '../../shared/runtime/answer.ts';
import { orderStore, secrets } from '../../shared/runtime/deps.ts';
import { readDesks } from '../../shared/runtime/env.ts';
import type { HttpFunction } from '../../shared/runtime/http-entry.ts';
import { httpEntry } from '../../shared/runtime/http-entry.ts';
import { authenticateSender } from '../../shared/runtime/signed-request.ts';
import type { OrderIntake } from './take-crm-message.ts';
import { takeCrmMessage } from './take-crm-message.ts';

/** `POST /webhooks/crm`: orders, changes and cancellations from the CRM, by a signed message that may come more than once. */
export const receiveOrder =
  (intake: OrderIntake): HttpFunction =>
  async (request, now) => {
    const sender = await authenticateSender(request, intake, now);
    if ('answer' in sender) return sender.answer;
    const message = parseJson(crmMessageSchema, request.body);
    if ('issues' in message) return badRequest(message.issues);
    return await takeCrmMessage(intake, message.data, sender.messageId, now);
  };

export const handler = httpEntry(() =>
  receiveOrder({ orders: orderStore(), secrets: secrets(), desks: readDesks() }),
);
