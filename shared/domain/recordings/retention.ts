import type { Facts } from '../decision.ts';
import { drawAfter } from '../draw/draw-calendar.ts';
import type { Instant } from '../instant.ts';
import { epochMs, later, plusMinutes, toInstant } from '../instant.ts';
import type { Order } from '../order.ts';
import type { Policy } from '../policy.ts';
import type { Hold, Recording, RecordingWork } from './recording-facts.ts';

/** R5.2, R5.3 The draw whose population the order belongs to: the first one after the end of its training was recorded; null while it is not. */
export const coveringDraw = ({ training }: Order): Instant | null =>
  training.finishRecordedAt === null ? null : drawAfter(training.finishRecordedAt);

/**
 * R5.3 When the store may be told that it may delete the order's recordings: once the draw that covers it has been held and has set its holds;
 * a cancelled order whose training never ended is in no draw. Null while neither has a time.
 */
export const releaseAt = (order: Order, { recordings }: Policy): Instant | null => {
  const draw = coveringDraw(order);
  return draw === null ? order.endedAt : plusMinutes(draw, recordings.releaseAfterDrawMinutes);
};

/** R5.3 The holds that last. */
export const activeHolds = ({ facts }: Order): readonly Hold[] => facts.holds.filter(({ to }) => to === null);

/** The store has it as an object: parts that were never put together are given up by a rule of the store's own. */
const isStored = ({ found, gone }: Recording): boolean => found !== null && gone === null;

/** R5.3 The order's recordings that wait for their release. */
export const awaitsRelease = (order: Order): boolean =>
  activeHolds(order).length === 0 &&
  order.facts.recordings.some((recording) => isStored(recording) && recording.releasedAt === null);

/** R5.3 Releases what may go by now, and takes back what a hold wants kept. What is to be told to the store goes with it. */
export const keepOrRelease = (
  order: Order,
  { now, policy }: Pick<Facts, 'now' | 'policy'>,
): { order: Order; work: readonly RecordingWork[] } => {
  const at = releaseAt(order, policy);
  const mayGo = at !== null && at <= now && activeHolds(order).length === 0;
  const changed = order.facts.recordings.filter(
    (recording) => isStored(recording) && (recording.releasedAt !== null) !== mayGo,
  );
  if (changed.length === 0) return { order, work: [] };
  const recordings = order.facts.recordings.map((recording) =>
    changed.includes(recording) ? { ...recording, releasedAt: mayGo ? now : null } : recording,
  );
  return {
    order: { ...order, facts: { ...order.facts, recordings } },
    work: changed.map(({ id }) => ({ recordingId: id, work: mayGo ? 'release' : 'keep' })),
  };
};

/**
 * R5.1, R5.3 Until when a recording is kept and why. `until` is null while a hold lasts, or while the covering draw has no date; it is when
 * the store takes it away, which is a midnight of UTC.
 */
export type Retention = {
  until: Instant | null;
  reason: 'one-month' | 'before-draw' | 'held' | 'training-open' | 'gone';
};

export const retentionOf = (order: Order, recording: Recording, policy: Policy): Retention => {
  if (recording.gone !== null) return { until: recording.gone.at, reason: 'gone' };
  if (activeHolds(order).length > 0) return { until: null, reason: 'held' };
  const released = recording.releasedAt ?? releaseAt(order, policy);
  if (released === null) return { until: null, reason: 'training-open' };
  const stored = recording.found?.at ?? recording.startedAt;
  const month = nextMidnightUtc(toInstant(epochMs(stored) + policy.recordings.keepDays * dayMs));
  const until = later(month, nextMidnightUtc(released));
  return { until, reason: until === month ? 'one-month' : 'before-draw' };
};

const dayMs = 24 * 60 * 60_000;

/** S3 rounds the end of so many days up to the next midnight of UTC. */
const nextMidnightUtc = (instant: Instant): Instant => toInstant(Math.ceil(epochMs(instant) / dayMs) * dayMs);
