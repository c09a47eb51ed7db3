import * as z from 'zod/mini';
import { instantSchema } from '../domain/instant.ts';
import { orderIdSchema } from '../domain/order.ts';

/** A message of an order's group with its text: personal data, kept apart from the record and its history, and for a limited time. */
export const groupMessageSchema = z.object({
  orderId: orderIdSchema,
  messageId: z.string(),
  at: instantSchema,
  role: z.enum(['customer', 'trainer', 'support']),
  author: z.string(),
  text: z.string(),
  /** SHA-256 of what was sent, to tell a repeated message from another one under the same id. */
  contentHash: z.string(),
  receivedAt: instantSchema,
  expiresAt: instantSchema,
});
export type GroupMessage = z.infer<typeof groupMessageSchema>;

/** Reads what was said; it is written with the decision that it leads to. */
export type GroupMessages = {
  find(orderId: string, messageId: string): Promise<GroupMessage | null>;
  /** All that was said in an order's group, by the messages' own time. */
  ofOrder(orderId: string): Promise<readonly GroupMessage[]>;
};
