import { abortUpload as decideAbort } from '../../shared/domain/recordings/upload.ts';
import { answerRefusal } from '../../shared/runtime/answer.ts';
import { changeOrder } from '../../shared/runtime/change-order.ts';
import { orderStore, secrets, sessions } from '../../shared/runtime/deps.ts';
import { readDesks } from '../../shared/runtime/env.ts';
import type { HttpFunction } from '../../shared/runtime/http-entry.ts';
import { httpEntry } from '../../shared/runtime/http-entry.ts';
import type { OrderReading } from '../../shared/runtime/read-order.ts';
import type { Desks } from '../../shared/domain/decision.ts';
import { answerRecording } from './answer-recording.ts';
import { readRecording } from './read-recording.ts';

/** `DELETE /api/recordings/{recordingId}`: its trainer gives an upload up, or discards a file that did not pass its check. */
export const abortUpload =
  (desk: OrderReading & { desks: Desks }): HttpFunction =>
  async (request, now) => {
    const read = await readRecording(desk, request, now);
    if ('answer' in read) return read.answer;
    const { actor, recording, order } = read;
    const changed = await changeOrder(
      desk,
      order.orderId,
      (current, facts) => decideAbort(current, recording.id, actor, facts),
      { actor, id: null, now },
    );
    if ('refusal' in changed) return answerRefusal(changed.refusal);
    return await answerRecording(desk, request, { ...read, order: changed.order }, now);
  };

export const handler = httpEntry(() =>
  abortUpload({ orders: orderStore(), sessions: sessions(), secrets: secrets(), desks: readDesks() }),
);
