import type { Facts } from '../decision.ts';
import type { Instant } from '../instant.ts';
import { plusMinutes } from '../instant.ts';
import type { Order } from '../order.ts';
import type { Recording, RecordingLink } from './recording-facts.ts';
import { findRecording, stateOf } from './recording-state.ts';

const isReady = (order: Order, recording: Recording, { policy }: Pick<Facts, 'policy'>): boolean =>
  stateOf(order, recording, policy) === 'ready';

/** R2.3 A link that has not been sent or opened. Its id is the order's version that makes it. */
export const newLink = (version: number, { now, policy }: Facts): RecordingLink => ({
  id: String(version),
  madeAt: now,
  expiresAt: plusMinutes(now, policy.recordings.linkDays * 24 * 60),
  revokedAt: null,
  sentAt: null,
  openedAt: null,
  lastOpenedAt: null,
  lastDownloadedAt: null,
  watchedShare: 0,
});

export type LinkState = 'active' | 'expired' | 'revoked';

export const linkStateOf = ({ revokedAt, expiresAt }: RecordingLink, now: Instant): LinkState => {
  if (revokedAt !== null) return 'revoked';
  return expiresAt <= now ? 'expired' : 'active';
};

/** R2.3 What a customer's link leads to: the recording, or why not. */
export type LinkTarget =
  | { type: 'recording'; recording: Recording }
  | { type: 'refused'; why: 'unknown' | 'expired' | 'revoked' | 'gone' | 'not-ready' };

export const followLink = (
  order: Order,
  { recordingId, linkId }: { recordingId: string; linkId: string },
  facts: Pick<Facts, 'now' | 'policy'>,
): LinkTarget => {
  const recording = findRecording(order, recordingId);
  if (recording?.link?.id !== linkId)
    // A link that was made anew has another id: the one before is as good as revoked.
    return { type: 'refused', why: recording?.link ? 'revoked' : 'unknown' };
  const state = linkStateOf(recording.link, facts.now);
  if (state !== 'active') return { type: 'refused', why: state };
  if (recording.gone !== null) return { type: 'refused', why: 'gone' };
  return isReady(order, recording, facts)
    ? { type: 'recording', recording }
    : { type: 'refused', why: 'not-ready' };
};

/** R2.3 The recordings whose working link the customer has not got yet. */
export const unsentRecordings = (order: Order, { policy, now }: Pick<Facts, 'now' | 'policy'>) =>
  order.facts.recordings.filter(
    (recording) =>
      recording.link !== null &&
      recording.link.sentAt === null &&
      linkStateOf(recording.link, now) === 'active' &&
      isReady(order, recording, { policy }),
  );
