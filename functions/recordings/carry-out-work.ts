import type { Desks } from '../../shared/domain/decision.ts';
import type { Instant } from '../../shared/domain/instant.ts';
import { recordingKey } from '../../shared/domain/recordings/recording-id.ts';
import { findRecording, isUnderway } from '../../shared/domain/recordings/recording-state.ts';
import type { OrderStore } from '../../shared/ports/order-store.ts';
import type { OutboxResult, RecordingItem } from '../../shared/ports/outbox.ts';
import type { RecordingObjects } from '../../shared/ports/recording-objects.ts';
import { checkRecording } from './check-recording.ts';

export type RecordingDesk = { orders: OrderStore; objects: RecordingObjects; desks: Desks };

type Result = Omit<OutboxResult, 'at'>;
const done = (detail: string | null = null): Result => ({ state: 'done', detail });
const nothing: Result = { state: 'void', detail: 'the recording has moved on' };

/** Does a piece of work as the order now wants it, so that pieces that come late or out of order do no harm. */
export const carryOutWork = async (
  desk: RecordingDesk,
  { orderId, recordingId, work, id }: RecordingItem,
  now: Instant,
): Promise<Result> => {
  const { orders, objects } = desk;
  const order = await orders.load(orderId);
  const recording = order === null ? null : findRecording(order, recordingId);
  const key = recordingKey(recordingId);
  if (recording === null) return nothing;
  if (work === 'abort') {
    await objects.abort(key, recording.uploadId);
    return done();
  }
  if (work === 'check') {
    if (!isUnderway(recording)) return nothing;
    return done(await checkRecording(desk, { orderId, recording, cause: id }, now));
  }
  if (recording.gone !== null || (await objects.find(key)) === null) return nothing;
  const retention = recording.releasedAt === null ? 'kept' : 'released';
  await objects.setRetention(key, retention);
  return done(retention);
};
