import type { StaffActor } from '../actions/action.ts';
import type { Change, Facts, Outcome } from '../decision.ts';
import { sha256Hex } from '../history.ts';
import type { Instant } from '../instant.ts';
import { noticeFor } from '../notices.ts';
import type { Order } from '../order.ts';
import { isLive } from '../order.ts';
import { settle } from '../settle.ts';
import type { Recording } from './recording-facts.ts';
import { findRecording, isUnderway, stateOf, withRecording } from './recording-state.ts';
import { abandonedText } from './recording-texts.ts';

/** What a trainer states of a file before it is uploaded. */
export type StatedFile = Pick<
  Recording,
  'fileName' | 'size' | 'contentType' | 'customerJoinedAt' | 'recordingStartedAt'
>;

const uploadStages = ['training', 'maintenance', 'acceptance'] as const;
const roles = ['trainer'] as const;

const mebibyte = 1024 * 1024;
/** S3 takes 10,000 parts; parts of 16 MiB are small enough to be sent again on a bad line. */
const smallestPart = 16 * mebibyte;
const mostParts = 10_000;

/** Into how many parts of how many bytes a file is cut. */
export const partsOf = (size: number): { partSize: number; parts: number } => {
  const least = Math.ceil(size / mostParts / mebibyte) * mebibyte;
  const partSize = Math.max(smallestPart, least);
  return { partSize, parts: Math.ceil(size / partSize) };
};

/** Bytes of the part with this number, from 1. */
export const partBytes = (
  { size, partSize, parts }: Pick<Recording, 'size' | 'partSize' | 'parts'>,
  number: number,
): number => (number < parts ? partSize : size - partSize * (parts - 1));

type Refused = Extract<Outcome, { refusal: unknown }>;

/** R2.2 Why this file can't be uploaded to this order now; null when it can. Also a former trainer may: who gave the training has its file. */
export const refuseUpload = (
  order: Order,
  file: StatedFile,
  actor: StaffActor,
  { now, policy: { recordings } }: Facts,
): Refused | null => {
  const action = 'upload-recording';
  const refused = refuseUploader(action, actor);
  if (refused !== null) return refused;
  if (!uploadStages.some((stage) => stage === order.stage))
    return { refusal: { type: 'wrong-stage', action, stage: order.stage, accepted: uploadStages } };
  if (!recordings.contentTypes.includes(file.contentType))
    return {
      refusal: { type: 'unknown-file-type', given: file.contentType, accepted: recordings.contentTypes },
    };
  if (file.size > recordings.maxBytes)
    return { refusal: { type: 'file-too-large', size: file.size, maxBytes: recordings.maxBytes } };
  for (const field of ['customerJoinedAt', 'recordingStartedAt'] as const) {
    const value = file[field];
    if (value > now) return { refusal: { type: 'impossible-time', field, value, why: 'in-the-future' } };
    if (value < order.acceptedAt)
      return { refusal: { type: 'impossible-time', field, value, why: 'before-acceptance' } };
  }
  return filesOf(order) >= recordings.mostFiles
    ? { refusal: { type: 'limit-reached', what: 'recordings', limit: recordings.mostFiles } }
    : null;
};

/** Uploads that came to nothing and files that were discarded leave the record with the next one; they stay in the history. */
const keptRecordings = ({ facts }: Order): readonly Recording[] =>
  facts.recordings.filter(({ gone }) => gone === null || gone.how === 'expired' || gone.how === 'removed');

const filesOf = (order: Order): number => keptRecordings(order).filter(({ gone }) => gone === null).length;

const refuseUploader = (action: string, actor: StaffActor): Refused | null =>
  roles.some((role) => actor.roles.includes(role))
    ? null
    : { refusal: { type: 'wrong-role', action, accepted: roles } };

/** R2.2 The upload of a file begins, in parts. */
export const startUpload = (
  order: Order,
  file: StatedFile & Pick<Recording, 'id' | 'uploadId' | 'partSize' | 'parts'>,
  actor: StaffActor,
  facts: Facts,
): Outcome => {
  const refused = refuseUpload(order, file, actor, facts);
  if (refused !== null) return refused;
  const recording: Recording = {
    ...file,
    by: actor.id,
    startedAt: facts.now,
    seq: order.version + 1,
    finishedAt: null,
    since: facts.now,
    looks: 0,
    missingParts: 0,
    found: null,
    accepted: null,
    link: null,
    viewers: [],
    releasedAt: null,
    gone: null,
    erasedAt: null,
  };
  const begun = {
    ...order,
    facts: { ...order.facts, recordings: [...keptRecordings(order), recording] },
  };
  const { customerJoinedAt, recordingStartedAt, size, parts } = file;
  return change(order, begun, facts, {
    event: 'upload-started',
    facts: {
      recordingId: file.id,
      fileName: { sha256: sha256Hex(file.fileName) },
      size,
      parts,
      customerJoinedAt,
      recordingStartedAt,
    },
  });
};

