import { compareText } from '../compare-text.ts';
import type { Draft, Facts } from '../decision.ts';
import type { Instant } from '../instant.ts';
import { plusMinutes } from '../instant.ts';
import type { Order } from '../order.ts';
import type { Policy } from '../policy.ts';
import type { Recording } from './recording-facts.ts';
import { isUnderway, withRecording } from './recording-state.ts';

/** When it is looked whether an upload or a check has come to a standstill; null when there is nothing to look at (any more). */
export const nextLook = (order: Order, policy: Policy): Instant | null =>
  looksOf(order, policy)
    .map(({ at }) => at)
    .toSorted(compareText)[0] ?? null;

const looksOf = ({ facts }: Order, policy: Policy): readonly { recording: Recording; at: Instant }[] =>
  facts.recordings.filter(isUnderway).map((recording) => ({
    recording,
    at: plusMinutes(recording.since, minutesOf(recording.looks, policy)),
  }));

/** After the last look of the policy, which gives an upload up, a check that is still awaited is looked at again and again. */
const minutesOf = (looks: number, { recordings: { lookMinutes } }: Policy): number => {
  const last = lookMinutes.at(-1) ?? 0;
  return lookMinutes[looks] ?? last * (2 + looks - lookMinutes.length);
};

/**
 * R2.2 Uploads that nobody goes on with: if all parts are there, the check puts them together although nobody has said that they are; at the
 * last look, the upload is given up. A check that has not come to an end is started again.
 */
export const lookAtUploads = (order: Order, { now, policy }: Facts): Draft => {
  const due = looksOf(order, policy)
    .filter(({ at }) => at <= now)
    .map(({ recording: { id, looks, finishedAt } }) => ({
      id,
      looks: looks + 1,
      isLast: looks + 1 >= policy.recordings.lookMinutes.length && finishedAt === null,
    }));
  const gone = { at: now, how: 'abandoned', seq: order.version } as const;
  return {
    order: due.reduce(
      (looked, { id, looks, isLast }) => withRecording(looked, id, { looks, ...(isLast && { gone }) }),
      order,
    ),
    notices: [],
    work: due.map(({ id, isLast }) => ({ recordingId: id, work: isLast ? 'abort' : 'check' })),
  };
};
