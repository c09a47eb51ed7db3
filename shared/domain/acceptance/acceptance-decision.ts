import type { Change, Facts } from '../decision.ts';
import type { Instant } from '../instant.ts';
import type { Order, Stage } from '../order.ts';
import type { Acceptance, Complaint } from './acceptance-facts.ts';
import type { AcceptancePolicy } from './acceptance-policy.ts';
import type { ClauseFacts } from './clauses.ts';
import { clauseFactsOf } from './clauses.ts';

/** All that a rule of survey and acceptance may know beside what is recorded of them. */
export type Situation = {
  now: Instant;
  /** Number of the history entry that the change will be. */
  seq: number;
  stage: Stage;
  /** What the clauses say; null until the training has been held. */
  about: ClauseFacts | null;
  policy: AcceptancePolicy;
};

export const situationOf = (
  order: Order,
  { now, policy }: Pick<Facts, 'now' | 'policy'>,
  acceptancePolicy: AcceptancePolicy,
): Situation => ({
  now,
  seq: order.version + 1,
  stage: order.stage,
  about: clauseFactsOf(order, policy),
  policy: acceptancePolicy,
});

/** What a rule decided. The history's facts hold ids, ratings and digests, never what people wrote. */
export type AcceptanceChange = Pick<Change, 'rules' | 'facts'> & {
  acceptance: Acceptance;
  event: AcceptanceEvent;
  /** C8: complaints that it opens. */
  complaints: readonly Complaint[];
};

export type AcceptanceEvent =
  | 'acceptance-invited'
  | 'acceptance-sent'
  | 'acceptance-opened'
  | 'acceptance-reminded'
  | 'acceptance-revoked'
  | 'survey-saved'
  | 'acceptance-signed'
  | 'acceptance-declined';

/** What is still to be filled in, and why what is there won't do. `changed`: the clause reads otherwise than when it was judged. */
export type Missing =
  | { part: 'question'; id: string; why: 'empty' | 'too-long' }
  | { part: 'clause'; id: string; why: 'empty' | 'no-reason' | 'too-long' | 'changed' }
  | { part: 'name' | 'reason'; why: 'empty' | 'too-long' }
  | { part: 'signature'; why: 'empty' | 'too-short' };

/** Every way in which survey and acceptance say no to a customer. */
export type AcceptanceRefusal =
  | { type: 'unknown-link' }
  | { type: 'revoked-link' }
  | { type: 'expired-link'; at: Instant }
  | { type: 'already-done'; result: 'signed' | 'declined'; at: Instant }
  /** It is not day 9 yet. */
  | { type: 'not-open' }
  | { type: 'ended'; stage: 'closed' | 'cancelled' }
  /** Another page has saved something since: its number. */
  | { type: 'newer-draft'; rev: number }
  | { type: 'code-missing' }
  | { type: 'incomplete'; missing: readonly Missing[] };

export type AcceptanceOutcome = AcceptanceChange | { refusal: AcceptanceRefusal };

/** The change that most rules make: of the record alone. */
export const changed = (
  acceptance: Acceptance,
  event: AcceptanceEvent,
  facts: AcceptanceChange['facts'],
): AcceptanceChange => ({ acceptance, event, rules: ['R4.2'], facts, complaints: [] });
