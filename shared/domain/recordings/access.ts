import type { StaffActor } from '../actions/action.ts';
import type { Change, Facts, Outcome } from '../decision.ts';
import type { Instant } from '../instant.ts';
import { epochMs } from '../instant.ts';
import type { Order } from '../order.ts';
import { settle } from '../settle.ts';
import type { RecordingLink } from './recording-facts.ts';
import { findRecording, withRecording } from './recording-state.ts';

/** What a customer did: `opened` the page or the video in it, `downloaded` the file, `watched` a share of it. */
export type Access = { type: 'opened' | 'downloaded' } | { type: 'watched'; share: number };

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

const mostViewers = 50;

/** R5.1 A staff member watches or fetches a recording: one entry a sitting. Refused while there is nothing to watch. */
export const recordView = (
  order: Order,
  recordingId: string,
  { id: by }: StaffActor,
  facts: Facts,
): Outcome | null => {
  const recording = findRecording(order, recordingId);
  if (recording?.found?.type !== 'video' || recording.gone !== null)
    return { refusal: { type: 'not-ready', recordingId } };
  const last = recording.viewers.find((viewer) => viewer.by === by)?.at ?? null;
  if (last !== null && isSameSitting(last, facts.now)) return null;
  const others = recording.viewers.filter((viewer) => viewer.by !== by).slice(1 - mostViewers);
  const viewers = [...others, { by, at: facts.now }];
  return settle(
    order,
    {
      order: withRecording(order, recordingId, { viewers }),
      event: 'recording-viewed',
      rules: ['R5.1'],
      facts: { recordingId },
      notices: [],
    },
    facts,
  );
};

const isSameSitting = (last: Instant, now: Instant): boolean =>
  epochMs(now) - epochMs(last) < sittingMinutes * 60_000;

const opened = (
  { openedAt, lastOpenedAt, lastDownloadedAt }: RecordingLink,
  how: 'opened' | 'downloaded',
  now: Instant,
): Partial<RecordingLink> | null => {
  const last = how === 'downloaded' ? lastDownloadedAt : lastOpenedAt;
  if (last !== null && isSameSitting(last, now)) return null;
  const sitting = { openedAt: openedAt ?? now, lastOpenedAt: now };
  return how === 'downloaded' ? { ...sitting, lastDownloadedAt: now } : sitting;
};

const watched = ({ watchedShare }: RecordingLink, share: number): Partial<RecordingLink> | null => {
  const step = Math.floor(Math.min(1, share + roundingShare) / shareStep) * shareStep;
  return step > watchedShare ? { watchedShare: step } : null;
};

/** Players end a little before the length that the file states. */
const roundingShare = 0.01;
