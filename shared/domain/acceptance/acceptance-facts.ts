import * as z from 'zod/mini';
import { instantSchema } from '../instant.ts';
import { visitorSchema } from './visitor.ts';

/** Number of the history entry that recorded something: its evidence. */
const seq = z.int();
const sha256 = z.string().check(z.regex(/^[0-9a-f]{64}$/));

/** R4.2 The address under which the customer fills in and signs. The address itself is signed and stands nowhere. */
const invitationSchema = z.object({
  id: z.string(),
  form: z.string(),
  /** When the customer was first invited; a link that is made anew leaves it. */
  firstMadeAt: instantSchema,
  madeAt: instantSchema,
  expiresAt: instantSchema,
  sentAt: z.nullable(instantSchema),
  openedAt: z.nullable(instantSchema),
  revokedAt: z.nullable(instantSchema),
  /** When people were told to remind the customer. */
  remindedAt: z.array(instantSchema),
});
export type Invitation = z.infer<typeof invitationSchema>;

const ratingSchema = z.int().check(z.minimum(1), z.maximum(5));
/** By the question's id: 1 to 5, or text. What was not answered is not there. */
const answersSchema = z.record(z.string(), z.union([ratingSchema, z.string()]));
export type Answers = z.infer<typeof answersSchema>;

const verdictSchema = z.enum(['accept', 'object']);

/** A verdict on a clause that is not signed yet. */
const markSchema = z.object({
  verdict: verdictSchema,
  /** Why the customer objects; empty while not written, and on an acceptance. */
  reason: z.string(),
  /** Digest of the clause as it read: a verdict holds for that text only. */
  shown: sha256,
});
export type Mark = z.infer<typeof markSchema>;

/** R4.2 What the customer has filled in so far. */
const surveyDraftSchema = z.object({
  form: z.string(),
  /** Goes up with every change: a page that shows an older one does not write over it. */
  rev: z.int(),
  savedAt: instantSchema,
  answers: answersSchema,
  clauses: z.record(z.string(), markSchema),
});
export type SurveyDraft = z.infer<typeof surveyDraftSchema>;

const clauseVerdictSchema = z.discriminatedUnion('verdict', [
  z.object({ id: z.string(), text: z.string(), verdict: z.literal('accept') }),
  z.object({
    id: z.string(),
    text: z.string(),
    verdict: z.literal('object'),
    reason: z.string().check(z.minLength(1)),
  }),
]);
/** R4.2 A clause word by word as it was shown, and what the customer said to it. */
export type ClauseVerdict = z.infer<typeof clauseVerdictSchema>;

/** What is wanting in the evidence: nobody checked a one-time code; the name was typed, not drawn. */
const weaknessSchema = z.enum(['no-code', 'not-drawn']);
export type Weakness = z.infer<typeof weaknessSchema>;

const outcome = {
  form: z.string(),
  /** Digest of that form. */
  formSha256: sha256,
  invitationId: z.string(),
  answers: answersSchema,
  /** Every clause of a signed form; of a declined one those that the customer has judged. */
  clauses: z.array(clauseVerdictSchema),
  /** As the customer typed it. */
  name: z.string().check(z.minLength(1)),
  /** Of the drawing, which is kept apart; null where the name was typed alone. */
  signature: z.nullable(z.object({ sha256, points: z.int() })),
  from: visitorSchema,
  weaknesses: z.array(weaknessSchema),
  at: instantSchema,
  seq,
};

/** R4.2 How the customer has decided: one result only, which is never changed. */
export const acceptanceResultSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('signed'), ...outcome }),
  z.object({ type: z.literal('declined'), reason: z.string().check(z.minLength(1)), ...outcome }),
]);
export type AcceptanceResult = z.infer<typeof acceptanceResultSchema>;

/** R4.2 What an order's record holds of survey and acceptance. */
export const acceptanceSchema = z.object({
  invitation: z.nullable(invitationSchema),
  draft: z.nullable(surveyDraftSchema),
  result: z.nullable(acceptanceResultSchema),
});
export type Acceptance = z.infer<typeof acceptanceSchema>;

export const noAcceptance: Acceptance = { invitation: null, draft: null, result: null };

/** C8: an objection as a complaint, with its own clock. */
export const complaintSchema = z.object({
  /** Unique within its order. */
  id: z.string(),
  clause: z.string(),
  reason: z.string().check(z.minLength(1)),
  raisedAt: instantSchema,
  dueAt: instantSchema,
  state: z.literal('open'),
  seq,
});
export type Complaint = z.infer<typeof complaintSchema>;
