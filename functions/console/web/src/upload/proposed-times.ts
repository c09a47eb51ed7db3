import type { Recordings } from '../api/recording-views.ts';
import { instantOf, wallTime } from '../format/shanghai-time.ts';

/** The two times of a recording as a person enters them: Shanghai's clock, `YYYY-MM-DDTHH:mm:ss`; empty while unknown. */
export type EnteredTimes = { customerJoinedAt: string; recordingStartedAt: string };

const stamp = /(20\d{2})\D?(\d{2})\D?(\d{2})\D{0,3}(\d{2})\D?(\d{2})(?:\D?(\d{2}))?/;
const dayMs = 24 * 60 * 60_000;

/** Recorders write the start into the file's name: `20250309_140530.mp4`. A time far from the training is some other number. */
const timeInName = (name: string, near: string): string | null => {
  const [found, year, month, day, hour, minute, second = '00'] = stamp.exec(name) ?? [];
  if (found === undefined) return null;
  const time = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const instant = instantOf(time);
  if (instant === null || Math.abs(Date.parse(instant) - Date.parse(near)) > dayMs) return null;
  return time;
};

/** What the two times most likely are, to be corrected by whoever was there. */
export const proposedTimes = (
  fileName: string,
  { startedAt, customerJoinedAt }: Pick<Recordings['training'], 'startedAt' | 'customerJoinedAt'>,
): EnteredTimes => {
  if (startedAt === null) return { customerJoinedAt: '', recordingStartedAt: '' };
  return {
    customerJoinedAt: wallTime(customerJoinedAt ?? startedAt),
    recordingStartedAt: timeInName(fileName, startedAt) ?? wallTime(startedAt),
  };
};

/** Minutes by which the recording began too late to hold the needs check; 0 where it is in time or a time is missing. */
export const minutesLate = ({ customerJoinedAt, recordingStartedAt }: EnteredTimes): number => {
  const [joined, started] = [instantOf(customerJoinedAt), instantOf(recordingStartedAt)];
  if (joined === null || started === null) return 0;
  return Math.max(0, Math.ceil((Date.parse(started) - Date.parse(joined)) / 60_000));
};
