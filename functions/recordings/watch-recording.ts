import { orderStore, recordingObjects, secrets, sessions } from '../../shared/runtime/deps.ts';
import { readDesks } from '../../shared/runtime/env.ts';
import type { HttpFunction } from '../../shared/runtime/http-entry.ts';
import { httpEntry } from '../../shared/runtime/http-entry.ts';
import type { UploadDesk } from './begin-upload.ts';
import { readRecording } from './read-recording.ts';
import { watchAsStaff } from './watch-as-staff.ts';

/** `GET /api/recordings/{recordingId}/video`: staff watch or, with `?download=1`, fetch a recording (R5.1). */
export const watchRecording =
  (desk: UploadDesk): HttpFunction =>
  async (request, now) => {
    const read = await readRecording(desk, request, now);
    if ('answer' in read) return read.answer;
    return await watchAsStaff(desk, read, request.query['download'] === '1', now);
  };

export const handler = httpEntry(() =>
  watchRecording({
    orders: orderStore(),
    sessions: sessions(),
    secrets: secrets(),
    objects: recordingObjects(),
    desks: readDesks(),
  }),
);
