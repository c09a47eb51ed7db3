import type { Instant } from '../../shared/domain/instant.ts';
import { policyOf } from '../../shared/domain/policies/policies.ts';
import type { Recording } from '../../shared/domain/recordings/recording-facts.ts';
import { recordingKey } from '../../shared/domain/recordings/recording-id.ts';
import { findRecording, stateOf } from '../../shared/domain/recordings/recording-state.ts';
import { finishUpload, openUpload, partBytes } from '../../shared/domain/recordings/upload.ts';
import type { UploadedPart } from '../../shared/ports/recording-objects.ts';
import type { Answer } from '../../shared/runtime/answer.ts';
import { answerRefusal, ok } from '../../shared/runtime/answer.ts';
import { changeOrder } from '../../shared/runtime/change-order.ts';
import type { UploadDesk } from './begin-upload.ts';
import type { RecordingRead } from './read-recording.ts';

type NamedPart = Pick<UploadedPart, 'number' | 'etag'>;

/** Compares the parts that the caller names with what the store has, and hands the upload on to its check. What was finished before stays so. */
export const closeUpload = async (
  { orders, objects, desks }: UploadDesk,
  { order, recording, actor }: RecordingRead,
  named: readonly NamedPart[],
  now: Instant,
): Promise<Answer> => {
  const { id, uploadId } = recording;
  if (recording.finishedAt === null) {
    const stored = await objects.parts(recordingKey(id), uploadId);
    // Without parts it is being put together already: its check decides.
    const wrong = stored === null ? [] : wrongParts(recording, named, stored);
    if (wrong.length > 0)
      return answerRefusal({ type: 'parts-differ', recordingId: id, parts: wrong.slice(0, shownParts) });
  }
  const changed = await changeOrder(
    { orders, desks },
    order.orderId,
    (current, facts) => {
      const opened = openUpload(current, id, actor, 'finish-upload');
      if ('refusal' in opened) return opened;
      return opened.recording.finishedAt === null ? finishUpload(current, id, facts) : null;
    },
    { actor, id: null, now },
  );
  if ('refusal' in changed) return answerRefusal(changed.refusal);
  const finished = findRecording(changed.order, id) ?? recording;
  const state = stateOf(changed.order, finished, policyOf(changed.order.policy));
  return ok({ recordingId: id, state }, 202);
};

const shownParts = 100;

/** The numbers of parts that are missing, of another size, or not the ones that the caller means. */
export const wrongParts = (
  recording: Recording,
  named: readonly NamedPart[],
  stored: readonly UploadedPart[],
): readonly number[] => {
  const meant = new Map(named.map(({ number, etag }) => [number, unquoted(etag)]));
  const there = new Map(stored.map((part) => [part.number, part]));
  return Array.from({ length: recording.parts }, (_, index) => index + 1).filter((number) => {
    const part = there.get(number);
    return part?.size !== partBytes(recording, number) || meant.get(number) !== unquoted(part.etag);
  });
};

const unquoted = (etag: string): string => etag.replaceAll('"', '');
