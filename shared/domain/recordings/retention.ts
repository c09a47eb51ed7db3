import type { Facts } from '../decision.ts';
import { compareText } from '../compare-text.ts';
import { drawAfter } from '../draw/draw-calendar.ts';
import type { Instant } from '../instant.ts';
import { epochMs, later, plusMinutes, toInstant } from '../instant.ts';
import type { Order } from '../order.ts';
import type { Policy } from '../policy.ts';
import type { Hold, Recording, RecordingWork } from './recording-facts.ts';

/** R5.3 The draw whose population the order belongs to: the first one after the end of its training was recorded; null while it is not. */
export const coveringDraw = ({ training }: Order): Instant | null =>
  training.finishRecordedAt === null ? null : drawAfter(training.finishRecordedAt);

/** R5.3 When the draw that covers the order has been held and has set its holds. A cancelled order whose training never ended is in no draw. Null while neither has a time. */
const drawnAt = (order: Order, { recordings }: Policy): Instant | null => {
  const draw = coveringDraw(order);
  return draw === null ? order.endedAt : plusMinutes(draw, recordings.releaseAfterDrawMinutes);
};

/** R5.1 When a recording has been kept for its month, which counts from when it was up. */
const monthOver = ({ finishedAt, startedAt }: Recording, { recordings }: Policy): Instant =>
  toInstant(epochMs(finishedAt ?? startedAt) + recordings.keepDays * dayMs);

/** R5.1, R5.3 When the store may be told that it may delete a recording: after a month, and after the draw. */
const releaseOf = (order: Order, recording: Recording, policy: Policy): Instant | null => {
  const drawn = drawnAt(order, policy);
  return drawn === null ? null : later(drawn, monthOver(recording, policy));
};

/** R5.3 The holds that last. */
export const activeHolds = ({ facts }: Order): readonly Hold[] => facts.holds.filter(({ to }) => to === null);

/** The store has it as an object: parts that were never put together are given up by a rule of the store's own. */
const isStored = ({ found, gone }: Recording): boolean => found !== null && gone === null;

/** R5.3 When the next of the order's recordings is to be released; null while a hold lasts, and when none waits. */
export const nextRelease = (order: Order, policy: Policy): Instant | null => {
  if (activeHolds(order).length > 0) return null;
  return (
    order.facts.recordings
      .filter((recording) => isStored(recording) && recording.releasedAt === null)
      .flatMap((recording) => releaseOf(order, recording, policy) ?? [])
      .toSorted(compareText)[0] ?? null
  );
};

/** R5.3 Releases what may go by now, and takes back what a hold wants kept. What is to be told to the store goes with it. */
export const keepOrRelease = (
  order: Order,
  { now, policy }: Pick<Facts, 'now' | 'policy'>,
): { order: Order; work: readonly RecordingWork[] } => {
  const isHeld = activeHolds(order).length > 0;
  const mayGo = (recording: Recording): boolean => {
    const at = releaseOf(order, recording, policy);
    return !isHeld && at !== null && at <= now;
  };
  const changed = order.facts.recordings.filter(
    (recording) => isStored(recording) && (recording.releasedAt !== null) !== mayGo(recording),
  );
  if (changed.length === 0) return { order, work: [] };
  const recordings = order.facts.recordings.map((recording) =>
    changed.includes(recording) ? { ...recording, releasedAt: mayGo(recording) ? now : null } : recording,
  );
  return {
    order: { ...order, facts: { ...order.facts, recordings } },
    work: changed.map((recording) => ({
      recordingId: recording.id,
      work: mayGo(recording) ? 'release' : 'keep',
    })),
  };
};

/**
 * R5.1, R5.3 Until when a recording is kept and why. `until` is null while a hold lasts, or while the covering draw has no date; it is when
 * the store takes it away, which is a midnight of UTC.
 */
export type Retention = {
  until: Instant | null;
  reason: 'one-month' | 'before-draw' | 'released' | 'held' | 'training-open' | 'gone';
};

export const retentionOf = (order: Order, recording: Recording, policy: Policy): Retention => {
  if (recording.gone !== null) return { until: recording.gone.at, reason: 'gone' };
  if (activeHolds(order).length > 0) return { until: null, reason: 'held' };
  const due = releaseOf(order, recording, policy);
  if (due === null) return { until: null, reason: 'training-open' };
  const until = nextMidnightUtc(recording.releasedAt ?? due);
  const wasHeld = order.facts.holds.some(({ to }) => to !== null && to > due);
  if (!wasHeld && due <= monthOver(recording, policy)) return { until, reason: 'one-month' };
  const awaitsDraw = recording.releasedAt === null && coveringDraw(order) !== null;
  return { until, reason: awaitsDraw ? 'before-draw' : 'released' };
};

const dayMs = 24 * 60 * 60_000;

/** S3 rounds the end of so many days up to the next midnight of UTC. */
const nextMidnightUtc = (instant: Instant): Instant => toInstant(Math.ceil(epochMs(instant) / dayMs) * dayMs);
