import { instantOf } from '../format/shanghai-time.ts';
import type { FileProblem } from '../upload/check-file.ts';
import type { EnteredTimes } from '../upload/proposed-times.ts';

/** A chosen file before its upload: what its check found (null until then) and the two times. */
export type Draft = {
  id: string;
  file: File;
  found: { contentType: string } | { problem: FileProblem } | null;
  times: EnteredTimes;
};

/** The problem that keeps a draft from being uploaded at all. */
export const problemOf = ({ found }: Draft): FileProblem | null =>
  found !== null && 'problem' in found ? found.problem : null;

/** Whether both times are there. */
export const hasTimes = ({ times }: Draft): boolean =>
  instantOf(times.customerJoinedAt) !== null && instantOf(times.recordingStartedAt) !== null;
