import * as z from 'zod/mini';
import { isoTimeSchema } from '../domain/instant.ts';
import { lineSchema, orderIdSchema } from '../domain/order.ts';
import './issues.ts';

const messageIdSchema = z
  .string()
  .check(z.regex(/^[\x21-\x7e]{1,64}$/, 'a message id is 1–64 visible ASCII characters'));
const authorIdSchema = lineSchema(1, 64);

const message = {
  orderId: orderIdSchema,
  messageId: messageIdSchema,
  /** The message's own time, by which questions are judged. */
  at: isoTimeSchema,
  /** Empty where there is none: a picture, a voice message. */
  text: z.string().check(z.maxLength(4000)),
};

const receivedSchema = z.object({
  ...message,
  author: z.object({
    role: z.literal('customer', 'the role of who writes a message.received is "customer"'),
    id: authorIdSchema,
  }),
});
const sentSchema = z.object({
  ...message,
  author: z.object({
    role: z.enum(['trainer', 'support'], 'the role of who writes a message.sent is "trainer" or "support"'),
    id: authorIdSchema,
  }),
});

/** `POST /webhooks/messages`: what was said in an order's group, by the customer or by us. Members that are not named here are ignored. */
export const messageWebhookSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('message.received'), data: receivedSchema }),
  z.object({ type: z.literal('message.sent'), data: sentSchema }),
]);
export type MessageWebhook = z.infer<typeof messageWebhookSchema>;

/** What became of the message: written down now, or known already with the same content. */
export const messageAnswerSchema = z.object({
  orderId: orderIdSchema,
  messageId: messageIdSchema,
  state: z.enum(['recorded', 'repeated']),
});
export type MessageAnswer = z.infer<typeof messageAnswerSchema>;
