import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { canonicalJson } from './canonical-json.ts';
import { instantSchema } from './instant.ts';
import { recordingWorkSchema } from './recordings/recording-facts.ts';
import { ruleIdSchema } from './rules.ts';

const actorSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('crm') }),
  z.object({ type: z.literal('chat') }),
  z.object({ type: z.literal('staff'), id: z.string(), roles: z.readonly(z.array(z.string())) }),
  z.object({ type: z.literal('timer'), step: z.string(), version: z.int() }),
  z.object({ type: z.literal('customer') }),
  z.object({ type: z.literal('product') }),
]);

/** What one change did, in ids only: the history is kept when personal data are deleted. */
const effectsSchema = z.object({
  stage: z.object({ from: z.nullable(z.string()), to: z.string() }),
  deadline: z.string(),
  tasks: z.array(z.object({ id: z.string(), from: z.nullable(z.string()), to: z.string() })),
  timersSet: z.array(z.object({ step: z.string(), at: instantSchema, rule: ruleIdSchema })),
  timersDropped: z.array(z.string()),
  notices: z.array(z.object({ id: z.string(), kind: z.string(), rule: ruleIdSchema, tell: z.string() })),
  /** What was to be done in the store of recordings. */
  recordings: z.array(recordingWorkSchema),
  /** What was booked, in fen. */
  ledger: z.array(
    z.object({
      entryId: z.string(),
      trainerId: z.string(),
      amount: z.int(),
      rule: ruleIdSchema,
      reverses: z.nullable(z.string()),
    }),
  ),
});
export type Effects = z.infer<typeof effectsSchema>;

/** An entry of an order's history, chained to the one before by SHA-256, so that nobody can change the past unseen. */
export const historyEntrySchema = z.object({
  orderId: z.string(),
  seq: z.int(),
  at: instantSchema,
  event: z.string(),
  actor: actorSchema,
  cause: z.nullable(z.string()),
  rules: z.array(ruleIdSchema),
  facts: z.record(z.string(), z.json()),
  effects: effectsSchema,
  prevHash: z.string(),
  hash: z.string(),
});
export type HistoryEntry = z.infer<typeof historyEntrySchema>;

/** The entry with its hash: SHA-256 in hex over the canonical JSON of everything else, the hash before included. */
export const sealEntry = (entry: Omit<HistoryEntry, 'hash'>): HistoryEntry => ({
  ...entry,
  hash: sha256Hex(entry),
});

/**
 * The number of the first entry that does not follow from the one before, or null when the chain is whole and reaches the head that the
 * order's record names, so that a history whose end is missing is found as well.
 */
export const findBrokenLink = (
  entries: readonly HistoryEntry[],
  head: { seq: number; hash: string } | null = null,
): number | null => {
  let prevHash = '';
  for (const [index, { hash, ...entry }] of entries.entries()) {
    if (entry.seq !== index + 1 || entry.prevHash !== prevHash || sha256Hex(entry) !== hash) return index + 1;
    prevHash = hash;
  }
  const reachesHead = head === null || entries[head.seq - 1]?.hash === head.hash;
  return reachesHead ? null : Math.min(entries.length + 1, head.seq);
};

/** SHA-256 in hex over canonical JSON. */
export const sha256Hex = (value: unknown): string =>
  createHash('sha256').update(canonicalJson(value)).digest('hex');
