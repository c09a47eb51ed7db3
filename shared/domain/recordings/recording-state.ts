import { epochMs } from '../instant.ts';
import type { Instant } from '../instant.ts';
import type { Order } from '../order.ts';
import type { Policy } from '../policy.ts';
import type { Recording } from './recording-facts.ts';

export const recordingProblems = [
  'not-a-video',
  'no-duration',
  'broken',
  'wrong-size',
  'parts-missing',
  'too-short',
  'starts-late',
] as const;
/** R2.2 What is wrong with a recording. */
export type RecordingProblem = (typeof recordingProblems)[number];

export const recordingStates = ['uploading', 'checking', 'ready', 'rejected', 'expired', 'deleted'] as const;
export type RecordingState = (typeof recordingStates)[number];

/** R2.2 Where a recording stands. It follows from what is known of it and of the order's other files. */
export const stateOf = (order: Order, recording: Recording, policy: Policy): RecordingState => {
  if (recording.gone !== null) return recording.gone.how === 'expired' ? 'expired' : 'deleted';
  if (recording.finishedAt === null) return 'uploading';
  if (recording.found === null) return 'checking';
  return problemsOf(order, recording, policy).length === 0 ? 'ready' : 'rejected';
};

/**
 * R2.2 What is wrong with a recording. Length and beginning are judged over all usable files of the order together, as a recorder may write
 * several: a file that was too short alone becomes good by the one that follows. What has been shared with the customer once stays good.
 */
export const problemsOf = (
  order: Order,
  { found, accepted, link, missingParts }: Recording,
  policy: Policy,
): readonly RecordingProblem[] => {
  if (found === null) return missingParts > 0 ? ['parts-missing'] : [];
  if (found.type === 'unusable') return [found.problem];
  return accepted === null && link === null ? [...tooShort(order, policy), ...startsLate(order)] : [];
};

/** The files of an order that turned out to be videos, also those that have expired since. */
const usable = ({ facts }: Order) =>
  facts.recordings.flatMap((recording) => {
    const { found, gone, recordingStartedAt, customerJoinedAt } = recording;
    if (found?.type !== 'video' || (gone !== null && gone.how !== 'expired')) return [];
    return [{ recording, recordingStartedAt, customerJoinedAt, durationSeconds: found.durationSeconds }];
  });

/** R2.3 Whether the training's recording is whole, or was until it expired. */
export const isRecorded = (order: Order, policy: Policy): boolean =>
  usable(order).some(({ recording }) => problemsOf(order, recording, policy).length === 0);

const tooShort = (order: Order, { recordings }: Policy): RecordingProblem[] =>
  recordedSeconds(order) < order.training.minutes * 60 * recordings.leastShare ? ['too-short'] : [];

/** R2.2 Seconds of time that are on video: what two files show of the same time counts once. */
export const recordedSeconds = (order: Order): number => {
  const spans = usable(order)
    .map(({ recordingStartedAt, durationSeconds }) => {
      const from = epochMs(recordingStartedAt) / 1000;
      return { from, to: from + durationSeconds };
    })
    .toSorted((a, b) => a.from - b.from);
  let seconds = 0;
  let covered = -Infinity;
  for (const { from, to } of spans) {
    seconds += Math.max(0, to - Math.max(from, covered));
    covered = Math.max(covered, to);
  }
  return seconds;
};

/** R2.2 The earliest file begins when the customer joins, by the earliest statement of when that was. */
const startsLate = (order: Order): RecordingProblem[] => {
  const files = usable(order);
  const start = earliest(files.map(({ recordingStartedAt }) => recordingStartedAt));
  const joined = earliest([
    ...files.map(({ customerJoinedAt }) => customerJoinedAt),
    ...(order.training.customerJoinedAt === null ? [] : [order.training.customerJoinedAt]),
  ]);
  return start !== undefined && joined !== undefined && start > joined ? ['starts-late'] : [];
};

const earliest = (instants: readonly Instant[]): Instant | undefined => instants.toSorted()[0];

/** Whether it is still on its way: its upload goes on, or its check. */
export const isUnderway = ({ gone, found }: Recording): boolean => gone === null && found === null;

/** The recording of this id. */
export const findRecording = ({ facts }: Order, id: string): Recording | null =>
  facts.recordings.find((recording) => recording.id === id) ?? null;

/** The order with this recording changed. */
export const withRecording = (order: Order, id: string, patch: Partial<Recording>): Order => ({
  ...order,
  facts: {
    ...order.facts,
    recordings: order.facts.recordings.map((one) => (one.id === id ? { ...one, ...patch } : one)),
  },
});
