import type { Instant } from '../../shared/domain/instant.ts';
import type { Recording } from '../../shared/domain/recordings/recording-facts.ts';
import { recordingKey } from '../../shared/domain/recordings/recording-id.ts';
import type { RecordingObjects } from '../../shared/ports/recording-objects.ts';
import type { Answer } from '../../shared/runtime/answer.ts';

/** So long a player that has its address goes on after a link was revoked; one whose address has died asks for the next. */
const watchMinutes = 20;

/** Sends the player, or the browser that downloads, to the store for a short time. */
export const redirectToVideo = async (
  { objects }: { objects: RecordingObjects },
  { id, contentType, fileName }: Recording,
  isDownload: boolean,
  now: Instant,
): Promise<Answer> => {
  const object = { key: recordingKey(id), contentType, fileName: isDownload ? fileName : null };
  const location = await objects.signDownload(object, watchMinutes * 60, now);
  return { status: 302, body: { location }, headers: { location } };
};
