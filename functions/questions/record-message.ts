import { messageWebhookSchema } from '../../shared/contracts/message-webhook.ts';
import { parseJson } from '../../shared/contracts/parse-json.ts';
import { badRequest } from '../../shared/runtime/answer.ts';
import { groupMessages, orderStore, secrets } from '../../shared/runtime/deps.ts';
import { readDesks } from '../../shared/runtime/env.ts';
import type { HttpFunction } from '../../shared/runtime/http-entry.ts';
import { httpEntry } from '../../shared/runtime/http-entry.ts';
import { authenticateSender } from '../../shared/runtime/signed-request.ts';
import type { MessageIntake } from './take-message.ts';
import { takeMessage } from './take-message.ts';

/** `POST /webhooks/messages`: what is said in the orders' groups, by a signed message that may come late, out of order and more than once. */
export const recordMessage =
  (intake: MessageIntake): HttpFunction =>
  async (request, now) => {
    const sender = await authenticateSender(request, intake, now);
    if ('answer' in sender) return sender.answer;
    const message = parseJson(messageWebhookSchema, request.body);
    if ('issues' in message) return badRequest(message.issues);
    return await takeMessage(intake, message.data, sender.messageId, now);
  };

export const handler = httpEntry(() =>
  recordMessage({
    orders: orderStore(),
    messages: groupMessages(),
    secrets: secrets(),
    desks: readDesks(),
  }),
);
