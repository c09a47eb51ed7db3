import { randomBytes } from 'node:crypto';
import { actionCallSchema } from '../../shared/contracts/action-call.ts';
import type { InputIssue } from '../../shared/contracts/issues.ts';
import { toInputIssues } from '../../shared/contracts/issues.ts';
import type { UploadRequest } from '../../shared/contracts/recordings-view.ts';
import type { StaffActor } from '../../shared/domain/actions/action.ts';
import type { Desks } from '../../shared/domain/decision.ts';
import { sha256Hex } from '../../shared/domain/history.ts';
import type { Instant } from '../../shared/domain/instant.ts';
import { policyOf } from '../../shared/domain/policies/policies.ts';
import type { Recording } from '../../shared/domain/recordings/recording-facts.ts';
import { recordingIdOf, recordingKey } from '../../shared/domain/recordings/recording-id.ts';
import { findRecording } from '../../shared/domain/recordings/recording-state.ts';
import { partsOf, refuseUpload, startUpload } from '../../shared/domain/recordings/upload.ts';
import type { RecordingObjects } from '../../shared/ports/recording-objects.ts';
import type { Answer } from '../../shared/runtime/answer.ts';
import { answerRefusal, keyReused, ok } from '../../shared/runtime/answer.ts';
import { changeOrder } from '../../shared/runtime/change-order.ts';
import { findOrder } from '../../shared/runtime/find-order.ts';
import type { OrderReading } from '../../shared/runtime/read-order.ts';

export type UploadDesk = OrderReading & { objects: RecordingObjects; desks: Desks };

type Call = { orderId: string; actor: StaffActor; key: string | null; now: Instant };

/** The call's `Idempotency-Key`, or what is wrong with it. */
export const readKey = (
  headers: Readonly<Record<string, string>>,
): { key: string | null } | { issues: readonly InputIssue[] } => {
  const call = actionCallSchema.safeParse({ 'idempotency-key': headers['idempotency-key'] });
  return call.success
    ? { key: call.data['idempotency-key'] ?? null }
    : { issues: toInputIssues(call.error.issues) };
};

/** Begins the upload in the store and records it. Nothing is begun for a file that the rules refuse; an upload that could not be recorded after all is empty, and ended by the bucket's own rule. */
export const beginUpload = async (
  { orders, objects, desks }: UploadDesk,
  { orderId, actor, key, now }: Call,
  file: UploadRequest,
): Promise<Answer> => {
  const order = await findOrder(orders, orderId);
  if (order === null) return answerRefusal({ type: 'unknown-order', orderId });
  const id = recordingIdOf(orderId, bitsOf(orderId, actor, key));
  const known = findRecording(order, id);
  if (known !== null) return answerKnown(known, file);
  const refused = refuseUpload(order, file, actor, { now, desks, policy: policyOf(order.policy) });
  if (refused !== null) return answerRefusal(refused.refusal);
  const uploadId = await objects.startUpload(recordingKey(id), file.contentType);
  const upload = { ...file, id, uploadId, ...partsOf(file.size) };
  const changed = await changeOrder(
    { orders, desks },
    orderId,
    (current, facts) =>
      findRecording(current, id) === null ? startUpload(current, upload, actor, facts) : null,
    { actor, id: key, now },
  );
  if ('refusal' in changed) return answerRefusal(changed.refusal);
  const recorded = findRecording(changed.order, id);
  return recorded === null
    ? answerRefusal({ type: 'unknown-recording', recordingId: id })
    : answerKnown(recorded, file);
};

/** The same call again names the same recording. */
const bitsOf = (orderId: string, actor: StaffActor, key: string | null): string =>
  key === null ? randomBytes(16).toString('hex') : sha256Hex([actor.id, orderId, key]).slice(0, 32);

const answerKnown = (known: Recording, file: UploadRequest): Answer =>
  sha256Hex(statedOf(known)) === sha256Hex(statedOf(file)) ? viewOf(known) : keyReused();

const statedOf = ({
  fileName,
  size,
  contentType,
  customerJoinedAt,
  recordingStartedAt,
}: UploadRequest): UploadRequest => ({ fileName, size, contentType, customerJoinedAt, recordingStartedAt });

const viewOf = ({ id, partSize, parts }: Recording): Answer => ok({ recordingId: id, partSize, parts }, 201);
