import type { Instant } from '../instant.ts';
import type { Acceptance, AcceptanceResult } from './acceptance-facts.ts';
import { invitationStateOf } from './invitation.ts';

/** `objected`: signed, with objections. */
export type AcceptanceState =
  | 'not-invited'
  | 'invited'
  | 'opened'
  | 'begun'
  | 'expired'
  | 'revoked'
  | 'accepted'
  | 'objected'
  | 'declined';

/** R4.2 Where survey and acceptance stand. Only what the customer has signed accepts: no time that passes does. */
export const acceptanceStateOf = (
  { invitation, draft, result }: Acceptance,
  now: Instant,
): AcceptanceState => {
  if (result !== null) return stateOfResult(result);
  if (invitation === null) return 'not-invited';
  const state = invitationStateOf(invitation, now);
  if (state !== 'active') return state;
  if (draft !== null) return 'begun';
  return invitation.openedAt === null ? 'invited' : 'opened';
};

const stateOfResult = ({ type, clauses }: AcceptanceResult): AcceptanceState => {
  if (type === 'declined') return 'declined';
  return clauses.every(({ verdict }) => verdict === 'accept') ? 'accepted' : 'objected';
};

/** How far a result can be relied on: `weakened` when anything is wanting, which is always said. */
export const evidenceStrengthOf = ({
  weaknesses,
}: Pick<AcceptanceResult, 'weaknesses'>): 'full' | 'weakened' =>
  weaknesses.length === 0 ? 'full' : 'weakened';
