import type { RecordingView } from '../../shared/contracts/recordings-view.ts';
import { mayShare, viewRecording } from '../../shared/contracts/recordings-view.ts';
import type { StaffActor } from '../../shared/domain/actions/action.ts';
import type { Instant } from '../../shared/domain/instant.ts';
import type { Order } from '../../shared/domain/order.ts';
import type { Recording } from '../../shared/domain/recordings/recording-facts.ts';
import { findRecording } from '../../shared/domain/recordings/recording-state.ts';
import type { Secrets } from '../../shared/ports/secrets.ts';
import type { Answer } from '../../shared/runtime/answer.ts';
import { ok } from '../../shared/runtime/answer.ts';
import type { HttpRequest } from '../../shared/runtime/http-entry.ts';
import { linkAddress } from './link-address.ts';
import type { RecordingRead } from './read-recording.ts';

/** A recording as the caller may see it. */
export const viewFor = async (
  { secrets }: { secrets: Secrets },
  request: HttpRequest,
  { order, recording, actor }: { order: Order; recording: Recording; actor: StaffActor },
  now: Instant,
): Promise<RecordingView> => {
  const url = mayShare(order, actor) ? await linkAddress(recording, request, secrets) : null;
  return viewRecording(order, recording, url, now);
};

/** The recording as it now stands on its order. */
export const answerRecording = async (
  parts: { secrets: Secrets },
  request: HttpRequest,
  { order, recording, actor }: RecordingRead,
  now: Instant,
): Promise<Answer> => {
  const current = findRecording(order, recording.id) ?? recording;
  return ok(await viewFor(parts, request, { order, recording: current, actor }, now));
};
