import type { StaffActor } from '../../shared/domain/actions/action.ts';
import type { Instant } from '../../shared/domain/instant.ts';
import type { Order } from '../../shared/domain/order.ts';
import type { Recording } from '../../shared/domain/recordings/recording-facts.ts';
import { orderOfRecording } from '../../shared/domain/recordings/recording-id.ts';
import { findRecording } from '../../shared/domain/recordings/recording-state.ts';
import type { Answer } from '../../shared/runtime/answer.ts';
import { answerRefusal } from '../../shared/runtime/answer.ts';
import type { HttpRequest } from '../../shared/runtime/http-entry.ts';
import type { OrderReading } from '../../shared/runtime/read-order.ts';
import { authenticate } from '../../shared/runtime/session.ts';

export type RecordingRead = { order: Order; recording: Recording; actor: StaffActor };

/** The recording that a path names with its order, for a caller with a session; or the answer that says why not. */
export const readRecording = async (
  reading: OrderReading,
  request: HttpRequest,
  now: Instant,
): Promise<RecordingRead | { answer: Answer }> => {
  const caller = await authenticate(request, reading, now);
  if ('answer' in caller) return caller;
  const { recordingId = '' } = request.params;
  const orderId = orderOfRecording(recordingId);
  const order = orderId === null ? null : await reading.orders.load(orderId);
  const recording = order === null ? null : findRecording(order, recordingId);
  if (order === null || recording === null)
    return { answer: answerRefusal({ type: 'unknown-recording', recordingId }) };
  return { order, recording, actor: caller.actor };
};
