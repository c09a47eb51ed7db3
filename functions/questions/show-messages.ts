import { viewMessages } from '../../shared/contracts/messages-view.ts';
import type { GroupMessages } from '../../shared/ports/group-messages.ts';
import { ok } from '../../shared/runtime/answer.ts';
import { groupMessages, orderStore, secrets, sessions } from '../../shared/runtime/deps.ts';
import type { HttpFunction } from '../../shared/runtime/http-entry.ts';
import { httpEntry } from '../../shared/runtime/http-entry.ts';
import type { OrderReading } from '../../shared/runtime/read-order.ts';
import { readOrder } from '../../shared/runtime/read-order.ts';

/** `GET /api/orders/{orderId}/messages`: what was said in the order's group, by the messages' own time. */
export const showMessages =
  (reading: OrderReading & { messages: GroupMessages }): HttpFunction =>
  async (request, now) => {
    const read = await readOrder(reading, request, now);
    if ('answer' in read) return read.answer;
    const { order, actor } = read;
    const said = await reading.messages.ofOrder(order.orderId);
    return ok(viewMessages(order, said, actor, now));
  };

export const handler = httpEntry(() =>
  showMessages({
    orders: orderStore(),
    sessions: sessions(),
    secrets: secrets(),
    messages: groupMessages(),
  }),
);
