import type { Instant } from '../instant.ts';
import { plusMinutes } from '../instant.ts';
import type {
  AcceptanceChange,
  AcceptanceOutcome,
  AcceptanceRefusal,
  Situation,
} from './acceptance-decision.ts';
import { changed } from './acceptance-decision.ts';
import type { Acceptance, Invitation } from './acceptance-facts.ts';
import type { Clause, ClauseFacts } from './clauses.ts';
import { clausesOf } from './clauses.ts';
import type { SurveyForm } from './survey-form.ts';
import { surveyFormOf } from './survey-forms.ts';

/** R4.2 Invites the customer, or invites anew: the link before leads nowhere then, while what was filled in stays. Its id is the order's version that makes it. */
export const inviteCustomer = (acceptance: Acceptance, situation: Situation): AcceptanceOutcome => {
  const refusal = refuseResult(acceptance) ?? refuseStage(situation);
  if (refusal !== null) return { refusal };
  const { now, seq, policy } = situation;
  const invitation: Invitation = {
    id: String(seq),
    form: policy.form,
    firstMadeAt: acceptance.invitation?.firstMadeAt ?? now,
    madeAt: now,
    expiresAt: plusMinutes(now, policy.linkDays * 24 * 60),
    sentAt: null,
    openedAt: null,
    revokedAt: null,
    remindedAt: acceptance.invitation?.remindedAt ?? [],
  };
  return changed({ ...acceptance, invitation }, 'acceptance-invited', {
    invitation: invitation.id,
    form: invitation.form,
  });
};

/** R4.2 The invitation has gone to the customer. Null when that is known, or when there is none that leads anywhere. */
export const recordSent = (acceptance: Acceptance, now: Instant): AcceptanceChange | null =>
  acceptance.invitation?.sentAt === null
    ? withInvitation(acceptance, now, { sentAt: now }, 'acceptance-sent')
    : null;

/** R4.2 The customer has opened the page, for the first time under this invitation: opening alone decides nothing. */
export const recordOpened = (acceptance: Acceptance, now: Instant): AcceptanceChange | null =>
  acceptance.invitation?.openedAt === null
    ? withInvitation(acceptance, now, { openedAt: now }, 'acceptance-opened')
    : null;

const mostReminders = 20;

/** R4.2 People were told to remind the customer. */
export const recordReminder = (acceptance: Acceptance, now: Instant): AcceptanceChange | null => {
  const remindedAt = [...(acceptance.invitation?.remindedAt ?? []), now].slice(-mostReminders);
  return withInvitation(acceptance, now, { remindedAt }, 'acceptance-reminded');
};

/** R4.2 The link leads nowhere any more. */
export const revokeInvitation = (acceptance: Acceptance, now: Instant): AcceptanceChange | null =>
  withInvitation(acceptance, now, { revokedAt: now }, 'acceptance-revoked');

const withInvitation = (
  acceptance: Acceptance,
  now: Instant,
  patch: Partial<Invitation>,
  event: AcceptanceChange['event'],
): AcceptanceChange | null => {
  const { invitation, result } = acceptance;
  if (invitation === null || result !== null || invitationStateOf(invitation, now) !== 'active') return null;
  return changed({ ...acceptance, invitation: { ...invitation, ...patch } }, event, {
    invitation: invitation.id,
  });
};

export type InvitationState = 'active' | 'expired' | 'revoked';

export const invitationStateOf = (
  { revokedAt, expiresAt }: Pick<Invitation, 'revokedAt' | 'expiresAt'>,
  now: Instant,
): InvitationState => {
  if (revokedAt !== null) return 'revoked';
  return expiresAt <= now ? 'expired' : 'active';
};

/** What a customer's link leads to: the form, and its clauses as they read now. */
export type Visit = {
  invitation: Invitation;
  form: SurveyForm;
  clauses: readonly Clause[];
};

/** R4.2 Follows a customer's link. A link that was replaced is as good as revoked; who has decided hears of that, even when the link has expired since. */
export const openVisit = (
  acceptance: Acceptance,
  invitationId: string,
  situation: Situation,
): Visit | { refusal: AcceptanceRefusal } => {
  const { invitation } = acceptance;
  if (invitation === null) return { refusal: { type: 'unknown-link' } };
  const { now, about } = situation;
  const state = invitationStateOf(invitation, now);
  if (invitation.id !== invitationId || state === 'revoked') return { refusal: { type: 'revoked-link' } };
  const refusal = refuseResult(acceptance);
  if (refusal !== null) return { refusal };
  if (state === 'expired') return { refusal: { type: 'expired-link', at: invitation.expiresAt } };
  const closed = refuseStage(situation);
  if (closed !== null || about === null) return { refusal: closed ?? { type: 'not-open' } };
  return visitOf(invitation, about);
};

const visitOf = (invitation: Invitation, about: ClauseFacts): Visit => {
  const form = surveyFormOf(invitation.form);
  return { invitation, form, clauses: clausesOf(form, about) };
};

const refuseResult = ({ result }: Acceptance): AcceptanceRefusal | null =>
  result === null ? null : { type: 'already-done', result: result.type, at: result.at };

/** R4.1, R4.2 From day 9 until the order ends, after a training that was held. */
const refuseStage = ({ stage, about }: Situation): AcceptanceRefusal | null => {
  if (stage === 'closed' || stage === 'cancelled') return { type: 'ended', stage };
  return stage === 'acceptance' && about !== null ? null : { type: 'not-open' };
};
