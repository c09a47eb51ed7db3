import * as z from 'zod/mini';
import type { StaffActor } from '../domain/actions/action.ts';
import type { Instant } from '../domain/instant.ts';
import { instantSchema, isoTimeSchema } from '../domain/instant.ts';
import type { Order } from '../domain/order.ts';
import { lineSchema } from '../domain/order.ts';
import { policyOf } from '../domain/policies/policies.ts';
import { linkStateOf } from '../domain/recordings/link.ts';
import type { Recording } from '../domain/recordings/recording-facts.ts';
import {
  problemsOf,
  recordingProblems,
  recordingStates,
  stateOf,
} from '../domain/recordings/recording-state.ts';
import { problemText, retentionText } from '../domain/recordings/recording-texts.ts';
import { retentionOf } from '../domain/recordings/retention.ts';

/** `POST /api/orders/{orderId}/recordings`: a file that is to be uploaded, and what R2.2 asks its trainer. */
export const uploadRequestSchema = z.strictObject({
  /** As it is called on the trainer's machine; kept on the record, never in the store. */
  fileName: lineSchema(1, 200),
  /** Bytes. */
  size: z.int().check(z.positive()),
  contentType: z.string().check(z.minLength(1), z.maxLength(100)),
  customerJoinedAt: isoTimeSchema,
  recordingStartedAt: isoTimeSchema,
});
export type UploadRequest = z.infer<typeof uploadRequestSchema>;

/** The file is cut into `parts` parts of `partSize` bytes; the last one holds the rest. */
export const uploadViewSchema = z.object({ recordingId: z.string(), partSize: z.int(), parts: z.int() });

/** So many addresses are signed at once: each is dead when the credentials are that signed it. */
const mostSigned = 20;
const partNumber = z.int().check(z.minimum(1), z.maximum(10_000));

/** `POST /api/recordings/{recordingId}/parts` */
export const signRequestSchema = z.strictObject({
  numbers: z.array(partNumber).check(z.minLength(1), z.maxLength(mostSigned)),
});

/** An address for each part, to which its bytes are put; each takes just its own part, and dies at `expiresAt`. */
export const signedPartsSchema = z.object({
  urls: z.record(z.string(), z.string()),
  expiresAt: instantSchema,
});

/** `GET /api/recordings/{recordingId}/parts`: what S3 has. */
export const partsViewSchema = z.object({
  parts: z.array(z.object({ number: z.int(), size: z.int(), etag: z.string() })),
});

/** `POST /api/recordings/{recordingId}/finish`: the parts as S3 has acknowledged them. */
export const finishRequestSchema = z.strictObject({
  parts: z
    .array(z.strictObject({ number: partNumber, etag: z.string().check(z.minLength(1), z.maxLength(100)) }))
    .check(z.minLength(1), z.maxLength(10_000)),
});

export const finishViewSchema = z.object({ recordingId: z.string(), state: z.enum(recordingStates) });

/** Where a video is for a short time. */
export const videoAddressSchema = z.object({ location: z.string() });

/** `POST /r/{token}/progress`: the share of the video that was watched. */
export const progressSchema = z.strictObject({ share: z.number().check(z.minimum(0), z.maximum(1)) });

/** `GET /api/recordings/{recordingId}` */
export const recordingViewSchema = z.object({
  recordingId: z.string(),
  orderId: z.string(),
  fileName: z.string(),
  size: z.int(),
  contentType: z.string(),
  partSize: z.int(),
  parts: z.int(),
  customerJoinedAt: instantSchema,
  recordingStartedAt: instantSchema,
  /** Staff id of who uploads it. */
  by: z.string(),
  startedAt: instantSchema,
  state: z.enum(recordingStates),
  durationSeconds: z.nullable(z.number()),
  playsInBrowser: z.nullable(z.boolean()),
  /** What is missing, each in one sentence of Chinese. */
  problems: z.array(z.object({ code: z.enum(recordingProblems), text: z.string() })),
  /** Whether it was let pass in spite of them. */
  accepted: z.boolean(),
  retention: z.object({ until: z.nullable(instantSchema), reason: z.string(), text: z.string() }),
  /** The customer's address; null while there is none, and for those who may not hand it on. */
  customerLink: z.nullable(z.string()),
  link: z.nullable(
    z.object({
      url: z.nullable(z.string()),
      expiresAt: instantSchema,
      state: z.enum(['active', 'expired', 'revoked']),
      sentAt: z.nullable(instantSchema),
      openedAt: z.nullable(instantSchema),
      watchedShare: z.number(),
    }),
  ),
});
export type RecordingView = z.infer<typeof recordingViewSchema>;

