import { recordView } from '../../shared/domain/recordings/access.ts';
import { answerRefusal } from '../../shared/runtime/answer.ts';
import { changeOrder } from '../../shared/runtime/change-order.ts';
import { orderStore, recordingObjects, secrets, sessions } from '../../shared/runtime/deps.ts';
import { readDesks } from '../../shared/runtime/env.ts';
import type { HttpFunction } from '../../shared/runtime/http-entry.ts';
import { httpEntry } from '../../shared/runtime/http-entry.ts';
import type { UploadDesk } from './begin-upload.ts';
import { redirectToVideo } from './redirect-to-video.ts';
import { readRecording } from './read-recording.ts';

/** `GET /api/recordings/{recordingId}/video`: staff watch or, with `?download=1`, fetch a recording. Who has is in the history (R5.1). */
export const watchRecording =
  (desk: UploadDesk): HttpFunction =>
  async (request, now) => {
    const read = await readRecording(desk, request, now);
    if ('answer' in read) return read.answer;
    const { order, recording, actor } = read;
    const changed = await changeOrder(
      desk,
      order.orderId,
      (current, facts) => recordView(current, recording.id, actor, facts),
      { actor, id: null, now },
    );
    if ('refusal' in changed) return answerRefusal(changed.refusal);
    return await redirectToVideo(desk, recording, request.query['download'] === '1', now);
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
