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

/** After the last look of the policy, a check that is still awaited is looked for again and again. */
const minutesOf = (looks: number, { recordings: { lookMinutes } }: Policy): number => {
  const last = lookMinutes.at(-1) ?? 0;
  return lookMinutes[looks] ?? last * (2 + looks - lookMinutes.length);
};

/** R2.2 Whether an upload has been looked at for the last time: the check of it then gives it up, if it still lacks parts. */
export const isPastLooks = ({ looks, finishedAt }: Recording, { recordings }: Policy): boolean =>
  finishedAt === null && looks >= recordings.lookMinutes.length;

/**
 * R2.2 Uploads that nobody goes on with are checked: if all parts are there, they are put together although nobody has said that they are. A
 * check that has not come to an end is started again.
 */
export const lookAtUploads = (order: Order, { now, policy }: Facts): Draft => {
  const due = looksOf(order, policy).filter(({ at }) => at <= now);
  return {
    order: due.reduce(
      (looked, { recording: { id, looks } }) => withRecording(looked, id, { looks: looks + 1 }),
      order,
    ),
    notices: [],
    work: due.map(({ recording: { id } }) => ({ recordingId: id, work: 'check' })),
  };
};
