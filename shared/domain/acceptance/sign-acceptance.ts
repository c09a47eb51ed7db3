import { sha256Hex } from '../history.ts';
import { plusMinutes } from '../instant.ts';
import type { AcceptanceChange, AcceptanceOutcome, Missing, Situation } from './acceptance-decision.ts';
import { changed } from './acceptance-decision.ts';
import type {
  Acceptance,
  AcceptanceResult,
  Answers,
  ClauseVerdict,
  Complaint,
  SurveyDraft,
  Weakness,
} from './acceptance-facts.ts';
import type { SurveyInput } from './answer-survey.ts';
import { draftOf, merge, missingIn, mostOfReason, refuseOlder } from './answer-survey.ts';
import type { Drawing } from './drawing.ts';
import { pointsOf, signatureDigest } from './drawing.ts';
import type { Visit } from './invitation.ts';
import { openVisit } from './invitation.ts';
import { formDigest } from './survey-forms.ts';
import type { Visitor } from './visitor.ts';

/** What a customer sends to decide: the rest of the form, their name, and who they seem to be. */
export type Signing = { input: SurveyInput; name: string; drawing: Drawing | null; from: Visitor };
export type Declining = Omit<Signing, 'drawing'> & { reason: string };

/**
 * R4.2 The customer signs: everything that is required is answered, every clause accepted or objected to with a reason, as it reads now.
 * Each objection opens a complaint. The drawing itself is to be stored beside the order, under its digest.
 */
export const signAcceptance = (
  acceptance: Acceptance,
  invitationId: string,
  signing: Signing,
  situation: Situation,
): AcceptanceOutcome => {
  const begun = begin(acceptance, invitationId, signing, situation);
  if ('refusal' in begun) return begun;
  const { visit, draft } = begun;
  const name = nameOf(signing.name);
  const missing = [
    ...missingIn(draft, visit),
    ...missingText('name', name, mostOfName),
    ...missingSignature(signing.drawing, situation),
  ];
  if (missing.length > 0) return { refusal: { type: 'incomplete', missing } };
  const result: AcceptanceResult = { type: 'signed', ...outcomeOf(begun, { ...signing, name }, situation) };
  return decided(acceptance, result, situation);
};

/** R4.2 The customer declines to sign, and says why. What they have filled in stays with the result; what they object to is a complaint all the same. */
export const declineAcceptance = (
  acceptance: Acceptance,
  invitationId: string,
  declining: Declining,
  situation: Situation,
): AcceptanceOutcome => {
  const begun = begin(acceptance, invitationId, declining, situation);
  if ('refusal' in begun) return begun;
  const name = nameOf(declining.name);
  const reason = declining.reason.trim().toWellFormed();
  const missing = [...missingText('name', name, mostOfName), ...missingText('reason', reason, mostOfReason)];
  if (missing.length > 0) return { refusal: { type: 'incomplete', missing } };
  const outcome = outcomeOf(begun, { ...declining, name, drawing: null }, situation);
  return decided(acceptance, { type: 'declined', reason, ...outcome }, situation);
};

type Begun = { visit: Visit; draft: SurveyDraft };

const begin = (
  acceptance: Acceptance,
  invitationId: string,
  { input, from }: Pick<Signing, 'input' | 'from'>,
  situation: Situation,
): Begun | Extract<AcceptanceOutcome, { refusal: unknown }> => {
  const visit = openVisit(acceptance, invitationId, situation);
  if ('refusal' in visit) return visit;
  const before = draftOf(acceptance, visit, situation);
  const refusal = refuseOlder(before, input);
  if (refusal !== null) return { refusal };
  if (situation.policy.code === 'sms' && from.code === 'none') return { refusal: { type: 'code-missing' } };
  return { visit, draft: merge(before, input, visit) };
};

const mostOfName = 40;
/** Fewer points are a tap, not a signature. */
const leastPoints = 5;

/** One line, as people write their name. */
const nameOf = (typed: string): string =>
  typed
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .toWellFormed();

