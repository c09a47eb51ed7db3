import type { Instant } from '../../shared/domain/instant.ts';
import type { Recording } from '../../shared/domain/recordings/recording-facts.ts';
import { recordingKey } from '../../shared/domain/recordings/recording-id.ts';
import type { RecordingObjects } from '../../shared/ports/recording-objects.ts';
import type { Answer } from '../../shared/runtime/answer.ts';

/** Long enough for the next hour of a video; a player whose address has died asks for the next one. */
const watchMinutes = 60;

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
