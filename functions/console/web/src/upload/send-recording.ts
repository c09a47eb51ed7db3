import { CallFailed } from './call-failed.ts';
import { persist } from './persist.ts';
import type { SendParts } from './send-parts.ts';
import { sendParts } from './send-parts.ts';

export type SendRecording = Omit<SendParts, 'lanes'> & {
  lanes?: number;
  /** Bytes are being sent; then the product is asked to put them together. */
  onPhase: (phase: 'sending' | 'finishing') => void;
};

/** Four parts at once fill a line that one request leaves half empty. */
const usualLanes = 4;

/** Where the store lacks a part after all, what is missing is sent again; a third time it would not help. */
const mostRounds = 3;

/**
 * Brings a file to the product: the missing parts, then the request to finish. Resolves when the product has taken it and checks it.
 * Rejects with `CallFailed` where the product refuses, `FileUnreadable` where the file is gone, and the signal's reason where it is aborted.
 */
export const sendRecording = async (options: SendRecording): Promise<void> => {
  for (let round = 1; ; round += 1) {
    options.onPhase('sending');
    const parts = await sendParts({ lanes: usualLanes, ...options });
    options.onPhase('finishing');
    const refused = await finish(options, parts);
    if (refused === null) return;
    if (round === mostRounds) throw refused;
  }
};

/** Null when the product has the recording, also by an earlier request whose answer was lost; else why it does not take it. */
const finish = async (
  options: SendRecording,
  parts: Awaited<ReturnType<typeof sendParts>>,
): Promise<CallFailed | null> => {
  const { calls, signal } = options;
  const { recordingId } = options.upload;
  try {
    await persist(async () => {
      await calls.finish(recordingId, parts, signal);
    }, options);
    return null;
  } catch (failure) {
    if (!(failure instanceof CallFailed) || failure.status !== 409) throw failure;
    const state = await persist(async () => await calls.showState(recordingId, signal), options);
    if (state === 'uploading') return failure;
    if (state === 'expired' || state === 'deleted') throw failure;
    return null;
  }
};
