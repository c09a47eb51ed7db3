import type { Change, Facts } from '../decision.ts';
import type { Instant } from '../instant.ts';
import { epochMs, plusMinutes } from '../instant.ts';
import type { Order } from '../order.ts';
import { settle } from '../settle.ts';
import type { Recording, RecordingLink } from './recording-facts.ts';
import { findRecording, stateOf, withRecording } from './recording-state.ts';

/** R2.3 A link for each recording that is ready and has none. */
export const withLinks = (order: Order, facts: Facts): Order =>
  order.facts.recordings
    .filter((recording) => recording.link === null && isReady(order, recording, facts))
    .reduce((linked, { id }) => withRecording(linked, id, { link: newLink(order, facts) }), order);

const isReady = (order: Order, recording: Recording, { policy }: Pick<Facts, 'policy'>): boolean =>
  stateOf(order, recording, policy) === 'ready';

/** A link that has not been sent or opened. Its id is the version that makes it. */
export const newLink = ({ version }: Order, { now, policy }: Facts): RecordingLink => ({
  id: String(version + 1),
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

/** What a customer did: `opened` the page, `fetched` the video to watch it, `downloaded` the file, `watched` a share of it. */
export type Access = { type: 'opened' | 'fetched' | 'downloaded' } | { type: 'watched'; share: number };

/** One sitting: what comes within so many minutes after the last is not told as another one. */
const sittingMinutes = 30;
/** The history tells of a watched share in steps of this. */
const shareStep = 0.25;

/** R2.3, R5.1 A customer's access as the history tells it; null when it belongs to what the history has told already. Each access is in the log all the same. */
export const recordAccess = (
  order: Order,
  recordingId: string,
  access: Access,
  facts: Facts,
): Change | null => {
  const link = findRecording(order, recordingId)?.link ?? null;
  if (link === null) return null;
  const patch =
    access.type === 'watched' ? watched(link, access.share) : opened(link, access.type, facts.now);
  if (patch === null) return null;
  return settle(
    order,
    {
      order: withRecording(order, recordingId, { link: { ...link, ...patch } }),
      event: `recording-${access.type}`,
      rules: ['R2.3', 'R5.1'],
      facts: {
        recordingId,
        link: link.id,
        ...(access.type === 'watched' && { share: patch.watchedShare ?? 0 }),
      },
      notices: [],
    },
    facts,
  );
};

const opened = (
  { openedAt, lastOpenedAt, lastDownloadedAt }: RecordingLink,
  how: 'opened' | 'fetched' | 'downloaded',
  now: Instant,
): Partial<RecordingLink> | null => {
  const last = how === 'downloaded' ? lastDownloadedAt : lastOpenedAt;
  if (last !== null && epochMs(now) - epochMs(last) < sittingMinutes * 60_000) return null;
  const sitting = { openedAt: openedAt ?? now, lastOpenedAt: now };
  return how === 'downloaded' ? { ...sitting, lastDownloadedAt: now } : sitting;
};

const watched = ({ watchedShare }: RecordingLink, share: number): Partial<RecordingLink> | null => {
  const step = Math.floor(Math.min(1, share + roundingShare) / shareStep) * shareStep;
  return step > watchedShare ? { watchedShare: step } : null;
};

/** Players end a little before the length that the file states. */
const roundingShare = 0.01;
