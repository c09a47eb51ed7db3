import { later } from '../../shared/domain/instant.ts';
import type { Instant } from '../../shared/domain/instant.ts';
import type { Order } from '../../shared/domain/order.ts';
import { policyOf } from '../../shared/domain/policies/policies.ts';
import type { Recording } from '../../shared/domain/recordings/recording-facts.ts';
import { stateOf } from '../../shared/domain/recordings/recording-state.ts';
import { retentionOf } from '../../shared/domain/recordings/retention.ts';
import type { RecordingPageView } from './recording-page.ts';

/** R2.3 What the customer is shown of a recording that is ready. */
export const customerView = (
  { order, recording }: { order: Order; recording: Recording },
  { path, mediaOrigin }: { path: string; mediaOrigin: string },
  now: Instant,
): RecordingPageView => {
  const { found, size } = recording;
  const isVideo = found?.type === 'video';
  return {
    shopName: order.shop.name,
    trainedAt: order.training.startedAt,
    trainerName: order.facts.trainers.findLast(({ id }) => id === recording.by)?.name ?? '培训老师',
    durationSeconds: isVideo ? found.durationSeconds : 0,
    playsInBrowser: isVideo && found.playsInBrowser,
    sizeBytes: size,
    part: partOf(order, recording),
    watchUntil: watchUntil(order, recording, now),
    now,
    videoPath: `${path}/video`,
    downloadPath: `${path}/video?download=1`,
    progressPath: `${path}/progress`,
    mediaOrigin,
    contact: policyOf(order.policy).serviceContact,
  };
};

/** Which of the training's files it is, in the order in which they were recorded. */
const partOf = (order: Order, recording: Recording): RecordingPageView['part'] => {
  const policy = policyOf(order.policy);
  const files = order.facts.recordings
    .filter((one) => stateOf(order, one, policy) === 'ready')
    .toSorted((a, b) => (a.recordingStartedAt < b.recordingStartedAt ? -1 : 1));
  return files.length < 2 ? null : { number: files.indexOf(recording) + 1, of: files.length };
};

/** The link's end, or that of the recording where it comes first. */
const watchUntil = (order: Order, recording: Recording, now: Instant): Instant => {
  const expiresAt = recording.link?.expiresAt ?? now;
  const { until } = retentionOf(order, recording, policyOf(order.policy));
  return until !== null && until < expiresAt ? later(until, now) : expiresAt;
};
