import type { Instant } from '../../shared/domain/instant.ts';
import { plusMinutes } from '../../shared/domain/instant.ts';
import type { Recording } from '../../shared/domain/recordings/recording-facts.ts';
import { recordingKey } from '../../shared/domain/recordings/recording-id.ts';
import { openUpload, partBytes } from '../../shared/domain/recordings/upload.ts';
import type { RecordingObjects } from '../../shared/ports/recording-objects.ts';
import type { Answer } from '../../shared/runtime/answer.ts';
import { answerRefusal, ok } from '../../shared/runtime/answer.ts';
import type { HttpRequest } from '../../shared/runtime/http-entry.ts';
import type { OrderReading } from '../../shared/runtime/read-order.ts';
import type { RecordingRead } from './read-recording.ts';
import { readRecording } from './read-recording.ts';

export type UploadReading = OrderReading & { objects: RecordingObjects };

/** An upload that is underway, for the one whose it is; or the answer that says why not. */
export const openOwnUpload = async (
  reading: OrderReading,
  request: HttpRequest,
  now: Instant,
  action: string,
): Promise<RecordingRead | { answer: Answer }> => {
  const read = await readRecording(reading, request, now);
  if ('answer' in read) return read;
  const opened = openUpload(read.order, read.recording.id, read.actor, action);
  return 'refusal' in opened ? { answer: answerRefusal(opened.refusal) } : read;
};

/** Long enough for a batch on a bad line; what is late is signed again. */
const signedMinutes = 60;

/** An address for each part that takes just that part, of just its size. */
export const addressesOf = async (
  { objects }: { objects: RecordingObjects },
  recording: Recording,
  numbers: readonly number[],
  now: Instant,
): Promise<Answer> => {
  const { id, uploadId } = recording;
  const urls = await Promise.all(
    numbers.map(async (number) => {
      const part = { key: recordingKey(id), uploadId, number, size: partBytes(recording, number) };
      return [number, await objects.signPart(part, signedMinutes * 60, now)] as const;
    }),
  );
  return ok({ urls: Object.fromEntries(urls), expiresAt: plusMinutes(now, signedMinutes) });
};
