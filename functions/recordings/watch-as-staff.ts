import { mayWatch, watchers } from '../../shared/contracts/recordings-view.ts';
import type { Instant } from '../../shared/domain/instant.ts';
import { recordView } from '../../shared/domain/recordings/access.ts';
import type { Answer } from '../../shared/runtime/answer.ts';
import { answerRefusal } from '../../shared/runtime/answer.ts';
import { changeOrder } from '../../shared/runtime/change-order.ts';
import { log } from '../../shared/runtime/log.ts';
import type { UploadDesk } from './begin-upload.ts';
import type { RecordingRead } from './read-recording.ts';
import { redirectToVideo } from './redirect-to-video.ts';

/** Leads those to a recording who may watch it. Each access is logged, each sitting stands in the history. */
export const watchAsStaff = async (
  desk: Pick<UploadDesk, 'orders' | 'objects' | 'desks'>,
  { order, recording, actor }: RecordingRead,
  isDownload: boolean,
  now: Instant,
): Promise<Answer> => {
  if (!mayWatch(order, recording, actor))
    return answerRefusal({ type: 'wrong-role', action: 'watch-recording', accepted: watchers });
  const changed = await changeOrder(
    desk,
    order.orderId,
    (current, facts) => recordView(current, recording.id, actor, facts),
    { actor, id: null, now },
  );
  const access = isDownload ? 'download' : 'video';
  const outcome = 'refusal' in changed ? 'not-ready' : 'given';
  log('info', 'recording-access', { recordingId: recording.id, by: actor.id, access, outcome });
  if ('refusal' in changed) return answerRefusal(changed.refusal);
  return await redirectToVideo(desk, recording, isDownload, now);
};
