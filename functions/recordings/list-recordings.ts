import type { RecordingsView } from '../../shared/contracts/recordings-view.ts';
import { policyOf } from '../../shared/domain/policies/policies.ts';
import { ok } from '../../shared/runtime/answer.ts';
import { orderStore, secrets, sessions } from '../../shared/runtime/deps.ts';
import type { HttpFunction } from '../../shared/runtime/http-entry.ts';
import { httpEntry } from '../../shared/runtime/http-entry.ts';
import type { OrderReading } from '../../shared/runtime/read-order.ts';
import { readOrder } from '../../shared/runtime/read-order.ts';
import { viewFor } from './answer-recording.ts';

/** `GET /api/orders/{orderId}/recordings`: an order's recordings, and what the upload page needs to know. */
export const listRecordings =
  (reading: OrderReading): HttpFunction =>
  async (request, now) => {
    const read = await readOrder(reading, request, now);
    if ('answer' in read) return read.answer;
    const { order, actor } = read;
    const { maxBytes, contentTypes } = policyOf(order.policy).recordings;
    const { minutes, startedAt, customerJoinedAt, finishedAt } = order.training;
    const views = order.facts.recordings.map(
      async (recording) => await viewFor(reading, request, { order, recording, actor }, now),
    );
    return ok({
      orderId: order.orderId,
      now,
      training: { minutes, startedAt, customerJoinedAt, finishedAt },
      limits: { maxBytes, accepted: contentTypes },
      recordings: await Promise.all(views),
      holds: order.facts.holds.map(({ id, reason, from, to, by }) => ({ holdId: id, reason, from, to, by })),
    } satisfies RecordingsView);
  };

export const handler = httpEntry(() =>
  listRecordings({ orders: orderStore(), sessions: sessions(), secrets: secrets() }),
);
