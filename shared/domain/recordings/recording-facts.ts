import * as z from 'zod/mini';
import { instantSchema } from '../instant.ts';

/** Number of the history entry that recorded something: its evidence. */
const seq = z.int();

/** What is wrong with a file that can be told from the file alone. */
const fileProblemSchema = z.enum(['not-a-video', 'no-duration', 'broken', 'wrong-size']);

/** What the check of an uploaded file found: a video with its length, or what it is instead. */
export const foundSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('video'),
    at: instantSchema,
    container: z.string(),
    durationSeconds: z.number(),
    playsInBrowser: z.boolean(),
    versionId: z.nullable(z.string()),
  }),
  z.object({
    type: z.literal('unusable'),
    at: instantSchema,
    problem: fileProblemSchema,
    versionId: z.nullable(z.string()),
  }),
]);
export type Found = z.infer<typeof foundSchema>;

/** R2.3 The address under which the customer may watch: it expires, and can be revoked. The address itself is signed and stands nowhere. */
const linkSchema = z.object({
  id: z.string(),
  madeAt: instantSchema,
  expiresAt: instantSchema,
  revokedAt: z.nullable(instantSchema),
  sentAt: z.nullable(instantSchema),
  openedAt: z.nullable(instantSchema),
  lastOpenedAt: z.nullable(instantSchema),
  lastDownloadedAt: z.nullable(instantSchema),
  /** The largest share of the video that was watched in one sitting, 0 to 1. */
  watchedShare: z.number(),
});
export type RecordingLink = z.infer<typeof linkSchema>;

/** R2.2 A file of the training's recording, from the start of its upload to the proof that it is gone. */
export const recordingSchema = z.object({
  id: z.string(),
  fileName: z.string(),
  /** Bytes, as stated at the start. */
  size: z.int(),
  contentType: z.string(),
  /** R2.2 As the trainer states them. */
  customerJoinedAt: instantSchema,
  recordingStartedAt: instantSchema,
  /** The store's id of the upload. */
  uploadId: z.string(),
  partSize: z.int(),
  parts: z.int(),
  by: z.string(),
  startedAt: instantSchema,
  seq,
  /** That the parts are to be put together and checked. */
  finishedAt: z.nullable(instantSchema),
  /** Since when it is in its present phase: going up, or being checked. */
  since: instantSchema,
  /** How often in this phase it was looked whether it has come to a standstill. */
  looks: z.int(),
  /** Parts that were not there when they were to be put together. */
  missingParts: z.int(),
  found: z.nullable(foundSchema),
  /** That assistant or manager lets it pass though it is too short or begins too late. */
  accepted: z.nullable(z.object({ at: instantSchema, by: z.string(), reason: z.string(), seq })),
  link: z.nullable(linkSchema),
  /** R5.1 Staff who watched or fetched it, each with the last time that the history tells of. */
  viewers: z.array(z.object({ by: z.string(), at: instantSchema })),
  /** R5.1, R5.3 When the store was told that it may delete it. */
  releasedAt: z.nullable(instantSchema),
  gone: z.nullable(
    z.object({
      at: instantSchema,
      how: z.enum(['aborted', 'abandoned', 'discarded', 'expired', 'removed']),
      seq,
    }),
  ),
  /** When the store deleted the bytes for good, by its own word. */
  erasedAt: z.nullable(instantSchema),
});
export type Recording = z.infer<typeof recordingSchema>;

/** R5.3 Why an order's recordings must stay. */
export const holdSchema = z.object({
  id: z.string(),
  reason: z.enum(['drawn', 'check', 'appeal', 'complaint']),
  from: instantSchema,
  to: z.nullable(instantSchema),
  by: z.string(),
  seq,
});
export type Hold = z.infer<typeof holdSchema>;

/** Something that is to be done in the store of recordings, after the decision. */
export const recordingWorkSchema = z.object({
  recordingId: z.string(),
  /** `check`: put the parts together and inspect the file; `abort`: end the upload; `release`, `keep`: let it expire, or not. */
  work: z.enum(['check', 'abort', 'release', 'keep']),
});
export type RecordingWork = z.infer<typeof recordingWorkSchema>;
