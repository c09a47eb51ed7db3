import * as z from 'zod/mini';
import { instantSchema } from '../domain/instant.ts';
import type { Instant } from '../domain/instant.ts';
import { partySchema } from '../domain/policy.ts';
import { recordingWorkSchema } from '../domain/recordings/recording-facts.ts';
import { ruleIdSchema } from '../domain/rules.ts';

const common = { id: z.string(), orderId: z.string(), createdAt: instantSchema };

/** Schedules to create and to delete. */
export const timersItemSchema = z.object({
  ...common,
  kind: z.literal('timers'),
  set: z.array(z.object({ step: z.string(), at: instantSchema, version: z.int() })),
  drop: z.array(z.object({ step: z.string(), version: z.int() })),
});
export type TimersItem = z.infer<typeof timersItemSchema>;

/** A message to an order's group. */
export const noticeItemSchema = z.object({
  ...common,
  kind: z.literal('notice'),
  notice: z.object({
    kind: z.string(),
    rule: ruleIdSchema,
    tell: partySchema,
    mention: z.array(z.string()),
    text: z.string(),
    guard: z.object({
      taskIds: z.readonly(z.array(z.string())),
      rung: z.nullable(z.int()),
      training: z.nullable(instantSchema),
      clock: z.nullable(z.object({ id: z.string(), state: z.enum(['running', 'breached']) })),
      live: z.boolean(),
    }),
  }),
});
export type NoticeItem = z.infer<typeof noticeItemSchema>;

/** Work on a recording: to check what was uploaded, to end an upload, to let the object expire (R5.1) or to keep it (R5.3). */
const recordingItemSchema = z.object({
  ...common,
  kind: z.literal('recording'),
  ...recordingWorkSchema.shape,
});
export type RecordingItem = z.infer<typeof recordingItemSchema>;

/** An effect that was decided and is still to happen; written with the decision, so that none is lost. */
export const outboxItemSchema = z.discriminatedUnion('kind', [
  timersItemSchema,
  noticeItemSchema,
  recordingItemSchema,
]);
export type OutboxItem = z.infer<typeof outboxItemSchema>;

/** What became of an effect: done, void because the order had moved on, or refused for good by the other side. */
export const outboxResultSchema = z.object({
  state: z.enum(['done', 'void', 'refused']),
  at: instantSchema,
  detail: z.nullable(z.string()),
});
export type OutboxResult = z.infer<typeof outboxResultSchema>;

/** What a claim finds: the effect, to be carried out by the claimer; what has become of it; or that another one is at it, or that it is unknown. */
export type Claim =
  | { type: 'claimed'; item: OutboxItem }
  | { type: 'settled'; result: OutboxResult }
  | { type: 'held' }
  | { type: 'unknown' };

export type Outbox = {
  /**
   * Claims an effect that must not be carried out twice. The holder is the message that asks: its redelivery after a crash may claim again,
   * a second message for the same effect may not before the claim has run out.
   */
  claim(id: string, holder: string, now: Instant): Promise<Claim>;
  /** Records what became of an effect. The first result stands. */
  settle(id: string, result: OutboxResult): Promise<void>;
  find(ids: readonly string[]): Promise<readonly { item: OutboxItem; result: OutboxResult | null }[]>;
  /** Effects without a result that were decided at or before `until` and that nobody has held since, the oldest first. */
  pending(until: Instant): AsyncIterable<OutboxItem>;
};
