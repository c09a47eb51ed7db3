import * as z from 'zod/mini';

const time = z.string();
const timeOrNull = z.nullable(time);

/** Where a recording stands; an unknown word of a newer server is refused here rather than shown wrongly. */
const stateSchema = z.enum(['uploading', 'checking', 'ready', 'rejected', 'expired', 'deleted']);

const linkSchema = z.object({
  /** Null for those who may not hand it on, and once it leads nowhere. */
  url: z.nullable(z.string()),
  expiresAt: time,
  state: z.enum(['active', 'expired', 'revoked']),
  sentAt: timeOrNull,
  openedAt: timeOrNull,
  /** From 0 to 1. */
  watchedShare: z.number(),
});

export const recordingSchema = z.object({
  recordingId: z.string(),
  orderId: z.string(),
  fileName: z.string(),
  size: z.number(),
  partSize: z.number(),
  parts: z.number(),
  customerJoinedAt: time,
  recordingStartedAt: time,
  /** Staff id of who uploads it. */
  by: z.string(),
  state: stateSchema,
  durationSeconds: z.nullable(z.number()),
  playsInBrowser: z.nullable(z.boolean()),
  problems: z.array(z.object({ code: z.string(), text: z.string() })),
  /** Whether it was let pass in spite of what the check found. */
  accepted: z.boolean(),
  retention: z.object({ until: timeOrNull, reason: z.string(), text: z.string() }),
  link: z.nullable(linkSchema),
});

export const recordingsSchema = z.object({
  orderId: z.string(),
  /** The server's time: the browser's own clock may be wrong. */
  now: time,
  training: z.object({
    minutes: z.number(),
    startedAt: timeOrNull,
    customerJoinedAt: timeOrNull,
    finishedAt: timeOrNull,
  }),
  recordings: z.array(recordingSchema),
  limits: z.object({ maxBytes: z.number(), accepted: z.array(z.string()) }),
});

export const begunSchema = z.object({ recordingId: z.string(), partSize: z.number(), parts: z.number() });
export const signedSchema = z.object({ urls: z.record(z.string(), z.string()) });
export const storedPartsSchema = z.object({
  parts: z.array(z.object({ number: z.number(), size: z.number(), etag: z.string() })),
});
export const sessionSchema = z.object({ staffId: z.string(), roles: z.array(z.string()), expiresAt: time });

/** A recording as `GET /api/recordings/{recordingId}` answers it. */
export type Recording = z.infer<typeof recordingSchema>;
export type CustomerLink = z.infer<typeof linkSchema>;
/** An order's recordings as `GET /api/orders/{orderId}/recordings` answers them. */
export type Recordings = z.infer<typeof recordingsSchema>;
export type Session = z.infer<typeof sessionSchema>;