const missingText = (part: 'name' | 'reason', text: string, most: number): Missing[] => {
  if (text === '') return [{ part, why: 'empty' }];
  return text.length > most ? [{ part, why: 'too-long' }] : [];
};

const missingSignature = (drawing: Drawing | null, { policy }: Situation): Missing[] => {
  if (drawing === null) return policy.typedSignature ? [] : [{ part: 'signature', why: 'empty' }];
  return pointsOf(drawing) < leastPoints ? [{ part: 'signature', why: 'too-short' }] : [];
};

const outcomeOf = ({ visit, draft }: Begun, { name, drawing, from }: Signing, { now, seq }: Situation) => {
  const { form, invitation } = visit;
  return {
    form: form.form,
    formSha256: formDigest(form),
    invitationId: invitation.id,
    answers: answersThatFit(draft, visit),
    clauses: verdictsOf(draft, visit),
    name,
    signature: drawing === null ? null : { sha256: signatureDigest(drawing), points: pointsOf(drawing) },
    from,
    weaknesses: weaknessesOf(drawing, from),
    at: now,
    seq,
  };
};

/** Who declines may leave anything open: what would not do for a signature is left out. */
const answersThatFit = (draft: SurveyDraft, visit: Visit): Answers => {
  const faulty = faultyIn(draft, visit, 'question');
  return Object.fromEntries(Object.entries(draft.answers).filter(([id]) => !faulty.has(id)));
};

const verdictsOf = (draft: SurveyDraft, visit: Visit): ClauseVerdict[] => {
  const faulty = faultyIn(draft, visit, 'clause');
  return visit.clauses.flatMap(({ id, text }): ClauseVerdict[] => {
    const mark = draft.clauses[id];
    if (mark === undefined || faulty.has(id)) return [];
    const { verdict, reason } = mark;
    return [verdict === 'accept' ? { id, text, verdict } : { id, text, verdict, reason }];
  });
};

const faultyIn = (draft: SurveyDraft, visit: Visit, part: 'question' | 'clause'): ReadonlySet<string> =>
  new Set(missingIn(draft, visit).flatMap((missing) => (missing.part === part ? [missing.id] : [])));

const weaknessesOf = (drawing: Drawing | null, { code }: Visitor): Weakness[] => [
  ...(code === 'none' ? (['no-code'] as const) : []),
  ...(drawing === null ? (['not-drawn'] as const) : []),
];

/** The draft has served; the result is the record, and its digest stands in the history. */
const decided = (
  acceptance: Acceptance,
  result: AcceptanceResult,
  { policy }: Situation,
): AcceptanceChange => {
  const { form, formSha256, invitationId, clauses, weaknesses, answers } = result;
  const judged = (verdict: ClauseVerdict['verdict']): string[] =>
    clauses.filter((clause) => clause.verdict === verdict).map(({ id }) => id);
  const event = result.type === 'signed' ? 'acceptance-signed' : 'acceptance-declined';
  const change = changed({ ...acceptance, draft: null, result }, event, {
    invitation: invitationId,
    form: { version: form, sha256: formSha256 },
    result: { sha256: sha256Hex(result) },
    ratings: ratingsOf(answers),
    accepted: judged('accept'),
    objected: judged('object'),
    weaknesses,
  });
  return { ...change, complaints: complaintsOf(result, policy.complaintMinutes) };
};

/** The numbers among the answers. */
const ratingsOf = (answers: Answers): Record<string, number> =>
  Object.fromEntries(
    Object.entries(answers).flatMap(([id, answer]) => (typeof answer === 'number' ? [[id, answer]] : [])),
  );

/** C8: what the customer objects to is a complaint from that moment on. There is one result, so a clause names it. */
const complaintsOf = ({ clauses, at, seq }: AcceptanceResult, minutes: number): Complaint[] =>
  clauses.flatMap((clause) =>
    clause.verdict === 'accept'
      ? []
      : [
          {
            id: `objection-${clause.id}`,
            clause: clause.id,
            reason: clause.reason,
            raisedAt: at,
            dueAt: plusMinutes(at, minutes),
            state: 'open',
            seq,
          },
        ],
  );
