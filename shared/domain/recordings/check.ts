import type { Change, Facts } from '../decision.ts';
import type { Order } from '../order.ts';
import { settle } from '../settle.ts';
import type { Found, Recording } from './recording-facts.ts';
import { findRecording, isUnderway, withRecording } from './recording-state.ts';

/** R2.2, R2.3 What the check of a file has found; settling shares what is whole. Null when there is nothing to check any more. */
export const recordFound = (order: Order, id: string, found: Found, facts: Facts): Change | null => {
  const recording = findRecording(order, id);
  if (recording === null || !isUnderway(recording)) return null;
  const finishedAt = recording.finishedAt ?? facts.now;
  const checked = withRecording(order, id, { found, finishedAt, since: facts.now });
  const { type } = found;
  return settle(
    order,
    {
      order: checked,
      event: 'recording-checked',
      rules: ['R2.2', 'R2.3'],
      facts: {
        recordingId: id,
        versionId: found.versionId,
        ...(type === 'video'
          ? { container: found.container, durationSeconds: found.durationSeconds }
          : { problem: found.problem }),
      },
      notices: [],
    },
    facts,
  );
};

/** R5.1 What the store says of a recording that it has deleted: hidden at first, with its bytes erased a day later. */
export type Deletion = {
  what: 'hidden' | 'erased';
  reason: 'expired' | 'removed';
  versionId: string | null;
  /** The store's id of its message. */
  eventId: string;
};

/** R5.1 The store's own word that a recording is gone is kept as the proof. Null when it says nothing new. */
export const recordDeletion = (
  order: Order,
  id: string,
  { what, reason, versionId, eventId }: Deletion,
  facts: Facts,
): Change | null => {
  const recording = findRecording(order, id);
  if (recording === null) return null;
  // The version that hid it can be deleted, too: then the recording is there again.
  const isOther = what === 'erased' && recording.found !== null && recording.found.versionId !== versionId;
  const patch = isOther ? null : deletionPatch(recording, { what, reason }, order.version + 1, facts);
  if (patch === null) return null;
  return settle(
    order,
    {
      order: withRecording(order, id, patch),
      event: what === 'hidden' ? `recording-${reason}` : 'recording-erased',
      rules: ['R5.1'],
      facts: { recordingId: id, reason, versionId, eventId },
      notices: [],
    },
    facts,
  );
};

const deletionPatch = (
  { gone, erasedAt }: Recording,
  { what, reason }: Pick<Deletion, 'what' | 'reason'>,
  seq: number,
  { now }: Facts,
): Partial<Recording> | null => {
  if (what === 'hidden') return gone === null ? { gone: { at: now, how: reason, seq } } : null;
  if (erasedAt !== null) return null;
  return { erasedAt: now, gone: gone ?? { at: now, how: reason, seq } };
};
