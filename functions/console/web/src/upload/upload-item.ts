import type { Trouble } from './persist.ts';
import type { FileIdentity } from './unfinished-uploads.ts';

export type UploadPhase = 'waiting' | 'starting' | 'sending' | 'finishing' | 'paused' | 'done' | 'failed';

/** Why an upload has stopped for good, as far as repeating goes. A refusal comes with the product's sentence, where it gave one. */
export type UploadFailure =
  | { type: 'file-unreadable' }
  | { type: 'refused'; message: string | null }
  | { type: 'unknown' };

/** One file of the queue, as a page shows it. */
export type UploadItem = {
  id: string;
  orderId: string;
  /** Null until the product has begun the upload. */
  recordingId: string | null;
  file: FileIdentity;
  phase: UploadPhase;
  trouble: Trouble | null;
  failure: UploadFailure | null;
  sentBytes: number;
  /** Bytes a second; null while unknown. */
  speed: number | null;
  secondsLeft: number | null;
};

const active: ReadonlySet<UploadPhase> = new Set<UploadPhase>(['starting', 'sending', 'finishing']);
const unsettled: ReadonlySet<UploadPhase> = new Set([...active, 'waiting', 'paused']);

export const isActive = ({ phase }: UploadItem): boolean => active.has(phase);

/** Whether closing the page now would stop this upload. */
export const isUnsettled = ({ phase }: UploadItem): boolean => unsettled.has(phase);
