import * as z from 'zod/mini';
import { canonicalJson } from '../canonical-json.ts';
import type { AcceptanceOutcome, AcceptanceRefusal, Missing, Situation } from './acceptance-decision.ts';
import { changed } from './acceptance-decision.ts';
import type { Acceptance, Answers, Mark, SurveyDraft } from './acceptance-facts.ts';
import type { Clause } from './clauses.ts';
import type { Visit } from './invitation.ts';
import { openVisit } from './invitation.ts';
import type { Question } from './survey-form.ts';

/** What a page sends: as much as is filled in. `null` takes something back; what is not named stays as it is. */
export const surveyInputSchema = z.object({
  /** The draft that the page shows; 0 before there is one. */
  rev: z.int().check(z.nonnegative()),
  answers: z.record(z.string(), z.nullable(z.union([z.number(), z.string()]))),
  clauses: z.record(
    z.string(),
    z.nullable(
      z.object({
        verdict: z.enum(['accept', 'object']),
        reason: z.optional(z.string()),
        /** The digest that the clause was shown with. */
        shown: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
      }),
    ),
  ),
});
export type SurveyInput = z.infer<typeof surveyInputSchema>;

/** A reason is as long as any other note of people. */
export const mostOfReason = 500;
/** A draft keeps what is too long, so that nothing typed is lost, up to this. */
const mostOfDraft = 2_000;

/**
 * R4.2 Keeps what the customer has filled in so far. Nothing in it is an error: what fits no question is left out, what is incomplete waits.
 * Null when it changes nothing, as when a page on a bad line sends it again. Refused when another page has saved since.
 */
export const saveDraft = (
  acceptance: Acceptance,
  invitationId: string,
  input: SurveyInput,
  situation: Situation,
): AcceptanceOutcome | null => {
  const visit = openVisit(acceptance, invitationId, situation);
  if ('refusal' in visit) return visit;
  const before = draftOf(acceptance, visit, situation);
  const draft = merge(before, input, visit);
  if (contentOf(draft) === contentOf(before)) return null;
  const refusal = refuseOlder(before, input);
  if (refusal !== null) return { refusal };
  const { rev, answers, clauses } = draft;
  const saved = { ...draft, rev: rev + 1, savedAt: situation.now };
  return changed({ ...acceptance, draft: saved }, 'survey-saved', {
    invitation: invitationId,
    rev: saved.rev,
    answered: Object.keys(answers).length,
    judged: Object.keys(clauses).length,
  });
};

/** The draft that a page continues. What was filled in under another form is left behind, but its number goes on. */
export const draftOf = (
  { draft }: Acceptance,
  { form: { form } }: Pick<Visit, 'form'>,
  { now }: Pick<Situation, 'now'>,
): SurveyDraft =>
  draft?.form === form ? draft : { form, rev: draft?.rev ?? 0, savedAt: now, answers: {}, clauses: {} };

/** R4.2 A page that shows another draft than the one there is must not write over it. */
export const refuseOlder = (
  { rev }: SurveyDraft,
  input: Pick<SurveyInput, 'rev'>,
): AcceptanceRefusal | null => (input.rev === rev ? null : { type: 'newer-draft', rev });

const contentOf = ({ answers, clauses }: SurveyDraft): string => canonicalJson({ answers, clauses });

/** The draft with what a page has sent. */
export const merge = (draft: SurveyDraft, input: SurveyInput, { form, clauses }: Visit): SurveyDraft => ({
  ...draft,
  answers: mergeParts(form.survey.questions, draft.answers, input.answers, answerTo),
  clauses: mergeParts(clauses, draft.clauses, input.clauses, markOf),
});

/** `read` gives what is kept of something sent; undefined when it is nothing that fits, so that what was there stays. */
const mergeParts = <Part extends { id: string }, Sent extends string | number | object, Kept>(
  parts: readonly Part[],
  before: Readonly<Record<string, Kept>>,
  sent: Readonly<Record<string, Sent | null>>,
  read: (part: Part, sent: Sent) => Kept | null | undefined,
): Record<string, Kept> => {
  const merged: [string, Kept][] = [];
  for (const part of parts) {
    const given = Object.hasOwn(sent, part.id) ? (sent[part.id] ?? null) : undefined;
    const fitting = given === undefined || given === null ? given : read(part, given);
    const kept = fitting === undefined ? before[part.id] : fitting;
    if (kept !== undefined && kept !== null) merged.push([part.id, kept]);
  }
  return Object.fromEntries(merged);
};

/** A form without script sends a rating as text. */
const answerTo = (question: Question, sent: number | string): Answers[string] | null | undefined => {
  if (question.kind === 'text') return typeof sent === 'string' ? draftText(sent) || null : undefined;
  if (sent === '') return null;
  const rating = Number(sent);
  return Number.isInteger(rating) && rating >= 1 && rating <= 5 ? rating : undefined;
};

const markOf = (
  _: Clause,
  { verdict, reason, shown }: NonNullable<SurveyInput['clauses'][string]>,
): Mark => ({
  verdict,
  reason: verdict === 'object' ? draftText(reason ?? '') : '',
  shown,
});

/** Text as it is kept: Unicode, without blanks around it. */
const draftText = (text: string): string => text.trim().slice(0, mostOfDraft).trimEnd().toWellFormed();

/** R4.2 What is still missing for a signature in survey and clauses, in the form's order. */
export const missingIn = (draft: SurveyDraft, { form, clauses }: Visit): readonly Missing[] => [
  ...form.survey.questions.flatMap((question) => missingAnswer(question, draft.answers[question.id])),
  ...clauses.flatMap((clause) => missingVerdict(clause, draft.clauses[clause.id])),
];

const missingAnswer = (question: Question, answer: Answers[string] | undefined): Missing[] => {
  const { id, required } = question;
  if (answer === undefined) return required ? [{ part: 'question', id, why: 'empty' }] : [];
  const tooLong = question.kind === 'text' && String(answer).length > question.maxLength;
  return tooLong ? [{ part: 'question', id, why: 'too-long' }] : [];
};

const missingVerdict = ({ id, shown }: Clause, mark: Mark | undefined): Missing[] => {
  if (mark === undefined) return [{ part: 'clause', id, why: 'empty' }];
  if (mark.shown !== shown) return [{ part: 'clause', id, why: 'changed' }];
  if (mark.verdict === 'accept') return [];
  if (mark.reason === '') return [{ part: 'clause', id, why: 'no-reason' }];
  return mark.reason.length > mostOfReason ? [{ part: 'clause', id, why: 'too-long' }] : [];
};