/** The file of the caller's own: refused to everybody else, and for unknown ones. */
const openOwn = (
  order: Order,
  id: string,
  actor: StaffActor,
  action: string,
): { recording: Recording } | Refused => {
  const refused = refuseUploader(action, actor);
  if (refused !== null) return refused;
  const recording = findRecording(order, id);
  if (recording === null) return { refusal: { type: 'unknown-recording', recordingId: id } };
  return recording.by === actor.id ? { recording } : { refusal: { type: 'foreign-upload', recordingId: id } };
};

/** The upload that its trainer goes on with; refused once it has come to its end. */
export const openUpload = (
  order: Order,
  id: string,
  actor: StaffActor,
  action: string,
): { recording: Recording } | Refused => {
  const own = openOwn(order, id, actor, action);
  if ('refusal' in own || isUnderway(own.recording)) return own;
  return { refusal: { type: 'upload-over', recordingId: id, at: overSince(own.recording) } };
};

/** R2.2 Its trainer gives an upload up, or discards a file that did not pass: wrongly stated times can be corrected only by another one. */
export const abortUpload = (order: Order, id: string, actor: StaffActor, facts: Facts): Outcome | null => {
  const own = openOwn(order, id, actor, 'abort-upload');
  if ('refusal' in own) return own;
  if (isUnderway(own.recording)) return endUpload(order, id, 'aborted', facts);
  if (stateOf(order, own.recording, facts.policy) === 'rejected')
    return endUpload(order, id, 'discarded', facts);
  return { refusal: { type: 'upload-over', recordingId: id, at: overSince(own.recording) } };
};

const overSince = ({ gone, finishedAt, startedAt }: Recording): Instant =>
  gone?.at ?? finishedAt ?? startedAt;

/** R2.2 All parts are there, by the uploader's word or by the store's: they are to be put together and checked. */
export const finishUpload = (order: Order, id: string, facts: Facts): Change =>
  change(
    order,
    withRecording(order, id, {
      finishedAt: facts.now,
      since: facts.now,
      looks: 0,
      missingParts: 0,
    }),
    facts,
    {
      event: 'upload-finished',
      facts: { recordingId: id },
      work: [{ recordingId: id, work: 'check' }],
    },
  );

/** R2.2 The store lacks parts of an upload that was called finished: it goes on. Null when it was not. */
export const reopenUpload = (order: Order, id: string, missingParts: number, facts: Facts): Change | null => {
  const recording = findRecording(order, id);
  if (recording === null || !isUnderway(recording) || recording.finishedAt === null) return null;
  return change(
    order,
    withRecording(order, id, { finishedAt: null, since: facts.now, looks: 0, missingParts }),
    facts,
    {
      event: 'upload-incomplete',
      facts: { recordingId: id, missingParts },
    },
  );
};

/** An upload or a file comes to its end before it was shared. Null when it is over already. */
export const endUpload = (
  order: Order,
  id: string,
  how: 'aborted' | 'abandoned' | 'discarded',
  facts: Facts,
): Change | null => {
  const recording = findRecording(order, id);
  const isOpen =
    recording !== null && (how === 'discarded' ? recording.gone === null : isUnderway(recording));
  if (!isOpen) return null;
  const gone = { at: facts.now, how, seq: order.version + 1 };
  const text = abandonedText(order, recording);
  const saying = { kind: 'upload-abandoned', rule: 'R2.2', tell: 'trainer', text, ofEnd: true } as const;
  return change(order, withRecording(order, id, { gone }), facts, {
    event: `upload-${how}`,
    facts: { recordingId: id },
    work: [{ recordingId: id, work: 'abort' }],
    notices: how === 'abandoned' && isLive(order) ? [noticeFor(order, saying, facts)] : [],
  });
};

const change = (
  before: Order,
  order: Order,
  facts: Facts,
  said: Pick<Change, 'event' | 'facts'> & Partial<Pick<Change, 'work' | 'notices'>>,
): Change => settle(before, { order, rules: ['R2.2'], notices: [], ...said }, facts);
