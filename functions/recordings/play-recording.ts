import { orderStore, rateLimit, recordingObjects, secrets } from '../../shared/runtime/deps.ts';
import { readDesks } from '../../shared/runtime/env.ts';
import type { HttpFunction } from '../../shared/runtime/http-entry.ts';
import { httpEntry } from '../../shared/runtime/http-entry.ts';
import type { RecordingObjects } from '../../shared/ports/recording-objects.ts';
import type { AccessDesk } from './note-access.ts';
import { noteAccess } from './note-access.ts';
import { openLink } from './open-link.ts';
import { redirectToVideo } from './redirect-to-video.ts';

/** `GET /r/{token}/video`: the customer watches or, with `?download=1`, fetches the recording; its sittings and downloads are in the history (R2.3, R5.1). */
export const playRecording =
  (desk: AccessDesk & { objects: RecordingObjects }): HttpFunction =>
  async (request, now) => {
    const isDownload = request.query['download'] === '1';
    const type = isDownload ? 'downloaded' : 'opened';
    const opened = await openLink(desk, request, isDownload ? 'download' : 'video', now);
    if ('answer' in opened) return opened.answer;
    await noteAccess(desk, opened, { type }, now);
    return await redirectToVideo(desk, opened.recording, isDownload, now);
  };

export const handler = httpEntry(() =>
  playRecording({
    orders: orderStore(),
    secrets: secrets(),
    rateLimit: rateLimit(),
    objects: recordingObjects(),
    desks: readDesks(),
  }),
);
