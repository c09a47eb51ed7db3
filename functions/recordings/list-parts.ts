import { recordingKey } from '../../shared/domain/recordings/recording-id.ts';
import { ok } from '../../shared/runtime/answer.ts';
import { orderStore, recordingObjects, secrets, sessions } from '../../shared/runtime/deps.ts';
import type { HttpFunction } from '../../shared/runtime/http-entry.ts';
import { httpEntry } from '../../shared/runtime/http-entry.ts';
import type { UploadReading } from './own-upload.ts';
import { openOwnUpload } from './own-upload.ts';

/** `GET /api/recordings/{recordingId}/parts`: what S3 has of an upload, for one that goes on. */
export const listParts =
  (reading: UploadReading): HttpFunction =>
  async (request, now) => {
    const read = await openOwnUpload(reading, request, now, 'list-parts');
    if ('answer' in read) return read.answer;
    const { id, uploadId } = read.recording;
    return ok({ parts: (await reading.objects.parts(recordingKey(id), uploadId)) ?? [] });
  };

export const handler = httpEntry(() =>
  listParts({
    orders: orderStore(),
    sessions: sessions(),
    secrets: secrets(),
    objects: recordingObjects(),
  }),
);
