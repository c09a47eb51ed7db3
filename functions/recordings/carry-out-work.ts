import type { Instant } from '../../shared/domain/instant.ts';
import type { Recording } from '../../shared/domain/recordings/recording-facts.ts';
import { recordingKey } from '../../shared/domain/recordings/recording-id.ts';
import { findRecording, isUnderway } from '../../shared/domain/recordings/recording-state.ts';
import type { OutboxResult, RecordingItem } from '../../shared/ports/outbox.ts';
import type { RecordingDesk } from './check-recording.ts';
import { checkRecording } from './check-recording.ts';

type Result = Omit<OutboxResult, 'at'>;
const done = (detail: string | null = null): Result => ({ state: 'done', detail });
const nothing: Result = { state: 'void', detail: 'the recording has moved on' };

/** Does a piece of work as the order now wants it, so that pieces that come late or out of order do no harm. */
export const carryOutWork = async (
  desk: RecordingDesk,
  item: RecordingItem,
  now: Instant,
): Promise<Result> => {
  const { orderId, work, id: cause } = item;
  if (work === 'release' || work === 'keep') return await keepOrLetGo(desk, item);
  const recording = await load(desk, item);
  if (recording === null)
    return work === 'abort' && (await letGo(desk, item.recordingId)) ? done('released') : nothing;
  if (recording.gone !== null) return await forget(desk, recording);
  if (work === 'abort' || !isUnderway(recording)) return nothing;
  const result = await checkRecording(desk, { orderId, recording, cause }, now);
  const after = await load(desk, item);
  return after === null || after.gone === null ? done(result) : await forget(desk, after);
};

type Named = Pick<RecordingItem, 'orderId' | 'recordingId'>;

const load = async (
  { orders }: RecordingDesk,
  { orderId, recordingId }: Named,
): Promise<Recording | null> => {
  const order = await orders.load(orderId);
  return order === null ? null : findRecording(order, recordingId);
};

/** Ends an upload that is over. Where a check put it together at that very moment, nobody will ever ask for the object: it may go. */
const forget = async (
  { objects }: Pick<RecordingDesk, 'objects'>,
  { id, uploadId }: Recording,
): Promise<Result> => {
  await objects.abort(recordingKey(id), uploadId);
  return done((await letGo({ objects }, id)) ? 'released' : null);
};

/** Whether there was an object to let go. */
const letGo = async ({ objects }: Pick<RecordingDesk, 'objects'>, id: string): Promise<boolean> => {
  const key = recordingKey(id);
  if ((await objects.find(key)) === null) return false;
  await objects.setRetention(key, 'released');
  return true;
};

/** R5.3 Sets the tag and looks again: a release that is slow must not undo the hold that came meanwhile. */
const keepOrLetGo = async (desk: RecordingDesk, item: Named): Promise<Result> => {
  const key = recordingKey(item.recordingId);
  let set: 'kept' | 'released' | null = null;
  for (;;) {
    const recording = await load(desk, item);
    if (recording === null || recording.gone !== null) return nothing;
    const wanted = recording.releasedAt === null ? 'kept' : 'released';
    if (wanted === set) return done(set);
    if ((await desk.objects.find(key)) === null) return nothing;
    await desk.objects.setRetention(key, wanted);
    set = wanted;
  }
};
