import type { Desks, Facts, Outcome } from '../../shared/domain/decision.ts';
import type { Instant } from '../../shared/domain/instant.ts';
import type { Order } from '../../shared/domain/order.ts';
import { recordFound } from '../../shared/domain/recordings/check.ts';
import type { Found, Recording } from '../../shared/domain/recordings/recording-facts.ts';
import { recordingKey } from '../../shared/domain/recordings/recording-id.ts';
import { isPastLooks } from '../../shared/domain/recordings/look.ts';
import { findRecording } from '../../shared/domain/recordings/recording-state.ts';
import { endUpload, partBytes, reopenUpload } from '../../shared/domain/recordings/upload.ts';
import type { OrderStore } from '../../shared/ports/order-store.ts';
import type { RecordingObjects, StoredObject, UploadedPart } from '../../shared/ports/recording-objects.ts';
import type { InspectVideo } from '../../shared/ports/video-source.ts';
import { changeOrder } from '../../shared/runtime/change-order.ts';
import { log } from '../../shared/runtime/log.ts';

export type RecordingDesk = {
  orders: OrderStore;
  objects: RecordingObjects;
  inspectVideo: InspectVideo;
  desks: Desks;
};

/** What is in the store under a recording's key: the object; an upload that lacks parts; another size than was stated; or nothing at all. */
type Stored =
  | { type: 'object'; object: StoredObject }
  | { type: 'incomplete'; missing: number }
  | { type: 'wrong-size' }
  | { type: 'nothing' };

/** R2.2 Puts the parts together, if that is still to be done, inspects the file, and records what it found. Gives that in a word, for the log. */
export const checkRecording = async (
  desk: RecordingDesk,
  { orderId, recording, cause }: { orderId: string; recording: Recording; cause: string },
  now: Instant,
): Promise<string> => {
  const stored = await assemble(desk.objects, recording);
  const found = await inspect(desk, recording, stored, now);
  await changeOrder(desk, orderId, (order, facts) => decide(order, recording, { stored, found }, facts), {
    actor: { type: 'product' },
    id: cause,
    now,
  });
  const result = found?.type === 'unusable' ? found.problem : (found?.type ?? stored.type);
  log('info', 'recording-checked', { recordingId: recording.id, result });
  return result;
};

const decide = (
  order: Order,
  { id }: Recording,
  { stored, found }: { stored: Stored; found: Found | null },
  facts: Facts,
): Outcome | null => {
  if (found !== null) return recordFound(order, id, found, facts);
  const current = findRecording(order, id);
  const goesOn = stored.type === 'incomplete' && current !== null && !isPastLooks(current, facts.policy);
  return goesOn ? reopenUpload(order, id, stored.missing, facts) : endUpload(order, id, 'abandoned', facts);
};

const assemble = async (objects: RecordingObjects, recording: Recording): Promise<Stored> => {
  const { id, uploadId, size } = recording;
  const key = recordingKey(id);
  const there = await objects.find(key);
  if (there !== null) return { type: 'object', object: there };
  const parts = await objects.parts(key, uploadId);
  // Another check may have put them together meanwhile.
  if (parts === null) return await objectOrNothing(objects, key);
  const missing = missingParts(recording, parts);
  if (missing > 0) return { type: 'incomplete', missing };
  const completion = await objects.complete({ key, uploadId, size }, parts);
  if (completion === 'wrong-size') return { type: 'wrong-size' };
  if (completion === 'bad-parts') return { type: 'incomplete', missing: 1 };
  return await objectOrNothing(objects, key);
};

const objectOrNothing = async (objects: RecordingObjects, key: string): Promise<Stored> => {
  const object = await objects.find(key);
  return object === null ? { type: 'nothing' } : { type: 'object', object };
};

const missingParts = (recording: Recording, parts: readonly UploadedPart[]): number => {
  const good = parts.filter(({ number, size }) => size === partBytes(recording, number));
  return recording.parts - good.length;
};

const inspect = async (
  { objects, inspectVideo }: RecordingDesk,
  { id, size }: Recording,
  stored: Stored,
  now: Instant,
): Promise<Found | null> => {
  if (stored.type === 'wrong-size')
    return { type: 'unusable', at: now, problem: 'wrong-size', versionId: null };
  if (stored.type !== 'object') return null;
  const { object } = stored;
  const { versionId } = object;
  if (object.size !== size) return { type: 'unusable', at: now, problem: 'wrong-size', versionId };
  const read = async (start: number, end: number) => await objects.read(recordingKey(id), start, end);
  const video = await inspectVideo({ size, read });
  if ('problem' in video) return { type: 'unusable', at: now, problem: video.problem, versionId };
  return { type: 'video', at: now, ...video, versionId };
};