/** `GET /api/orders/{orderId}/recordings` */
export const recordingsViewSchema = z.object({
  orderId: z.string(),
  now: instantSchema,
  training: z.object({
    minutes: z.int(),
    startedAt: z.nullable(instantSchema),
    customerJoinedAt: z.nullable(instantSchema),
    finishedAt: z.nullable(instantSchema),
  }),
  limits: z.object({ maxBytes: z.int(), accepted: z.array(z.string()) }),
  recordings: z.array(recordingViewSchema),
  /** R5.3 */
  holds: z.array(
    z.object({
      holdId: z.string(),
      reason: z.string(),
      from: instantSchema,
      to: z.nullable(instantSchema),
      by: z.string(),
    }),
  ),
});
export type RecordingsView = z.infer<typeof recordingsViewSchema>;

/** Who may hand the customer's address on: the people of the order, and who looks after all orders. */
export const mayShare = ({ trainer, assistant, sales }: Order, { id, roles }: StaffActor): boolean =>
  [trainer.id, assistant.id, sales.id].includes(id) ||
  roles.some((role) => role === 'manager' || role === 'assistant');

/** Whose work it is to look at recordings, beside the people of the order. */
export const watchers = ['assistant', 'manager', 'auditor'] as const;

/** R5.1 Who may watch: the people of the order, who uploaded it, and whose work it is. */
export const mayWatch = (
  { trainer, assistant, sales }: Order,
  { by }: Recording,
  { id, roles }: StaffActor,
): boolean =>
  [trainer.id, assistant.id, sales.id, by].includes(id) ||
  watchers.some((watcher) => roles.includes(watcher));

/** A recording for staff. `url` is the customer's address, where the caller may have it. */
export const viewRecording = (
  order: Order,
  recording: Recording,
  url: string | null,
  now: Instant,
): RecordingView => {
  const policy = policyOf(order.policy);
  const { id, found, link, accepted } = recording;
  const retention = retentionOf(order, recording, policy);
  const linkState = link === null ? null : linkStateOf(link, now);
  const isWatchable = linkState === 'active' && stateOf(order, recording, policy) === 'ready';
  const shown = isWatchable ? url : null;
  return {
    ...z.pick(recordingViewSchema, pickedAsStored).parse(recording),
    recordingId: id,
    orderId: order.orderId,
    state: stateOf(order, recording, policy),
    durationSeconds: found?.type === 'video' ? found.durationSeconds : null,
    playsInBrowser: found?.type === 'video' ? found.playsInBrowser : null,
    problems:
      recording.gone === null
        ? problemsOf(order, recording, policy).map((code) => ({
            code,
            text: problemText(order, recording, code, policy),
          }))
        : [],
    accepted: accepted !== null,
    retention: { ...retention, text: retentionText(order, recording, retention, now) },
    customerLink: shown,
    link:
      link === null || linkState === null
        ? null
        : {
            url: shown,
            expiresAt: link.expiresAt,
            state: linkState,
            sentAt: link.sentAt,
            openedAt: link.openedAt,
            watchedShare: link.watchedShare,
          },
  };
};

const pickedAsStored = {
  fileName: true,
  size: true,
  contentType: true,
  partSize: true,
  parts: true,
  customerJoinedAt: true,
  recordingStartedAt: true,
  by: true,
  startedAt: true,
} as const;
