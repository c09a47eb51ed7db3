import * as z from 'zod/mini';
import { stageSchema } from '../order.ts';
import { newLink, unsentRecordings } from '../recordings/link.ts';
import { activeHolds } from '../recordings/retention.ts';
import { holdSchema } from '../recordings/recording-facts.ts';
import { findRecording, problemsOf, stateOf, withRecording } from '../recordings/recording-state.ts';
import { action, alreadyDone, limitReached, noteSchema, notYet, withFacts } from './action.ts';

const recordingId = z.string().check(z.minLength(1), z.maxLength(128));
const ofRecording = z.strictObject({ recordingId });
const withReason = z.strictObject({ recordingId, reason: noteSchema });
const trainedStages = ['training', 'maintenance', 'acceptance'] as const;

const unknownRecording = (id: string) =>
  ({ refusal: { type: 'unknown-recording', recordingId: id } }) as const;

/** R2.2 What can't be helped any more, e.g. a recorder that was started late, is let pass with a reason. */
const acceptRecording = action({
  rule: 'R2.2',
  summary: 'A recording that is too short or begins too late is let pass, with a reason',
  roles: ['assistant', 'manager'],
  stages: trainedStages,
  completes: [],
  input: withReason,
  decide: (order, { recordingId: id, reason }, facts, actor) => {
    const recording = findRecording(order, id);
    if (recording === null) return unknownRecording(id);
    if (recording.accepted !== null) return alreadyDone('accept-recording', recording.accepted.at);
    if (
      recording.found?.type !== 'video' ||
      recording.gone !== null ||
      problemsOf(order, recording, facts.policy).length === 0
    )
      return { refusal: { type: 'nothing-to-accept', recordingId: id } };
    const seq = order.version + 1;
    const accepted = withRecording(order, id, { accepted: { at: facts.now, by: actor.id, reason, seq } });
    return { order: accepted, done: false };
  },
});

/** R2.3 */
const sendRecording = action({
  rule: 'R2.3',
  summary: 'The customer has been sent the link of a recording, or of all that are ready',
  roles: ['trainer', 'assistant'],
  stages: trainedStages,
  completes: ['send-recording'],
  input: z.strictObject({ recordingId: z.optional(recordingId) }),
  decide: (order, { recordingId: only }, facts) => {
    const unsent = unsentRecordings(order, facts).filter(({ id }) => only === undefined || id === only);
    const newest =
      order.facts.recordings.findLast(({ id, link }) => link !== null && (only === undefined || id === only))
        ?.link ?? null;
    if (unsent.length === 0 && newest === null) return notYet('send-recording', 'upload-recording');
    if (unsent.length === 0 && newest?.sentAt === null)
      return notYet('send-recording', 'renew-recording-link');
    if (unsent.length === 0) return alreadyDone('send-recording', newest?.sentAt ?? null);
    const sent = unsent.reduce(
      (before, { id, link }) =>
        withRecording(before, id, { link: link === null ? null : { ...link, sentAt: facts.now } }),
      order,
    );
    return { order: sent, done: unsentRecordings(sent, facts).length === 0 };
  },
});

/** R2.3 A link that has come into wrong hands leads nowhere any more, whatever has become of the order. */
const revokeRecordingLink = action({
  rule: 'R2.3',
  summary: 'The link of a recording is revoked: nobody can watch by it any more',
  roles: ['trainer', 'assistant', 'manager'],
  stages: stageSchema.options,
  completes: [],
  input: withReason,
  decide: (order, { recordingId: id }, { now }) => {
    const recording = findRecording(order, id);
    if (recording === null) return unknownRecording(id);
    const { link } = recording;
    if (link === null) return { refusal: { type: 'not-ready', recordingId: id } };
    if (link.revokedAt !== null) return alreadyDone('revoke-recording-link', link.revokedAt);
    return { order: withRecording(order, id, { link: { ...link, revokedAt: now } }), done: false };
  },
});

/** R2.3 */
const renewRecordingLink = action({
  rule: 'R2.3',
  summary: 'A recording gets a new link; the one before leads nowhere any more',
  roles: ['trainer', 'assistant', 'manager'],
  stages: stageSchema.options,
  completes: [],
  input: ofRecording,
  decide: (order, { recordingId: id }, facts) => {
    const recording = findRecording(order, id);
    if (recording === null) return unknownRecording(id);
    if (stateOf(order, recording, facts.policy) !== 'ready')
      return { refusal: { type: 'not-ready', recordingId: id } };
    return { order: withRecording(order, id, { link: newLink(order.version + 1, facts) }), done: false };
  },
});

const mostHolds = 20;

/** R5.3 */
const holdRecordings = action({
  rule: 'R5.3',
  summary: 'The recordings of the order stay until the hold is lifted',
  roles: ['auditor', 'manager'],
  stages: stageSchema.options,
  completes: [],
  input: z.strictObject({ because: holdSchema.shape.reason, note: z.optional(noteSchema) }),
  decide: (order, { because }, { now }, actor) => {
    const { holds } = order.facts;
    if (activeHolds(order).length >= mostHolds) return limitReached('holds', mostHolds);
    const seq = order.version + 1;
    const hold = { id: `hold-${holds.length + 1}`, reason: because, from: now, to: null, by: actor.id, seq };
    return { order: withFacts(order, { holds: [...holds, hold] }), done: false };
  },
});

/** R5.3 */
const liftHold = action({
  rule: 'R5.3',
  summary: 'A hold is lifted: without another one the recordings go when their time is over',
  roles: ['auditor', 'manager'],
  stages: stageSchema.options,
  completes: [],
  input: z.strictObject({ holdId: z.string().check(z.minLength(1), z.maxLength(40)), reason: noteSchema }),
  decide: (order, { holdId }, { now }) => {
    const hold = order.facts.holds.find(({ id }) => id === holdId);
    if (hold === undefined) return { refusal: { type: 'unknown-hold', holdId } };
    if (hold.to !== null) return alreadyDone('lift-hold', hold.to);
    const holds = order.facts.holds.map((one) => (one === hold ? { ...hold, to: now } : one));
    return { order: withFacts(order, { holds }), done: false };
  },
});

export const recordingActions = {
  'accept-recording': acceptRecording,
  'send-recording': sendRecording,
  'revoke-recording-link': revokeRecordingLink,
  'renew-recording-link': renewRecordingLink,
  'hold-recordings': holdRecordings,
  'lift-hold': liftHold,
};
