import { compareText } from '../compare-text.ts';
import type { Draft, Facts } from '../decision.ts';
import type { Instant } from '../instant.ts';
import { plusMinutes } from '../instant.ts';
import type { Order } from '../order.ts';
import type { Policy } from '../policy.ts';
import type { Recording, RecordingWork } from './recording-facts.ts';
import { isUnderway, withRecording } from './recording-state.ts';

/** When it is looked whether an upload or a check has come to a standstill; null when there is nothing to look at (any more). */
export const nextLook = (order: Order, policy: Policy): Instant | null =>
  looksOf(order, policy)
    .map(({ at }) => at)
    .toSorted(compareText)[0] ?? null;

const looksOf = ({ facts }: Order, policy: Policy): readonly { recording: Recording; at: Instant }[] =>
  facts.recordings.filter(isUnderway).flatMap((recording) => {
    const minutes = policy.recordings.lookMinutes[recording.looks];
    const at =
      minutes === undefined ? null : plusMinutes(recording.finishedAt ?? recording.startedAt, minutes);
    return at === null ? [] : [{ recording, at }];
  });

/**
 * R2.2 Uploads that nobody goes on with: if all parts are there, the check puts them together although nobody has said that they are; at the
 * last look, the upload is given up. A check that has not come to an end is started again.
 */
export const lookAtUploads = (order: Order, { now, policy }: Facts): Draft => {
  const due = looksOf(order, policy).filter(({ at }) => at <= now);
  return due.reduce<Draft & { work: readonly RecordingWork[] }>(
    (draft, { recording }) => {
      const looks = recording.looks + 1;
      const isLast = looks >= policy.recordings.lookMinutes.length && recording.finishedAt === null;
      const gone = isLast ? { at: now, how: 'abandoned' as const, seq: order.version } : null;
      return {
        ...draft,
        order: withRecording(draft.order, recording.id, { looks, gone }),
        work: [...draft.work, { recordingId: recording.id, work: isLast ? 'abort' : 'check' }],
      };
    },
    { order, notices: [], work: [] },
  );
};
