import * as z from 'zod/mini';
import type { StaffActor } from '../domain/actions/action.ts';
import type { Instant } from '../domain/instant.ts';
import type { MessageStamp } from '../domain/maintenance-facts.ts';
import { messageStampSchema } from '../domain/maintenance-facts.ts';
import type { Order } from '../domain/order.ts';
import type { GroupMessage } from '../ports/group-messages.ts';

export const messageViewSchema = z.extend(
  z.pick(messageStampSchema, { at: true, role: true, dismissed: true }),
  {
    messageId: z.string(),
    /** Staff id, or the customer's id of the chat; null where the caller may not see that. */
    author: z.nullable(z.string()),
    /** Null where the caller may not see it, or once it has been kept for its time. */
    text: z.nullable(z.string()),
    masked: z.boolean(),
  },
);

/** `GET /api/orders/{id}/messages`: what was said in the order's group, by the messages' own time. */
export const messagesViewSchema = z.object({ orderId: z.string(), messages: z.array(messageViewSchema) });

const readers = ['support', 'manager', 'auditor'] as const;

/** The messages as a staff member may see them: texts and the customer's id are for the order's people, support, managers and auditors. */
export const viewMessages = (
  order: Order,
  said: readonly GroupMessage[],
  { id, roles }: StaffActor,
  now: Instant,
): z.infer<typeof messagesViewSchema> => {
  const { trainer, assistant, sales } = order;
  const masked =
    ![trainer.id, assistant.id, sales.id].includes(id) && !readers.some((role) => roles.includes(role));
  const readable = masked ? [] : said.filter(({ expiresAt }) => expiresAt > now);
  const kept = new Map(readable.map((message) => [message.messageId, message]));
  const messages = order.facts.messages
    .toSorted((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)))
    .map((stamp) => ({ ...viewMessage(stamp, kept.get(stamp.id)), masked }));
  return { orderId: order.orderId, messages };
};

const viewMessage = (
  { id, at, role, author, dismissed }: MessageStamp,
  kept: GroupMessage | undefined,
): Omit<z.infer<typeof messageViewSchema>, 'masked'> => ({
  messageId: id,
  at,
  role,
  author: role === 'customer' ? (kept?.author ?? null) : author,
  text: kept?.text ?? null,
  dismissed,
});
